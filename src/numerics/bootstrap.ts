/** How sure is a mean? Percentile bootstrap over independent units (users, requests, seeds). */

import { unexpected } from '../errors.ts';
import { RandomStream } from './random.ts';

/** A mean with the bounds of its 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of `values` with a percentile bootstrap interval (Efron 1979).
 *
 * For a paired comparison pass the differences. Cost: `resamples x values.length`.
 *
 * @param values one number per independent unit; not empty.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an empty list.
 * @example
 * ```ts
 * const { mean, low, high } = bootstrap(Float64Array.of(0, 1, 1, 0, 1));
 * low <= mean && mean <= high; // true
 * ```
 */
export function bootstrap(
  values: ArrayLike<number>,
  { resamples = 1000, level = 0.95, seed = 1 }: { resamples?: number; level?: number; seed?: number } = {},
): Interval {
  const n = values.length;
  if (n === 0) throw unexpected('at least one value', 'values', values);
  const random = new RandomStream(seed, 'bootstrap');
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.below(n)];
    means[r] = sum / n;
  }
  means.sort();
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const tail = (1 - level) / 2;
  return { mean: sum / n, low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

/** The `q` quantile of sorted values, linear between order statistics. @param q in [0, 1]. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (position - low) * (sorted[high] - sorted[low]);
}
