/** How do several rankings become one? By the sum of reciprocal ranks. */

import { unexpected } from '../../errors.ts';
import type { TextHits } from './engine.ts';

/** So far down the list a rank still counts half of the first. */
const K = 60;

/**
 * Fuses rankings by reciprocal rank (Cormack, Clarke and Buettcher 2009): a row scores the sum over the rankings that hold
 * it of `weight / (60 + rank)`, the first rank being 1. The scores of the rankings themselves do not matter, so that those
 * of text and of vectors go together. Cost: one map entry per row.
 *
 * @param rankings rows of each, best first, distinct within one.
 * @param weights one for each ranking, at least 0 and finite; all 1 where left out.
 * @returns every row of any ranking with a weight above 0, descending by score, ties by lower row.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for weights that do not fit, or a row that a ranking repeats.
 * @example
 * ```ts
 * reciprocalRank([Uint32Array.of(7, 2), Uint32Array.of(2, 5)]).rows; // [2, 7, 5]
 * ```
 */
export function reciprocalRank(
  rankings: readonly ArrayLike<number>[],
  weights?: readonly number[],
): TextHits {
  if (!Array.isArray(rankings)) throw unexpected('a list of rankings', 'rankings', rankings);
  if (weights !== undefined && (!Array.isArray(weights) || weights.length !== rankings.length))
    throw unexpected(`${rankings.length} weights`, 'weights', weights);
  const scoreOf = new Map<number, number>();
  rankings.forEach((rows, leg) => {
    const weight = weights?.[leg] ?? 1;
    if (!(typeof weight === 'number' && weight >= 0 && weight < Infinity))
      throw unexpected('a finite number of at least 0', `weights[${leg}]`, weight);
    if (new Set(Array.from(rows)).size !== rows.length)
      throw unexpected('distinct rows', `rankings[${leg}]`, rows);
    if (weight === 0) return;
    for (let i = 0; i < rows.length; i++)
      scoreOf.set(rows[i], (scoreOf.get(rows[i]) ?? 0) + weight / (K + 1 + i));
  });
  const rows = Uint32Array.from(scoreOf.keys());
  const score = (row: number) => scoreOf.get(row) as number;
  rows.sort((a, b) => score(b) - score(a) || a - b);
  return { rows, scores: Float32Array.from(rows, score) };
}
