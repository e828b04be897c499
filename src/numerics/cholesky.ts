/** How are small symmetric systems solved? Cholesky factorisation in f64, in place. */

import { SluiceError } from '../errors.ts';

/**
 * Factors a symmetric positive definite matrix into L L' in place (lower triangle, row-major).
 *
 * Only the lower triangle is read and written. Cost: n^3 / 3 flops.
 *
 * @param matrix n x n, row-major.
 * @throws ERR_SLUICE_NON_FINITE when the matrix is not positive definite.
 */
export function cholesky(matrix: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    const rowJ = j * n;
    let diagonal = matrix[rowJ + j];
    for (let k = 0; k < j; k++) diagonal -= matrix[rowJ + k] * matrix[rowJ + k];
    if (!(diagonal > 0)) {
      throw new SluiceError('ERR_SLUICE_NON_FINITE', `Expected a positive definite matrix but pivot ${j} is ${diagonal}`, {
        remedy: 'Use a regularisation above 0 and finite inputs.',
      });
    }
    const pivot = Math.sqrt(diagonal);
    matrix[rowJ + j] = pivot;
    for (let i = j + 1; i < n; i++) {
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
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * b[k];
    b[i] = sum / factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * b[k];
    b[i] = sum / factor[i * n + i];
  }
}
