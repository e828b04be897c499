/**
 * How is a triangular factor updated and solved? L by columns, `width` numbers each, padded with a unit matrix.
 *
 * All loops over a column are independent of one another, so that vectors of any length give the same bits.
 */

import { dot64 } from './lanes.ts';

/**
 * L L' += w w' in place, w zero before `first`; w is used up. By Givens rotations (Gill, Golub, Murray, Saunders,
 * "Methods for modifying matrix factorizations", 1974). Cost: 3 n^2 flops.
 */
export function update(factor: Float64Array, width: number, w: Float64Array, first: number): void {
  for (let j = first; j < width; j++) {
    if (w[j] === 0) continue;
    const column = j * width;
    const pivot = factor[column + j];
    const root = Math.sqrt(pivot * pivot + w[j] * w[j]);
    const inverse = 1 / root;
    const cosine = pivot * inverse;
    const sine = w[j] * inverse;
    factor[column + j] = root;
    w[j] = 0;
    for (let i = j + 1; i < width; i++) {
      const x = factor[column + i];
      factor[column + i] = cosine * x + sine * w[i];
      w[i] = cosine * w[i] - sine * x;
    }
  }
}

/** Solves L y = x in place. @param inverse of the diagonal */
export function solveForward(
  factor: Float64Array,
  inverse: Float64Array,
  width: number,
  x: Float64Array,
): void {
  for (let j = 0; j < width; j++) {
    const y = x[j] * inverse[j];
    x[j] = y;
    for (let i = j + 1; i < width; i++) x[i] -= factor[j * width + i] * y;
  }
}

/** Solves L' y = x in place, eight columns at a time. */
export function solveBackward(
  factor: Float64Array,
  inverse: Float64Array,
  width: number,
  x: Float64Array,
): void {
  for (let end = width; end > 0; end -= 8) {
    for (let j = end - 8; j < end; j++) x[j] -= dot64(factor, j * width, x, end, width);
    for (let j = end - 1; j >= end - 8; j--) {
      x[j] *= inverse[j];
      for (let i = end - 8; i < j; i++) x[i] -= factor[i * width + j] * x[j];
    }
  }
}
