/** Which arms deserve the benefit of the doubt? LinUCB. */

import { type ContextualOptions, ContextualPolicy } from './contextual-policy.ts';
import { upperBound } from './upper-bound.ts';

/** Settings of {@link LinUcb}. */
export interface LinUcbOptions extends ContextualOptions {
  /** Standard deviations added to the mean, in units of the reward's noise; at least 0. @default 0.25 */
  readonly alpha?: number;
}

/**
 * LinUCB (Li, Chu, Langford, Schapire 2010): the arms of highest mean + alpha width, width = sqrt(x' A^-1 x), exactly.
 * Given the state only the floor is left to chance, so that propensities are exact.
 *
 * @example
 * ```ts
 * const vectors = Float32Array.of(1, 0, 0, 1);
 * const model = new SharedModel({ kernels: decisionKernels(), dimension: 2, vectors });
 * const policy = new LinUcb({ model, alpha: 1, floor: 0 });
 * policy.update({ rows: Uint32Array.of(1), scores: Float32Array.of(0), rewards: Float64Array.of(0) });
 * const pool = { rows: Uint32Array.of(0, 1), scores: new Float32Array(2) };
 * policy.choose(pool, 1, new RandomStream(1, 'decision-1')).picks; // [0]
 * ```
 */
export class LinUcb extends ContextualPolicy {
  constructor({ alpha = 0.25, ...options }: LinUcbOptions) {
    super(options, { name: 'lin-ucb@1', rule: upperBound(alpha) });
  }
}
