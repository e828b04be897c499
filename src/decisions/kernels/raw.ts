/** What does one backend of the kernels implement? Arguments have been checked; see ./checked.ts. */

import type { Ranking } from './kernels.ts';

/** What a ranking found wrong with the rows, before it wrote anything. */
export const RANKED = 0;
export const ROW_BEYOND = 1;
export const OFFSET_NAN = 2;

export interface RawActions {
  /** The vectors are finite and whole rows; `row` is at most the number of rows. */
  write(row: number, vectors: Float32Array): void;
  close(): void;
}

/** Rankings take the actions apart, and return {@link RANKED}, {@link ROW_BEYOND} or {@link OFFSET_NAN}. */
export interface RawPosterior<A> {
  learn(vector: Float32Array, weight: number, amount: number): void;
  forget(keep: number): void;
  /** Receives mean and width. */
  predict(vector: Float32Array, out: Float64Array): void;
  mean(out: Float64Array): void;
  greedy(actions: A, ranking: Ranking): number;
  sample(actions: A, ranking: Ranking, deviation: number, key0: number, key1: number): number;
  upperBound(actions: A, ranking: Ranking, alpha: number): number;
  /** `out` has {@link stateLength} numbers: dimension, scale, next axis, L by columns without zeros, b. */
  snapshot(out: Float64Array): void;
  restore(state: Float64Array): void;
  close(): void;
}

export interface RawKernels<A extends RawActions> {
  readonly name: 'native' | 'wasm' | 'reference';
  actions(dimension: number): A;
  posterior(dimension: number, lambda: number, prior: Float64Array): RawPosterior<A>;
  /** The pick; -1, with nothing written, if a score is NaN or infinity. */
  inverseGap(scores: Float32Array, gamma: number, uniform: number, propensities: Float64Array | null): number;
  /** False, with nothing written, if a score is NaN or infinity. */
  plackettLuce(
    scores: Float32Array,
    temperature: number,
    key0: number,
    key1: number,
    picks: Uint32Array,
    propensities: Float64Array,
  ): boolean;
}

/** Numbers in the state of a posterior. */
export function stateLength(dimension: number): number {
  return 3 + (dimension * (dimension + 1)) / 2 + dimension;
}
