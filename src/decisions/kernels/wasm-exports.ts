/** What does prebuilt/decisions.wasm export? Written out by hand; the sources are in assembly/decisions/. */

import { SluiceError } from '../../errors.ts';

/** What rankings begin with; addresses, 0 for what is absent, and counts. */
type Ranked = readonly [
  posterior: number,
  actions: number,
  rows: number,
  count: number,
  context: number,
  offsets: number,
  picks: number,
  wanted: number,
];

/** One instance: its memory holds all actions and posteriors. Addresses and counts are unsigned 32-bit numbers. */
export interface DecisionExports {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  release(block: number): void;
  newActions(dimension: number): number;
  reserveActions(actions: number, size: number): void;
  writeActions(actions: number, row: number, vectors: number, count: number): void;
  freeActions(actions: number): void;
  newPosterior(dimension: number, lambda: number, prior: number): number;
  freePosterior(posterior: number): void;
  learn(posterior: number, vector: number, weight: number, amount: number): void;
  forget(posterior: number, keep: number): void;
  predict(posterior: number, vector: number, out: number): void;
  meanOf(posterior: number): number;
  snapshot(posterior: number, out: number): void;
  restore(posterior: number, state: number): void;
  greedy(...ranked: Ranked): number;
  sample(...ranked: [...Ranked, deviation: number, key0: number, key1: number]): number;
  upperBound(...ranked: [...Ranked, alpha: number, all: boolean]): number;
  lastScores(): number;
  inverseGap(scores: number, count: number, gamma: number, uniform: number): number;
  probabilities(): number;
  plackettLuce(
    scores: number,
    count: number,
    temperature: number,
    key0: number,
    key1: number,
    picks: number,
    propensities: number,
    places: number,
  ): number;
}

/** Makes an instance with a memory of its own. */
export function instantiateDecisions(module: WebAssembly.Module): DecisionExports {
  const env = {
    abort() {
      throw outOfMemory();
    },
  };
  return new WebAssembly.Instance(module, { env }).exports as unknown as DecisionExports;
}

/**
 * What `work` returns, which needs memory; for want of it WebAssembly traps.
 * @throws ERR_SLUICE_OUT_OF_MEMORY
 */
export function needingMemory<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof WebAssembly.RuntimeError ? outOfMemory(cause) : cause;
  }
}

function outOfMemory(cause?: unknown): SluiceError {
  return new SluiceError(
    'ERR_SLUICE_OUT_OF_MEMORY',
    'Expected at most 1 GiB for each matrix and 4 GiB for all, and that to be free, for decisions',
    { cause },
  );
}
