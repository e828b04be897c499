/** How are predictions of several models put in one ranking? Each by its place among those of its own model. */

import { unexpected } from '../../errors.ts';

/**
 * The share of its fold's rows that each row stands above, ties halfway: out-of-fold predictions, comparable.
 *
 * The model of a fold has not seen that fold's average effect, so that where it is high by chance, the model's
 * predictions are low: predictions ranked across folds would look worse than they are. Cost: O(n log n).
 *
 * @param effects predictions by models of the other folds. @param folds the fold of each row.
 * @returns one number in (0, 1) per row.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths.
 * @example
 * ```ts
 * rankWithinFolds([5, 7, -2, -1], Uint8Array.of(0, 0, 1, 1)); // [0.25, 0.75, 0.25, 0.75]
 * ```
 */
export function rankWithinFolds(effects: ArrayLike<number>, folds: Uint8Array): Float64Array {
  const n = effects.length;
  if (folds.length !== n) throw unexpected(`${n} entries, one per row,`, 'folds', folds.length);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((a, b) => folds[a] - folds[b] || effects[a] - effects[b]);
  const ranks = new Float64Array(n);
  const alike = (a: number, b: number): boolean => folds[a] === folds[b] && effects[a] === effects[b];
  for (let start = 0; start < n; ) {
    let end = start;
    while (end < n && folds[order[end]] === folds[order[start]]) end++;
    for (let from = start; from < end; ) {
      let to = from;
      while (to < end && alike(order[to], order[from])) to++;
      for (let at = from; at < to; at++) ranks[order[at]] = ((from + to) / 2 - start) / (end - start);
      from = to;
    }
    start = end;
  }
  return ranks;
}
