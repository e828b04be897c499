/** What is a contextual model? A Gaussian belief about every arm's linear score, which observations sharpen. */

import { unexpected } from '../../errors.ts';
import type { Feedback, PolicyState, Pool, PropensityTask } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import type { DecisionKernels } from '../kernels/kernels.ts';
import { needKernels } from '../need-kernels.ts';
import type { ArmVectorsOptions, Inputs } from './arm-vectors.ts';

/** Settings that all models share. */
export interface ModelOptions extends ArmVectorsOptions {
  /** Weight of the prior, above 0: ridge regression's lambda. @default 1 */
  readonly lambda?: number;
  /** Prior mean of theta, such as offline factors or the mean user's. @default zeros */
  readonly prior?: Float64Array;
  /**
   * Share of what was learned that an observation leaves standing, at most 1 and not far below (exp(-200 / dimension) at
   * least); the prior comes back for the rest. @default 1
   */
  readonly keep?: number;
}

/**
 * The linear scores of a pool as a model believes them: jointly Gaussian. Good until the model is asked again; what
 * must outlast that is held.
 */
export interface Belief {
  /** Entries of the pool. */
  readonly size: number;
  /** Posterior mean of each score. */
  means(): Float64Array;
  /** The entries of largest mean. */
  greedy(count: number): Uint32Array;
  /** The entries of largest mean + alpha width. */
  upperBound(alpha: number, count: number): Uint32Array;
  /** The entries of largest score in one joint draw, its deviations scaled; `scores` receives the draw. */
  sample(deviation: number, random: RandomStream, count: number, scores?: Float32Array): Uint32Array;
  /** Mean of the sum of weights times scores, and its covariance with every score. Cost: d x pool. */
  project(weights: Float64Array): { readonly mean: number; readonly covariance: Float64Array };
  /** Keeps this belief, however much the model learns from now on. */
  hold(): HeldBelief;
}

/** What a belief depends on, as plain data. */
export type BeliefData = PropensityTask['with'];

/** A belief that outlasts what the model learns. */
export interface HeldBelief {
  /** The belief again; good until the model is asked. */
  recall(): Belief;
  /** What gives the same belief, to the bit, on another thread. */
  data(): BeliefData;
}

/** A contextual model; a policy joins it with a rule that chooses. */
export interface ContextualModel {
  /** Kind and settings; equal text means equal beliefs from equal vectors and observations. */
  readonly name: string;
  readonly kernels: DecisionKernels;
  /** Length of the vectors. */
  readonly dimension: number;
  /** Whether it cannot do without a context, unless features stand for it. */
  readonly contextual: boolean;
  /** Number of arms. */
  readonly arms: number;
  /** Adds arms after the last: their vectors, or how many where arms have none. */
  append(added: Float32Array | number): void;
  /** What stands for each row. @throws as {@link Pool} and {@link Feedback} break what the model needs. */
  inputs(asked: Pick<Pool | Feedback, 'rows' | 'context' | 'features'>): Inputs;
  /** Writes the vector of one entry. @internal */
  read(inputs: Inputs, entry: number, into: Float32Array): void;
  belief(inputs: Inputs): Belief;
  /** Mean and standard deviation of the linear score of one arm. */
  predict(row: number, vector: Float32Array): { readonly mean: number; readonly width: number };
  /** Takes in one observation of precision `weight`; amount is weight times the score observed. Forgets first. */
  learn(row: number, vector: Float32Array, weight: number, amount: number): void;
  snapshot(): PolicyState;
  /** @throws ERR_SLUICE_INVALID_ARGUMENT; nothing is changed then. */
  restore(state: PolicyState): void;
  /** Frees what the kernels hold. Idempotent. */
  close(): void;
}

/** Settings of a model in the form of its name, checked. @internal */
export function describeModel(
  kind: string,
  { kernels, dimension, lambda = 1, prior, keep = 1, context = false }: ModelOptions,
  more: Record<string, number> = {},
): string {
  if (!(lambda > 0 && lambda < Number.POSITIVE_INFINITY)) {
    throw unexpected('a number above 0', 'lambda', lambda);
  }
  // How much an update may forget is the kernels' to say: a lot of it, and axes vanish before their turn.
  const probe = needKernels(kernels).posterior(dimension, lambda);
  try {
    probe.forget(keep);
  } finally {
    probe.close();
  }
  if (prior && prior.length !== dimension) {
    throw unexpected(
      `a prior mean of ${dimension} numbers`,
      'prior',
      prior.length,
      'ERR_SLUICE_DIMENSION_MISMATCH',
    );
  }
  if (prior && !prior.every(Number.isFinite)) {
    throw unexpected('finite numbers', 'prior', prior, 'ERR_SLUICE_NON_FINITE');
  }
  const settings = { dimension, lambda, keep, context, ...(prior && { prior: checksum(prior) }), ...more };
  return `${kind} ${JSON.stringify(settings)}`;
}

/** FNV-1a over the bits, so that policies with different priors have different names. */
function checksum(numbers: Float64Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(numbers.slice().buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
