/** Which items are good and unlike those before them? Maximal marginal relevance. */

import { checkDiversity } from './diversity-arguments.ts';
import { cosine, unitVectors } from './unit-vectors.ts';

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): each place goes to the item with the largest
 * tradeOff x relevance - (1 - tradeOff) x its largest cosine with an item before it; ties by lower number.
 *
 * @param relevance of each item, finite; on the scale of cosines, such as [0, 1].
 * @param vectors of the items, row-major.
 * @param size number of items wanted. @param tradeOff in [0, 1]: 1 looks at relevance alone.
 * @returns min(size, items) item numbers. Cost: items x size x dimension.
 * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE
 * @example
 * ```ts
 * // The second is like the first; the third is not.
 * maximalMarginalRelevance([0.9, 0.8, 0.5], Float32Array.of(1, 0, 1, 0, 0, 1), 2, 2, 0.5); // [0, 2]
 * ```
 */
export function maximalMarginalRelevance(
  relevance: ArrayLike<number>,
  vectors: Float32Array,
  dimension: number,
  size: number,
  tradeOff: number,
): Uint32Array {
  checkDiversity(relevance, vectors, dimension, size, tradeOff);
  const n = relevance.length;
  const units = unitVectors(vectors, dimension);
  const nearest = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const taken = new Uint8Array(n);
  const picks = new Uint32Array(Math.min(size, n));
  for (let place = 0; place < picks.length; place++) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      if (taken[i] === 1) continue;
      const alike = place === 0 ? 0 : nearest[i];
      const value = tradeOff * relevance[i] - (1 - tradeOff) * alike;
      if (best < 0 || value > most) {
        best = i;
        most = value;
      }
    }
    picks[place] = best;
    taken[best] = 1;
    for (let i = 0; i < n; i++) {
      if (taken[i] === 0) nearest[i] = Math.max(nearest[i], cosine(units, dimension, i, best));
    }
  }
  return picks;
}
