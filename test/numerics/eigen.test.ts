import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { symmetricEigen } from '../../src/numerics/eigen.ts';
import { RandomStream } from '../../src/numerics/random.ts';

/** B B' for a seeded n x rank matrix B, times a scale. */
function symmetric(n: number, rank: number, seed: number, scale = 1): Float64Array {
  const random = new RandomStream(seed, 'matrix');
  const b = Float64Array.from({ length: n * rank }, () => random.normal());
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < rank; k++) matrix[i * n + j] += scale * b[i * rank + k] * b[j * rank + k];
    }
  }
  return matrix;
}

/** The largest entry of |V' diag(values) V - A| and of |V V' - I|, the first relative to the largest of A. */
function errors(matrix: Float64Array, n: number): { reconstruction: number; orthogonality: number } {
  const { values, vectors } = symmetricEigen(matrix, n);
  const size = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  let reconstruction = 0;
  let orthogonality = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let element = 0;
      let product = 0;
      for (let k = 0; k < n; k++) {
        element += (values[k] / size) * vectors[k * n + i] * vectors[k * n + j];
        product += vectors[i * n + k] * vectors[j * n + k];
      }
      reconstruction = Math.max(reconstruction, Math.abs(element - matrix[i * n + j] / size));
      orthogonality = Math.max(orthogonality, Math.abs(product - (i === j ? 1 : 0)));
    }
  }
  return { reconstruction, orthogonality };
}

describe('the eigendecomposition', () => {
  test('rebuilds any matrix from orthonormal vectors, whatever its size, rank and scale', () => {
    const shapes = fc.record({
      n: fc.integer({ min: 1, max: 40 }),
      rank: fc.integer({ min: 0, max: 40 }),
      seed: fc.integer(),
      exponent: fc.integer({ min: -300, max: 300 }),
    });
    fc.assert(
      fc.property(shapes, ({ n, rank, seed, exponent }) => {
        const { reconstruction, orthogonality } = errors(symmetric(n, rank, seed, 10 ** exponent), n);
        expect(reconstruction).toBeLessThan(1e-12);
        expect(orthogonality).toBeLessThan(1e-12);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('equals the closed form of the second difference matrix', () => {
    const n = 30;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const values = symmetricEigen(matrix, n).values.sort();
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12);
    });
  });

  test('is the identity for the zero matrix', () => {
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect(errors(new Float64Array(9), 3).orthogonality).toBe(0);
  });
});
