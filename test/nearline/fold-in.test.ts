/** Is the folded-in vector the one of least loss? */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldIn } from '../../src/nearline/fold-in.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import type { RowProblem } from '../../src/numerics/row-solve.ts';

/** The Gram matrix by its definition. */
function gramOf(factors: Float32Array, d: number): Float64Array {
  const gram = new Float64Array(d * d);
  for (let row = 0; row < factors.length; row += d) {
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) gram[i * d + j] += factors[row + i] * factors[row + j];
  }
  return gram;
}

function problem(
  items: number,
  d: number,
  rows: number[],
  seed: number,
  changes: Partial<RowProblem> = {},
): RowProblem {
  const random = new RandomStream(seed, 'fold-in');
  const factors = Float32Array.from({ length: items * d }, () => random.normal() / Math.sqrt(d));
  return {
    factors,
    dimension: d,
    gram: gramOf(factors, d),
    rows,
    regularization: 0.02,
    unobservedWeight: 0.1,
    itemCount: items,
    ...changes,
  };
}

/** The loss as the paper writes it, item by item, without a Gram matrix. */
function loss(p: RowProblem, w: ArrayLike<number>): number {
  const { factors, dimension: d, rows, weights, itemCount: items, unobservedWeight: a0, regularization } = p;
  const score = (row: number) => {
    let sum = 0;
    for (let f = 0; f < d; f++) sum += w[f] * factors[row * d + f];
    return sum;
  };
  let total = 0;
  let n = 0;
  for (let i = 0; i < rows.length; i++) {
    const weight = weights?.[i] ?? 1;
    n += weight;
    total += weight * (score(rows[i]) - 1) ** 2;
  }
  for (let row = 0; row < factors.length / d; row++) total += a0 * score(row) ** 2;
  let square = 0;
  for (let f = 0; f < d; f++) square += w[f] ** 2;
  return total + regularization * (n + a0 * items) * square;
}

/** Solves a x = b by Gauss-Jordan elimination with full pivoting by column: another way than Cholesky. */
function eliminate(a: number[][], b: number[]): number[] {
  const n = b.length;
  const rows = a.map((row, i) => [...row, b[i]]);
  for (let c = 0; c < n; c++) {
    const pivot = rows
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c]) > Math.abs(rows[best][c]) ? c + i : best), c);
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

test('one item in one dimension has the closed form y / (y^2 + a0 G + lambda (1 + a0 N))', () => {
  const factors = Float32Array.of(0.5, -2, 1.5);
  const gram = Float64Array.of(0.25 + 4 + 2.25);
  const w = foldIn({
    factors,
    dimension: 1,
    gram,
    rows: [2],
    regularization: 0.3,
    unobservedWeight: 0.2,
    itemCount: 3,
  });
  expect(w[0]).toBe(Math.fround(1.5 / (2.25 + 0.2 * 6.5 + 0.3 * (1 + 0.2 * 3))));
});

test('orthogonal items separate into one closed form each', () => {
  const factors = Float32Array.of(2, 0, 0, 3, 0, 0);
  const w = foldIn({
    factors,
    dimension: 2,
    gram: Float64Array.of(4, 0, 0, 9),
    rows: [0, 1],
    weights: [1, 5],
    regularization: 0.5,
    unobservedWeight: 0.1,
    itemCount: 3,
  });
  const ridge = 0.5 * (6 + 0.1 * 3);
  expect(w[0]).toBeCloseTo(2 / (4 + 0.4 + ridge), 7);
  expect(w[1]).toBeCloseTo((5 * 3) / (5 * 9 + 0.9 + ridge), 7);
});

test('agrees with an independent dense solve in f64', () => {
  for (const [items, d, n] of [
    [40, 1, 5],
    [60, 7, 1],
    [60, 7, 20],
    [300, 32, 150],
    [200, 33, 200],
  ]) {
    const rows = new RandomStream(3, `${d}`).shuffle(Array.from({ length: items }, (_, i) => i)).slice(0, n);
    const weights = rows.map((row) => 1 + (row % 3));
    const p = problem(items, d, rows, d, { weights });
    const y = (row: number) => Array.from(p.factors.subarray(row * d, (row + 1) * d));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const a = Array.from({ length: d }, (_, i) =>
      Array.from({ length: d }, (_, j) => {
        const observed = rows.reduce((sum, row, k) => sum + weights[k] * y(row)[i] * y(row)[j], 0);
        return observed + 0.1 * p.gram[i * d + j] + (i === j ? 0.02 * (total + 0.1 * items) : 0);
      }),
    );
    const b = Array.from({ length: d }, (_, i) =>
      rows.reduce((sum, row, k) => sum + weights[k] * y(row)[i], 0),
    );
    const expected = eliminate(a, b);
    foldIn(p).forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[i])));
    });
  }
});

test('no vector nearby has a lower loss', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.uniqueArray(fc.nat(29), { minLength: 1 }),
      fc.nat(),
      (d, rows, seed) => {
        const p = problem(30, d, rows, seed);
        const w = foldIn(p);
        const random = new RandomStream(seed, 'nearby');
        const least = loss(p, w);
        for (let i = 0; i < 10; i++) {
          const nearby = Float64Array.from(w, (value) => value + 0.01 * random.normal());
          expect(loss(p, nearby)).toBeGreaterThan(least);
        }
      },
    ),
    { seed: 4, numRuns: 50 },
  );
});

test('a weight of 2 is the row given twice', () => {
  const twice = foldIn(problem(50, 8, [3, 3, 9], 6));
  const weighted = foldIn(problem(50, 8, [3, 9], 6, { weights: [2, 1] }));
  twice.forEach((value, i) => {
    expect(weighted[i]).toBeCloseTo(value, 6);
  });
});

test('somebody without positives has the zero vector', () => {
  expect(foldIn(problem(50, 8, [], 7))).toEqual(new Float32Array(8));
});

test('inputs that no vector fits are refused by code', () => {
  const refused = (changes: Partial<RowProblem>, code: string) =>
    expect(() => foldIn(problem(10, 3, [1, 2], 8, changes))).toThrow(expect.objectContaining({ code }));
  refused({ rows: [10] }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ rows: [-1] }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ rows: [0.5] }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ weights: [1] }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ weights: [1, 0] }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ weights: [1, Number.NaN] }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ regularization: 0 }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ regularization: Number.NaN }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ unobservedWeight: -1 }, 'ERR_SLUICE_INVALID_ARGUMENT');
  refused({ dimension: 4 }, 'ERR_SLUICE_DIMENSION_MISMATCH');
  refused({ dimension: 0 }, 'ERR_SLUICE_DIMENSION_MISMATCH');
  refused({ gram: new Float64Array(4) }, 'ERR_SLUICE_DIMENSION_MISMATCH');
  refused({ factors: new Float32Array(30).fill(Number.NaN) }, 'ERR_SLUICE_NON_FINITE');
});
