/** What does each row say of the average effect? Doubly robust scores. */

import type { LearnerInput } from './learner.ts';
import { crossFitArm, crossFitMean, propensitiesOf } from './nuisances.ts';

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

/** The scores and the mean outcome, cross-fitted. Cost: {@link crossFitScores} and a fit per fold. */
export function crossFitNuisances(input: LearnerInput): Nuisances {
  return { ...crossFitScores(input), mean: crossFitMean(input) };
}
