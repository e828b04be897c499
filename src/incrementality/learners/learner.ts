/** What do the uplift learners share? Rows and a base learner in, effects of rows out. */

import type { BaseName } from '../bases/regression.ts';
import type { UpliftData } from './uplift-data.ts';

/** Name of an uplift learner: single model, two models, crossed, residual, doubly robust. */
export type LearnerName = 's' | 't' | 'x' | 'r' | 'dr';

/** What was learned: the effect of the treatment on a row. */
export interface UpliftModel {
  /**
   * Effects: E(outcome if treated) - E(outcome if not), one per row, in units of the outcome.
   *
   * @param features rows x dimension, row-major.
   */
  predict(features: Float64Array): Float64Array;
}

/** What a learner is handed. */
export interface LearnerInput {
  readonly data: UpliftData;
  readonly base: BaseName;
  /** Folds of cross-fitting, at least 2. */
  readonly folds: number;
  readonly seed: number;
}
