/** What does each row say of the average effect? Doubly robust scores. */

import type { BaseName } from '../bases/regression.ts';
import { checkFitOptions, type FitUpliftOptions, type LearnerInput } from './learner.ts';
import { crossFitArm, crossFitMean, propensitiesOf } from './nuisances.ts';
import type { UpliftData } from './uplift-data.ts';

/** Doubly robust scores and what they are made of, one entry per row. */
export interface EffectScores {
  /** mu1 - mu0 + t (y - mu1) / e - (1 - t) (y - mu0) / (1 - e): the effect, in expectation. */
  readonly scores: Float64Array;
  /** mu0: E(outcome | features, not treated), by models of other folds. */
  readonly control: Float64Array;
  /** mu1: E(outcome | features, treated), by models of other folds. */
  readonly treated: Float64Array;
  /** e: P(treated), as known or as estimated from other folds. */
  readonly propensities: Float64Array;
}

/** The scores, cross-fitted. Cost: two half fits per fold and, unless propensities are known, a logistic one. */
export function crossFitScores(input: LearnerInput): EffectScores {
  const { treatment, outcomes } = input.data;
  const control = crossFitArm(input, 0);
  const treated = crossFitArm(input, 1);
  const propensities = propensitiesOf(input);
  const scores = outcomes.map((y, i) => {
    const residual =
      treatment[i] === 1 ? (y - treated[i]) / propensities[i] : -(y - control[i]) / (1 - propensities[i]);
    return treated[i] - control[i] + residual;
  });
  return { scores, control, treated, propensities };
}

/** All that effects are judged by, one entry per row. */
export interface Nuisances extends EffectScores {
  /** m: E(outcome | features), whatever the arm, by models of other folds. */
  readonly mean: Float64Array;
}

/**
 * The scores and the mean outcome, cross-fitted. Cost: two half fits and one fit per fold and, unless propensities are
 * known, a logistic one.
 *
 * @param data as {@link checkUpliftData} passes it.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown base, the logistic base of outcomes other than 0 and 1, or folds
 * out of range.
 * @example
 * ```ts
 * const n = 200;
 * const { scores } = crossFitNuisances(
 *   {
 *     features: Float64Array.from({ length: n }, (_, i) => i % 10),
 *     dimension: 1,
 *     treatment: Uint8Array.from({ length: n }, (_, i) => (i >> 1) % 2),
 *     outcomes: Float64Array.from({ length: n }, (_, i) => (i % 10) + ((i >> 1) % 2) * 3),
 *   },
 *   'ridge',
 * );
 * averageEffect(scores).mean; // 3
 * ```
 */
export function crossFitNuisances(
  data: UpliftData,
  base: BaseName,
  options: FitUpliftOptions = {},
): Nuisances {
  const input = { data, base, ...checkFitOptions(options) };
  return { ...crossFitScores(input), mean: crossFitMean(input) };
}
