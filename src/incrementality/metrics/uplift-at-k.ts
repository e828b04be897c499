/** What does treating the k rows of highest predicted uplift change, per row? */

import { unexpected } from '../../errors.ts';
import { noEffect } from '../learners/uplift-data.ts';
import { type RankedRows, rankRows, type ScoredRows } from './ranked-rows.ts';

/** `overall`: the first k of all rows; `by-group`: the first k of each arm. */
export type UpliftAtKStrategy = 'overall' | 'by-group';

/**
 * Difference of the arms' mean outcomes among the first rows by predicted uplift, as scikit-uplift's `uplift_at_k`: of
 * rows that tie, the later ones come first. Cost: O(n log n).
 *
 * @param k a share of the rows (of each arm with `by-group`), in (0, 1), or a number of rows, from 1.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a k outside its range; ERR_SLUICE_NO_EFFECT where the first rows lack an arm;
 * otherwise as {@link qini}.
 * @example
 * ```ts
 * const rows = { uplift: [4, 3, 2, 1], treatment: [1, 0, 1, 0], outcomes: [1, 0, 0, 0] };
 * upliftAtK(rows, 0.5, 'overall'); // 1
 * ```
 */
export function upliftAtK(rows: ScoredRows, k: number, strategy: UpliftAtKStrategy): number {
  const n = rows.uplift.length;
  if (!((k > 0 && k < 1) || (Number.isInteger(k) && k >= 1 && k < n))) {
    throw unexpected(`a share in (0, 1) or a number of rows below ${n}`, 'k', k);
  }
  const ranked = rankRows(rows, 'last-row-first');
  if (strategy === 'by-group' && k >= 1) {
    const treated = ranked.treatment.reduce((sum, one) => sum + one, 0);
    const least = Math.min(treated, n - treated);
    if (k > least) throw unexpected(`at most the ${least} rows of the smaller arm`, 'k', k);
  }
  const value = upliftAtKOf(ranked, k, strategy);
  if (Number.isFinite(value)) return value;
  throw noEffect(`the first ${k < 1 ? `${k} of the` : k} rows by predicted uplift lack an arm`);
}

/** {@link upliftAtK} of rows ranked last row first; NaN where an arm is missing. @param counts how often each row counts. */
export function upliftAtKOf(
  { order, treatment, outcomes }: RankedRows,
  k: number,
  strategy: UpliftAtKStrategy,
  counts?: Uint8Array,
): number {
  const size = [0, 0];
  for (let at = 0; at < order.length; at++) size[treatment[at]] += counts?.[order[at]] ?? 1;
  const wanted = (rows: number): number => (k < 1 ? Math.trunc(rows * k) : k);
  const left = strategy === 'overall' ? [0, wanted(size[0] + size[1])] : size.map(wanted);
  const taken = [0, 0];
  const sums = [0, 0];
  for (let at = 0; at < order.length && left[0] + left[1] > 0; at++) {
    const arm = treatment[at];
    const pool = strategy === 'overall' ? 1 : arm;
    const count = Math.min(left[pool], counts?.[order[at]] ?? 1);
    left[pool] -= count;
    taken[arm] += count;
    sums[arm] += count * outcomes[at];
  }
  return sums[1] / taken[1] - sums[0] / taken[0];
}
