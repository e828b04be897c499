/** Which arms are best in a world drawn from what is known? Linear Thompson sampling. */

import { type ContextualOptions, ContextualPolicy } from './contextual-policy.ts';
import { thompson } from './thompson.ts';

/** Settings of {@link LinTs} and `LogisticThompson`. */
export interface ThompsonOptions extends ContextualOptions {
  /** Scales the posterior's deviations: v of the paper; above 0. */
  readonly deviation?: number;
}

/**
 * Linear Thompson sampling (Agrawal and Goyal 2013): draws one theta ~ N(mean, v^2 A^-1) a request and ranks the whole
 * slate by it. `deviation`, v, is in units of the reward's noise; 0.1 by default.
 *
 * Propensities have no closed form: `estimate` draws from the posterior as it was at the choice. It is unbiased, and
 * its conditional Monte Carlo needs few draws.
 *
 * @example
 * ```ts
 * const vectors = Float32Array.of(1, 0, 0, 1);
 * const model = new SharedModel({ kernels: decisionKernels(), dimension: 2, vectors });
 * const policy = new LinTs({ model, deviation: 1 });
 * const pool = { rows: Uint32Array.of(0, 1), scores: new Float32Array(2) };
 * const choice = policy.choose(pool, 1, new RandomStream(1, 'decision-1'));
 * choice.propensities; // null
 * choice.estimate(new RandomStream(1, 'propensities'), 2000)[0].toFixed(1); // '0.5'
 * ```
 */
export class LinTs extends ContextualPolicy {
  constructor({ deviation = 0.1, ...options }: ThompsonOptions) {
    super(options, { name: 'lin-ts@1', rule: thompson(deviation) });
  }
}
