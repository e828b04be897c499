import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isotonic } from '../../src/numerics/isotonic.ts';

/** The value at each point. */
function fitted(values: number[], weights?: number[]): number[] {
  const { starts, means } = isotonic(values, weights);
  return values.map((_, i) => means[starts.findLastIndex((start) => start <= i)]);
}

const cases = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 })), {
  minLength: 1,
  maxLength: 14,
});

describe('isotonic regression', () => {
  test('is the largest mean of what ends here over the least of what begins here (min-max formula)', () => {
    fc.assert(
      fc.property(cases, (pairs) => {
        const values = pairs.map(([value]) => value);
        const weights = pairs.map(([, weight]) => weight);
        const mean = (from: number, to: number) => {
          const part = pairs.slice(from, to + 1);
          return part.reduce((sum, [v, w]) => sum + v * w, 0) / part.reduce((sum, [, w]) => sum + w, 0);
        };
        fitted(values, weights).forEach((received, i) => {
          let expected = Number.NEGATIVE_INFINITY;
          for (let from = 0; from <= i; from++) {
            let least = Number.POSITIVE_INFINITY;
            for (let to = i; to < values.length; to++) least = Math.min(least, mean(from, to));
            expected = Math.max(expected, least);
          }
          expect(received).toBeCloseTo(expected, 9);
        });
      }),
    );
  });

  test('has blocks that strictly rise, and keeps the weighted total', () => {
    fc.assert(
      fc.property(cases, (pairs) => {
        const weights = pairs.map(([, weight]) => weight);
        const blocks = isotonic(
          pairs.map(([value]) => value),
          weights,
        );
        for (let b = 1; b < blocks.means.length; b++)
          expect(blocks.means[b]).toBeGreaterThan(blocks.means[b - 1]);
        const total = blocks.means.reduce((sum, mean, b) => sum + mean * blocks.weights[b], 0);
        expect(total).toBeCloseTo(
          pairs.reduce((sum, [v, w]) => sum + v * w, 0),
          8,
        );
      }),
    );
  });

  test('refuses weights of another length or not above 0', () => {
    for (const weights of [[1], [1, 0], [1, Number.NaN]]) {
      expect(() => isotonic([1, 2], weights)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});
