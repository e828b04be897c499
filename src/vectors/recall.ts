/** How much of the true answer did a search find? */

import type { TopK } from './backend.ts';

/**
 * The share of the true best `k` that was found, in [0, 1], counted by score: a row outside the true set counts when
 * its exact score is at least the k-th's, since equal rows are equally right. 1 where there was nothing to find.
 *
 * @param found scores exact and descending, at most `k`.
 * @param trueScores of the exact answer, descending, at least `k` unless fewer rows qualify.
 */
export function recallByScore(found: TopK, trueScores: Float32Array, k: number): number {
  const wanted = Math.min(k, trueScores.length);
  if (wanted === 0) return 1;
  const least = trueScores[wanted - 1];
  let right = 0;
  while (right < found.scores.length && found.scores[right] >= least) right++;
  return Math.min(right / wanted, 1);
}
