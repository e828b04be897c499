/** What does everybody like? The baseline of every quality table. */

import type { Csr } from './dataset.ts';
import type { Model, Recommender } from './recommender.ts';
import { itemCounts, rowsByUser } from './sparse-rows.ts';

/**
 * Ranks items by the number of training users who have them, for everybody alike.
 *
 * @param rows training interactions by user. @param itemCount rows of the catalogue.
 */
export function trainPopularity(rows: Csr, itemCount: number): Recommender {
  const scores = Float64Array.from(itemCounts(rows, itemCount));
  return { scores: () => scores };
}

/** {@link trainPopularity} for `evaluate`. */
export const popularity: Model = {
  name: 'popularity',
  train: (fold, { itemCount }) => trainPopularity(rowsByUser(fold.train), itemCount),
};
