import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normFromSquares, scanThreshold } from '../../src/vectors/bound.ts';
import { exactScore } from '../../src/vectors/exact-score.ts';

const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 60), max: 2 ** 60 });
const pairs = fc.array(fc.tuple(float, float), { minLength: 1, maxLength: 80 });

function norm(vector: Float32Array): number {
  return normFromSquares(vector.reduce((sum, x) => sum + x * x, 0));
}

/** An f32 inner product in the order of `order`, rounded after every step. */
function f32Dot(query: Float32Array, row: Float32Array, order: readonly number[]): number {
  let sum = 0;
  for (const j of order) sum = Math.fround(sum + Math.fround(query[j]! * row[j]!));
  return sum;
}

test('whatever the order of summation, the f32 score of a row reaches the threshold of its exact score', () => {
  const shuffled = pairs.chain((values) =>
    fc.tuple(
      fc.constant(values),
      fc.shuffledSubarray(
        values.map((_, i) => i),
        { minLength: values.length },
      ),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([values, order]) => {
      const query = Float32Array.from(values, ([q]) => q);
      const row = Float32Array.from(values, ([, x]) => x);
      const score = exactScore(query, row, 0);
      const threshold = scanThreshold(score, norm(query), norm(row), values.length);
      expect(f32Dot(query, row, order)).toBeGreaterThanOrEqual(threshold);
    }),
    { numRuns: 3000, seed: 5 },
  );
});

test('the threshold is close enough to pass few rows in vain', () => {
  expect(scanThreshold(1, 1, 1, 128)).toBeGreaterThan(1 - 1e-5);
  expect(scanThreshold(1, 1, 1, 128)).toBeLessThan(1);
});

test('where f32 may overflow, or nothing is known, every row passes', () => {
  expect(scanThreshold(1, 1e20, 1e20, 8)).toBe(-Infinity);
  expect(scanThreshold(1, 0, Number.POSITIVE_INFINITY, 8)).toBe(-Infinity);
  expect(scanThreshold(-Infinity, 1, 1, 8)).toBe(-Infinity);
});
