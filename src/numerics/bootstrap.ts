/** How sure is a mean? Percentile bootstrap over independent units (users, requests, seeds). */

import { unexpected } from '../errors.ts';
import { RandomStream } from './random.ts';

/** A mean with the bounds of its 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How a bootstrap is drawn. */
export interface BootstrapOptions {
  /** How many samples are drawn with replacement. @default 1000 */
  readonly resamples?: number;
  /** The share of samples whose mean lies within the bounds, in (0, 1). @default 0.95 */
  readonly level?: number;
  /** @default 1 */
  readonly seed?: number;
}

/**
 * The mean of `values` with a percentile bootstrap interval (Efron 1979).
 *
 * For a paired comparison pass the differences. Cost: `resamples x values.length`, about 30 ns each.
 *
 * @param values one number per independent unit; not empty.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an empty list, ERR_SLUICE_NON_FINITE for NaN or infinity.
 * @example
 * ```ts
 * const { mean, low, high } = bootstrap(Float64Array.of(0, 1, 1, 0, 1));
 * low <= mean && mean <= high; // true
 * ```
 */
export function bootstrap(values: ArrayLike<number>, options: BootstrapOptions = {}): Interval {
  return bootstrapAll([values], options)[0];
}

/**
 * One interval for each column of values over the same units, all from the same resamples: as {@link bootstrap} for
 * each, at little more than the cost of one.
 *
 * @param columns arrays of one length, not empty.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for empty columns or columns of different lengths, ERR_SLUICE_NON_FINITE.
 */
export function bootstrapAll(
  columns: readonly ArrayLike<number>[],
  { resamples = 1000, level = 0.95, seed = 1 }: BootstrapOptions = {},
): Interval[] {
  if (!(Number.isInteger(resamples) && resamples > 0)) {
    throw unexpected('a whole number from 1', 'resamples', resamples);
  }
  if (!(level > 0 && level < 1)) throw unexpected('a number between 0 and 1', 'level', level);
  if (columns.length === 0) return [];
  const n = columns[0].length;
  for (const values of columns) {
    if (values.length === 0) throw unexpected('at least one value', 'values', values);
    if (values.length !== n) throw unexpected(`${n} values in every column`, 'columns', values.length);
  }
  const random = new RandomStream(seed, 'bootstrap');
  const drawn = new Uint32Array(n);
  const means = columns.map(() => new Float64Array(resamples));
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) drawn[i] = random.below(n);
    for (let c = 0; c < columns.length; c++) {
      const values = columns[c];
      let sum = 0;
      for (let i = 0; i < n; i++) sum += values[drawn[i]];
      means[c][r] = sum / n;
    }
  }
  const tail = (1 - level) / 2;
  return columns.map((values, c) => {
    const sorted = means[c].sort();
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[i];
    if (!Number.isFinite(sum)) throw unexpected('finite values', 'values', sum, 'ERR_SLUICE_NON_FINITE');
    return { mean: sum / n, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
  });
}

/** The `q` quantile of sorted values, linear between order statistics. @param q in [0, 1]. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (position - low) * (sorted[high] - sorted[low]);
}
