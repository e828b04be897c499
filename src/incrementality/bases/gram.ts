/** What are the weighted products of all pairs of columns? Gathered in blocks that stay in the cache. */

import { addSymmetricProduct, BLOCK } from '../../numerics/products.ts';

/**
 * X' W X: the lower triangle is filled, the upper is left 0. Cost: rows x dimension^2 / 2 multiplications.
 *
 * @param rows n x dimension, row-major. @param weights at least 0; absent means 1 each.
 */
export function weightedGram(rows: Float64Array, dimension: number, weights?: Float64Array): Float64Array {
  const n = rows.length / dimension;
  const gram = new Float64Array(dimension * dimension);
  const columns = new Float64Array(dimension * BLOCK);
  for (let from = 0; from < n; from += BLOCK) {
    const width = Math.min(BLOCK, n - from);
    for (let r = 0; r < width; r++) {
      const scale = weights === undefined ? 1 : Math.sqrt(weights[from + r]);
      const at = (from + r) * dimension;
      for (let j = 0; j < dimension; j++) columns[j * width + r] = scale * rows[at + j];
    }
    addSymmetricProduct(columns, dimension, width, gram);
  }
  return gram;
}
