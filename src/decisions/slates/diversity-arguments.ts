/** Can items be chosen by relevance and unlikeness with these arguments? */

import { unexpected } from '../../errors.ts';

/** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE */
export function checkDiversity(
  relevance: ArrayLike<number>,
  vectors: Float32Array,
  dimension: number,
  size: number,
  tradeOff: number,
): void {
  if (!(Number.isInteger(dimension) && dimension >= 1)) {
    throw unexpected('a whole number of at least 1', 'dimension', dimension);
  }
  if (vectors.length !== relevance.length * dimension) {
    throw unexpected(
      `${relevance.length} vectors of ${dimension} numbers`,
      'vectors',
      vectors.length,
      'ERR_SLUICE_DIMENSION_MISMATCH',
    );
  }
  if (!(Number.isInteger(size) && size >= 0)) throw unexpected('a whole number', 'size', size);
  if (!(tradeOff >= 0 && tradeOff <= 1)) throw unexpected('a number from 0 to 1', 'tradeOff', tradeOff);
  for (let i = 0; i < relevance.length; i++) {
    if (!Number.isFinite(relevance[i])) {
      throw unexpected('a finite number', `relevance[${i}]`, relevance[i], 'ERR_SLUICE_NON_FINITE');
    }
  }
  for (let i = 0; i < vectors.length; i++) {
    if (!Number.isFinite(vectors[i])) {
      throw unexpected('a finite number', `vectors[${i}]`, vectors[i], 'ERR_SLUICE_NON_FINITE');
    }
  }
}
