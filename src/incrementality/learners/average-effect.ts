/** What does the treatment change on average? The mean of doubly robust scores, with its standard error. */

import type { Interval } from '../../numerics/bootstrap.ts';

/** An average effect with its 95 % interval. */
export interface AverageEffect extends Interval {
  readonly standardError: number;
}

/**
 * The average effect by augmented inverse-propensity weighting (Robins, Rotnitzky, Zhao 1994; cross-fitted as by
 * Chernozhukov et al. 2018): the mean of the scores, plus and minus 1.96 standard errors. Cost: one pass.
 *
 * @param scores doubly robust scores, at least 2.
 * @example
 * ```ts
 * const { mean, standardError } = averageEffect(Float64Array.of(1, 3, 1, 3));
 * mean; // 2
 * standardError; // 0.577
 * ```
 */
export function averageEffect(scores: Float64Array): AverageEffect {
  const n = scores.length;
  const mean = scores.reduce((sum, score) => sum + score, 0) / n;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (n - 1) / n);
  return { mean, low: mean - 1.96 * standardError, high: mean + 1.96 * standardError, standardError };
}
