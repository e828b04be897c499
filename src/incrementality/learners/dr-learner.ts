/** Which effects fit the doubly robust scores? The DR-learner. */

import { fitEffect } from '../bases/fit-base.ts';
import { crossFitScores } from './effect-scores.ts';
import type { LearnerInput, UpliftModel } from './learner.ts';

/** Regresses cross-fitted doubly robust scores on the features (Kennedy 2020). Cost: two half fits per fold and one. */
export function fitDrLearner(input: LearnerInput): UpliftModel {
  const { features, dimension } = input.data;
  return fitEffect(input.base, { features, dimension, targets: crossFitScores(input).scores });
}
