import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/numerics/random.ts';
import { WeightedDraw } from '../../src/simulation/weighted-draw.ts';

describe('a weighted draw', () => {
  test('comes up in proportion to the weights, within four standard errors', () => {
    const weights = [5, 0, 1, 0.25, 12, 3.75];
    const draw = new WeightedDraw(weights);
    const random = new RandomStream(11, 'weighted');
    const counts = new Float64Array(weights.length);
    const n = 200_000;
    for (let i = 0; i < n; i++) counts[draw.next(random)]++;
    weights.forEach((weight, i) => {
      const p = weight / 22;
      expect(Math.abs(counts[i] - n * p)).toBeLessThanOrEqual(4 * Math.sqrt(n * p * (1 - p)));
    });
  });

  test('refuses weights that are negative, not numbers, or all zero', () => {
    for (const weights of [[1, -1], [Number.NaN], [0, 0], [], [Number.POSITIVE_INFINITY]]) {
      expect(() => new WeightedDraw(weights)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});
