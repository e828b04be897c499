/** What do all base learners share? Rows in, a prediction of the outcome out. */

/** Rows to learn from. */
export interface TrainingRows {
  /** rows x `dimension`, row-major, finite. */
  readonly features: Float64Array;
  /** Features of a row, at least 1. */
  readonly dimension: number;
  /** What is to be predicted, one number per row, finite. */
  readonly targets: Float64Array;
  /** How much each row counts, at least 0; absent means 1 each. */
  readonly weights?: Float64Array;
}

/** What was learned. */
export interface Regression {
  /**
   * Predictions for rows. Cost: O(rows x dimension) of a linear one, rows x trees x depth of boosted trees.
   *
   * @param features rows x the dimension that was learned from, row-major.
   */
  predict(features: Float64Array): Float64Array;
}

/** Name of a base learner: linear ridge, logistic ridge (of outcomes 0 or 1), gradient-boosted trees. */
export type BaseName = 'ridge' | 'logistic' | 'trees';
