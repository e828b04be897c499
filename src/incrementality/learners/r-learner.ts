/** Which effects explain what outcome and treatment leave unexplained? The R-learner. */

import { fitEffect } from '../bases/fit-base.ts';
import type { LearnerInput, UpliftModel } from './learner.ts';
import { crossFitMean, propensitiesOf } from './nuisances.ts';

/**
 * Minimises the R-loss: the mean of ((y - m) - (t - e) effect)^2, with the mean outcome m and the propensity e of each
 * row cross-fitted (Robinson 1988; Nie and Wager 2021). Cost: a fit per fold and one more.
 */
export function fitRLearner(input: LearnerInput): UpliftModel {
  const { features, dimension, treatment, outcomes } = input.data;
  const mean = crossFitMean(input);
  const surprise = propensitiesOf(input).map((p, i) => treatment[i] - p);
  return fitEffect(input.base, {
    features,
    dimension,
    targets: surprise.map((one, i) => (outcomes[i] - mean[i]) / one),
    weights: surprise.map((one) => one * one),
  });
}
