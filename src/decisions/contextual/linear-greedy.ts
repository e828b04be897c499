/** What is the baseline of contextual exploration? The best arms by ridge regression, and a floor of chance. */

import { type ContextualOptions, ContextualPolicy } from './contextual-policy.ts';
import { greedy } from './greedy.ts';

/**
 * Linear greedy: the arms of highest expected reward, with a share of the places given to chance (epsilon-greedy with
 * epsilon = `floor`). Propensities are exact.
 *
 * @example
 * ```ts
 * const vectors = Float32Array.of(1, 0, 0, 1);
 * const model = new SharedModel({ kernels: decisionKernels(), dimension: 2, vectors });
 * const policy = new LinearGreedy({ model, floor: 0.1 });
 * policy.update({ rows: Uint32Array.of(1), scores: Float32Array.of(0), rewards: Float64Array.of(1) });
 * policy.score({ rows: Uint32Array.of(0, 1), scores: new Float32Array(2) }); // [0, 0.5]
 * ```
 */
export class LinearGreedy extends ContextualPolicy {
  constructor(options: ContextualOptions) {
    super(options, { name: 'linear-greedy@1', rule: greedy() });
  }
}
