/** Which arms are best where outcomes are yes or no? Thompson sampling of a logistic regression. */

import { ContextualPolicy } from './contextual-policy.ts';
import type { ThompsonOptions } from './lin-ts.ts';
import { thompson } from './thompson.ts';

/**
 * Thompson sampling of a Bayesian logistic regression (Chapelle and Li 2011), P(success) = 1 / (1 + exp(-<theta, x>)):
 * each reward moves the Gaussian posterior by Laplace's approximation, at the exact mode after that reward. With a
 * full covariance, where the paper keeps a diagonal. Rewards lie in [0, 1]; `deviation` is 1 by default.
 *
 * `score` is P(success) at the posterior mean of theta. Rewards of one batch in another order leave nearly the same posterior, not the same to the bit.
 *
 * @example
 * ```ts
 * const vectors = Float32Array.of(1, 0, 0, 1);
 * const model = new SharedModel({ kernels: decisionKernels(), dimension: 2, vectors });
 * const policy = new LogisticThompson({ model });
 * policy.update({ rows: Uint32Array.of(1), scores: Float32Array.of(0.5), rewards: Float64Array.of(1) });
 * policy.score({ rows: Uint32Array.of(0, 1), scores: new Float32Array(2) }); // [0.5, 0.5987]
 * ```
 */
export class LogisticThompson extends ContextualPolicy {
  constructor({ deviation = 1, ...options }: ThompsonOptions) {
    super(options, { name: 'logistic-thompson@1', rule: thompson(deviation), link: 'logistic' });
  }
}
