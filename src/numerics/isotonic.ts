/** Which rising curve lies nearest to labelled points? Isotonic regression by pooling adjacent violators. */

import { unexpected } from '../errors.ts';

/** A step function that never falls: one entry for each block, in order. */
export interface IsotonicBlocks {
  /** First point of each block, as an index of the values. */
  readonly starts: Uint32Array;
  /** Weighted mean of the block's values; strictly ascending. */
  readonly means: Float64Array;
  /** Sum of the block's weights. */
  readonly weights: Float64Array;
}

/**
 * The sequence of least weighted squared distance to `values` among those that never fall, as blocks of equal value
 * (PAV: Ayer, Brunk, Ewing, Reid, Silverman 1955). Exact; one pass.
 *
 * @param values finite, in the order of what they should rise with.
 * @param weights above 0, as many as values. @default 1 each
 * @throws ERR_SLUICE_INVALID_ARGUMENT for lengths that differ or a weight that is not above 0.
 * @example
 * ```ts
 * isotonic([1, 3, 2, 4]).means; // [1, 2.5, 4]
 * ```
 */
export function isotonic(values: ArrayLike<number>, weights?: ArrayLike<number>): IsotonicBlocks {
  const n = values.length;
  if (weights !== undefined && weights.length !== n)
    throw unexpected(`${n} weights`, 'weights', weights.length);
  const starts = new Uint32Array(n);
  const means = new Float64Array(n);
  const sums = new Float64Array(n);
  let blocks = 0;
  for (let i = 0; i < n; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    if (!(weight > 0)) throw unexpected('weights above 0', 'weights', weight);
    starts[blocks] = i;
    means[blocks] = values[i];
    sums[blocks] = weight;
    for (; blocks > 0 && means[blocks] <= means[blocks - 1]; blocks--) {
      const total = sums[blocks - 1] + sums[blocks];
      means[blocks - 1] += (sums[blocks] / total) * (means[blocks] - means[blocks - 1]);
      sums[blocks - 1] = total;
    }
    blocks++;
  }
  return { starts: starts.slice(0, blocks), means: means.slice(0, blocks), weights: sums.slice(0, blocks) };
}
