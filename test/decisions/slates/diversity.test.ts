import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { determinantalGreedy } from '../../../src/decisions/slates/determinantal-greedy.ts';
import { maximalMarginalRelevance } from '../../../src/decisions/slates/maximal-marginal-relevance.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { slates } from '../slates-of.ts';

/** Items with relevances in [0, 1) and vectors of normals. */
function items(seed: number, n: number, dimension: number) {
  const random = new RandomStream(seed, 'items');
  return {
    relevance: Array.from({ length: n }, () => random.uniform()),
    vectors: Float32Array.from({ length: n * dimension }, () => random.normal()),
  };
}

function cosineOf(vectors: Float32Array, d: number, a: number, b: number): number {
  let [product, squareA, squareB] = [0, 0, 0];
  for (let j = 0; j < d; j++) {
    product += vectors[a * d + j] * vectors[b * d + j];
    squareA += vectors[a * d + j] ** 2;
    squareB += vectors[b * d + j] ** 2;
  }
  return product / Math.sqrt(squareA * squareB);
}

/** The determinant by Leibniz's sum over permutations. */
function determinant(matrix: number[][]): number {
  if (matrix.length === 0) return 1;
  return matrix[0].reduce(
    (sum, entry, column) =>
      sum +
      (column % 2 === 0 ? 1 : -1) *
        entry *
        determinant(matrix.slice(1).map((row) => row.filter((_, j) => j !== column))),
    0,
  );
}

/** tradeOff x relevances + (1 - tradeOff) ln det S of a slate. */
function logDensity(relevance: number[], vectors: Float32Array, d: number, theta: number, slate: number[]) {
  const s = slate.map((a) => slate.map((b) => cosineOf(vectors, d, a, b)));
  const sum = slate.reduce((total, item) => total + relevance[item], 0);
  return theta * sum + (1 - theta) * Math.log(determinant(s));
}

/** The items in descending order of what each adds. */
function greedy(n: number, size: number, gain: (before: number[], item: number) => number): number[] {
  const picks: number[] = [];
  while (picks.length < Math.min(size, n)) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let item = 0; item < n; item++) {
      if (picks.includes(item)) continue;
      const value = gain(picks, item);
      if (best < 0 || value > most) {
        best = item;
        most = value;
      }
    }
    picks.push(best);
  }
  return picks;
}

describe('greedy MAP of a determinantal point process', () => {
  test('takes at each place the item with which the determinant, formed anew, is largest', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 0.3, 0.7, 1),
        (seed, n, size, theta) => {
          const { relevance, vectors } = items(seed, n, 6);
          const picks = determinantalGreedy(relevance, vectors, 6, size, theta);
          const expected = greedy(n, size, (before, item) =>
            logDensity(relevance, vectors, 6, theta, [...before, item]),
          );
          expect(Array.from(picks)).toEqual(expected);
        },
      ),
      { seed: 21, numRuns: 150 },
    );
  });

  test('comes near the best of all slates', () => {
    let found = 0;
    for (let seed = 0; seed < 30; seed++) {
      const { relevance, vectors } = items(seed, 8, 5);
      const own = logDensity(
        relevance,
        vectors,
        5,
        0.5,
        Array.from(determinantalGreedy(relevance, vectors, 5, 3, 0.5)),
      );
      const best = Math.max(
        ...slates(8, 3).map((slate) => logDensity(relevance, vectors, 5, 0.5, Array.from(slate))),
      );
      expect(own).toBeLessThanOrEqual(best + 1e-9);
      expect(own).toBeGreaterThan(best - 0.35);
      if (own > best - 1e-9) found++;
    }
    expect(found).toBeGreaterThan(12);
  });

  test('fills the slate by relevance once the vectors span all', () => {
    const vectors = Float32Array.of(1, 0, 0, 1, 1, 1, 2, 2, 0, 0);
    const picks = determinantalGreedy([0.1, 0.2, 0.3, 0.9, 0.8], vectors, 2, 5, 0.5);
    // The fourth, then the one of the axes that is more relevant; the rest lies in their span, or is no direction.
    expect(Array.from(picks)).toEqual([3, 1, 4, 2, 0]);
  });
});

describe('maximal marginal relevance', () => {
  test('takes at each place the item that its definition names', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(0, 0.3, 0.7, 1),
        (seed, n, size, lambda) => {
          const { relevance, vectors } = items(seed, n, 4);
          const picks = maximalMarginalRelevance(relevance, vectors, 4, size, lambda);
          const expected = greedy(n, size, (before, item) => {
            const alike = before.map((other) => cosineOf(vectors, 4, item, other));
            return lambda * relevance[item] - (1 - lambda) * (before.length === 0 ? 0 : Math.max(...alike));
          });
          expect(Array.from(picks)).toEqual(expected);
        },
      ),
      { seed: 22, numRuns: 200 },
    );
  });
});

test.each([determinantalGreedy, maximalMarginalRelevance])('%o refuses what it cannot weigh', (choose) => {
  const vectors = Float32Array.of(1, 0, 0, 1);
  const code = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'none';
  };
  expect(code(() => choose([1, 2], vectors, 2, 1, 0.5))).toBe('none');
  expect(code(() => choose([1, 2], vectors, 3, 1, 0.5))).toBe('ERR_SLUICE_DIMENSION_MISMATCH');
  expect(code(() => choose([1, 2], vectors, 0, 1, 0.5))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  expect(code(() => choose([1, 2], vectors, 2, -1, 0.5))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  expect(code(() => choose([1, 2], vectors, 2, 1, 1.5))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  expect(code(() => choose([1, Number.NaN], vectors, 2, 1, 0.5))).toBe('ERR_SLUICE_NON_FINITE');
  expect(code(() => choose([1, 2], Float32Array.of(1, 0, 0, Number.NaN), 2, 1, 0.5))).toBe(
    'ERR_SLUICE_NON_FINITE',
  );
});
