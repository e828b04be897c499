/** Which items are good and span much together? A determinantal point process in its greedy mode. */

import { checkDiversity } from './diversity-arguments.ts';
import { cosine, unitVectors } from './unit-vectors.ts';

/** Below this share of its length a vector counts as spanned by those before it. */
const SPANNED = 1e-10;

/**
 * Greedy MAP inference of a determinantal point process (Chen, Zhang and Zhou, "Fast greedy MAP inference for
 * determinantal point process", NeurIPS 2018): each place goes to the item that raises
 * tradeOff x (sum of relevances) + (1 - tradeOff) x ln det(S) most, S the cosines of the items chosen.
 *
 * The Cholesky factor of S grows by one column a place, so that each item's gain 2 ln(distance from the span of those
 * chosen) is kept up to date. Items that are spanned come last, by relevance; ties by lower number.
 *
 * @param relevance of each item, finite. @param vectors of the items, row-major.
 * @param size number of items wanted. @param tradeOff in [0, 1]: 1 looks at relevance alone.
 * @returns min(size, items) item numbers. Cost: items x size x (dimension + size).
 * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE
 * @example
 * ```ts
 * // The second is almost the first; the third is not.
 * determinantalGreedy([0.9, 0.8, 0.5], Float32Array.of(1, 0, 1, 0.1, 0, 1), 2, 2, 0.5); // [0, 2]
 * ```
 */
export function determinantalGreedy(
  relevance: ArrayLike<number>,
  vectors: Float32Array,
  dimension: number,
  size: number,
  tradeOff: number,
): Uint32Array {
  checkDiversity(relevance, vectors, dimension, size, tradeOff);
  const n = relevance.length;
  const units = unitVectors(vectors, dimension);
  const picks = new Uint32Array(Math.min(size, n));
  // Row i of the Cholesky factor, as far as there are places; and the square of what is left of item i.
  const factor = new Float64Array(n * picks.length);
  // Of unit vectors all is left, and so exactly as much of each; of a vector of zeros nothing.
  const left = Float64Array.from({ length: n }, (_, i) => Math.round(cosine(units, dimension, i, i)));
  const taken = new Uint8Array(n);
  for (let place = 0; place < picks.length; place++) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    let bestSpanned = true;
    for (let i = 0; i < n; i++) {
      if (taken[i] === 1) continue;
      const spanned = tradeOff < 1 && left[i] <= SPANNED;
      const unlike = spanned || tradeOff === 1 ? 0 : (1 - tradeOff) * Math.log(left[i]);
      const gain = (spanned ? 1 : tradeOff) * relevance[i] + unlike;
      if (best < 0 || (bestSpanned && !spanned) || (bestSpanned === spanned && gain > most)) {
        best = i;
        most = gain;
        bestSpanned = spanned;
      }
    }
    picks[place] = best;
    taken[best] = 1;
    if (bestSpanned || tradeOff === 1) continue;
    const pivot = Math.sqrt(left[best]);
    for (let i = 0; i < n; i++) {
      if (taken[i] === 1) continue;
      let sum = cosine(units, dimension, i, best);
      for (let k = 0; k < place; k++) sum -= factor[i * picks.length + k] * factor[best * picks.length + k];
      const entry = sum / pivot;
      factor[i * picks.length + place] = entry;
      left[i] -= entry * entry;
    }
  }
  return picks;
}
