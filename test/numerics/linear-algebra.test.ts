import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, choleskySolve } from '../../src/numerics/cholesky.ts';
import { symmetricEigen } from '../../src/numerics/eigen.ts';
import { addSymmetricProduct, gram, productTransposed } from '../../src/numerics/products.ts';
import { RandomStream } from '../../src/numerics/random.ts';

const normals = (n: number, seed: number) => {
  const random = new RandomStream(seed, 'matrix');
  return Float64Array.from({ length: n }, () => random.normal());
};

/** A B' by the definition. */
function product(a: Float64Array, m: number, b: Float64Array, n: number, k: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) for (let p = 0; p < k; p++) out[i * n + j] += a[i * k + p] * b[j * k + p];
  }
  return out;
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);

function expectClose(actual: ArrayLike<number>, truth: ArrayLike<number>, tolerance = 1e-12): void {
  expect(actual.length).toBe(truth.length);
  const differences = Array.from(actual, (value, i) => value - truth[i]);
  expect(largest(differences)).toBeLessThanOrEqual(tolerance * (1 + largest(truth)));
}

const size = fc.integer({ min: 1, max: 19 });

describe('products of rows with rows', () => {
  it('equal the definition for any shape', () => {
    fc.assert(
      fc.property(size, size, size, fc.nat(), (m, n, k, seed) => {
        const a = normals(m * k, seed);
        const b = normals(n * k, seed + 1);
        const out = new Float64Array(m * n).fill(7);
        productTransposed(a, m, b, n, k, out);
        expectClose(out, product(a, m, b, n, k));
      }),
    );
  });

  it('add A A to the lower triangle and leave the upper one', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (n, k, seed) => {
        const a = normals(n * k, seed);
        const out = new Float64Array(n * n).fill(2);
        addSymmetricProduct(a, n, k, out);
        const truth = product(a, n, a, n, k).map((x, i) => (i % n > Math.floor(i / n) ? 2 : x + 2));
        expectClose(out, truth);
      }),
    );
  });

  it('form the Gram matrix over several blocks of rows', () => {
    for (const [rows, d] of [
      [0, 3],
      [1, 1],
      [127, 5],
      [128, 2],
      [300, 7],
    ]) {
      const factors = normals(rows * d, rows);
      const transposed = new Float64Array(rows * d);
      for (let r = 0; r < rows; r++)
        for (let f = 0; f < d; f++) transposed[f * rows + r] = factors[r * d + f];
      expectClose(gram(factors, d), product(transposed, d, transposed, d, rows));
      expectClose(gram(Float32Array.from(factors), d), gram(factors, d), 1e-5);
    }
  });
});

describe('cholesky', () => {
  it('solves positive definite systems of any size', () => {
    fc.assert(
      fc.property(size, fc.nat(), (n, seed) => {
        const matrix = product(normals(n * n, seed), n, normals(n * n, seed), n, n);
        for (let i = 0; i < n; i++) matrix[i * n + i] += 1;
        const truth = normals(n, seed + 1);
        const x = product(matrix, n, truth, 1, n);
        const factor = matrix.slice();
        cholesky(factor, n);
        choleskySolve(factor, n, x);
        expectClose(x, truth, 1e-10);
      }),
    );
  });

  it('gives a factor whose square is the matrix, and leaves the upper triangle', () => {
    const n = 9;
    const half = normals(n * n, 3);
    const matrix = product(half, n, half, n, n);
    const factor = matrix.slice();
    cholesky(factor, n);
    const lower = factor.map((x, i) => (i % n > Math.floor(i / n) ? 0 : x));
    expectClose(product(lower, n, lower, n, n), matrix);
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) expect(factor[i * n + j]).toBe(matrix[i * n + j]);
  });

  it.each([
    ['a singular', [1, 1, 1, 1]],
    ['an indefinite', [1, 2, 2, 1]],
    ['a NaN', [1, 0, Number.NaN, 1]],
    ['an infinite', [Number.POSITIVE_INFINITY, 0, 0, 1]],
  ])('refuses %s matrix', (_, values) => {
    expect(() => cholesky(Float64Array.from(values), 2)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }),
    );
  });
});

describe('symmetricEigen', () => {
  const check = (matrix: Float64Array, n: number) => {
    const { values, vectors } = symmetricEigen(matrix, n);
    const images = product(matrix, n, vectors, n, n); // Column i is the matrix times vector i.
    const stretched = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) stretched[k * n + i] = values[i] * vectors[i * n + k];
    expectClose(images, stretched);
    const identity = Float64Array.from({ length: n * n }, (_, i) => (i % n === Math.floor(i / n) ? 1 : 0));
    expectClose(product(vectors, n, vectors, n, n), identity);
  };

  it('finds orthonormal axes in which the matrix is diagonal', () => {
    for (const n of [1, 2, 3, 8, 33, 64]) {
      const half = normals(n * n, n);
      check(
        half.map((x, i) => x + half[(i % n) * n + Math.floor(i / n)]),
        n,
      );
    }
  });

  it('survives equal eigenvalues, zeros and widely different scales', () => {
    check(new Float64Array(16), 4);
    check(Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 3), 3);
    const scales = [1e-150, 1, 1e120, 0, 5];
    check(
      Float64Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? scales[i / 6] : 0)),
      5,
    );
    // Rank one in ten dimensions: nine eigenvalues are zero.
    const w = normals(10, 5);
    check(product(w, 10, w, 10, 1), 10);
  });
});
