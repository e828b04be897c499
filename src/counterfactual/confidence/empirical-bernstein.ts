/** How sure is the mean of bounded values, at a size fixed beforehand? The empirical Bernstein interval. */

import { unexpected } from '../../errors.ts';
import type { Interval } from '../../numerics/bootstrap.ts';
import { type ValueRange, valueRange } from './value-range.ts';

/** What is known of the values. */
export interface EmpiricalBernsteinOptions extends ValueRange {
  /** Share of samples whose interval holds the mean, in (0, 1). @default 0.95 */
  readonly level?: number;
}

/**
 * The mean of independent values in [low, high] with the interval of Maurer and Pontil (COLT 2009, theorem 4) to both
 * sides: mean +- sqrt(2 V ln(4 / alpha) / n) + 7 (high - low) ln(4 / alpha) / (3 (n - 1)), V the sample variance and
 * alpha = 1 - level.
 *
 * It holds for every distribution and every n, but for one n only: for a value that is looked at while it grows, use a
 * `MeanSequence`. Bounds are not cut to the range, so that they show how little a small sample says. Cost: two passes.
 *
 * @param values at least 2, each from `low` to `high`.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for fewer values or one outside the range, ERR_SLUICE_NON_FINITE for NaN.
 * @example
 * ```ts
 * const clicks = Float64Array.from({ length: 1000 }, (_, i) => (i % 20 === 0 ? 1 : 0));
 * empiricalBernstein(clicks); // { mean: 0.05, low: 0.019, high: 0.081 } or so
 * ```
 */
export function empiricalBernstein(
  values: ArrayLike<number>,
  options: EmpiricalBernsteinOptions = {},
): Interval {
  const range = valueRange(options);
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1)) throw unexpected('a number between 0 and 1', 'level', level);
  const n = values.length;
  if (n < 2) throw unexpected('at least two values', 'values', values);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += range.check(values[i], `values[${i}]`);
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  const evidence = Math.log(4 / (1 - level));
  const radius =
    Math.sqrt((2 * squares * evidence) / (n - 1) / n) +
    (7 * (range.high - range.low) * evidence) / (3 * (n - 1));
  return { mean, low: mean - radius, high: mean + radius };
}
