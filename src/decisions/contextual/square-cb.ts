/** How is exploration kept in closed form? Inverse-gap weighting over a regression: SquareCB. */

import { type ContextualOptions, ContextualPolicy } from './contextual-policy.ts';
import { type GammaSchedule, inverseGap } from './inverse-gap.ts';

/** Settings of {@link SquareCb}. */
export interface SquareCbOptions extends ContextualOptions, Partial<GammaSchedule> {}

/**
 * SquareCB (Foster and Rakhlin 2020): an arm whose expected reward lies g below the best is drawn with probability
 * 1 / (K + gamma g), in closed form. After t - 1 observations gamma = scale t^exponent, 100 sqrt(t) by default.
 *
 * The paper's gamma is sqrt(K t / R), R being what the regression loses in t rounds. Its rate is right and its constant
 * wants trying: ten arms with a theta each did best at scale 10, a hundred fresh actions under one theta at 3000.
 *
 * Each place of a slate draws for itself from its head, the arm of that rank, and a share of the arms outside.
 *
 * @example
 * ```ts
 * const vectors = Float32Array.of(1, 0, 0, 1);
 * const model = new SharedModel({ kernels: decisionKernels(), dimension: 2, vectors });
 * const policy = new SquareCb({ model, scale: 10, floor: 0 });
 * policy.update({ rows: Uint32Array.of(1), scores: Float32Array.of(0), rewards: Float64Array.of(1) });
 * const pool = { rows: Uint32Array.of(0, 1), scores: new Float32Array(2) };
 * policy.propensity(pool, Uint32Array.of(0), new RandomStream(1), 0); // [0.1103]
 * ```
 */
export class SquareCb extends ContextualPolicy {
  constructor({ scale = 100, exponent = 0.5, ...options }: SquareCbOptions) {
    super(options, { name: 'square-cb@1', rule: inverseGap({ scale, exponent }) });
  }
}
