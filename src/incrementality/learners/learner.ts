/** What do the uplift learners share? Rows and a base learner in, effects of rows out. */

import { unexpected } from '../../errors.ts';
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

/** How an uplift is fitted. */
export interface FitUpliftOptions {
  /** Folds of cross-fitting, a whole number from 2 to 10. @default 5 */
  readonly folds?: number;
  /** Seed of the folds. @default 1 */
  readonly seed?: number;
}

/** The options with their defaults. */
export function checkFitOptions(options: FitUpliftOptions): Required<FitUpliftOptions> {
  if (typeof options !== 'object' || options === null) throw unexpected('an object', 'options', options);
  const { folds = 5, seed = 1 } = options;
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= 10)) {
    throw unexpected('a whole number from 2 to 10', 'folds', folds);
  }
  return { folds, seed };
}
