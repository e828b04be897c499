import { describe, expect, test } from 'vitest';
import { fitPlatt, plattProbability } from '../../src/numerics/platt.ts';
import { RandomStream } from '../../src/numerics/random.ts';

describe('Platt scaling', () => {
  test('recovers the curve that made the labels, within three standard errors', () => {
    const random = new RandomStream(3, 'platt');
    const n = 40_000;
    const scores = Float64Array.from({ length: n }, () => random.normal());
    const labels = Uint8Array.from(scores, (score) =>
      random.uniform() < 1 / (1 + Math.exp(-(1.5 * score - 2))) ? 1 : 0,
    );
    const { slope, intercept } = fitPlatt(scores, labels);
    expect(Math.abs(slope - 1.5)).toBeLessThan(0.07);
    expect(Math.abs(intercept + 2)).toBeLessThan(0.07);
  });

  test('the mean prediction equals the smoothed base rate, as the gradient demands', () => {
    const scores = [0, 1, 2, 3, 4, 5, 6, 7];
    const labels = [0, 0, 1, 0, 1, 0, 1, 1];
    const curve = fitPlatt(scores, labels);
    const mean = scores.reduce((sum, score) => sum + plattProbability(curve, score), 0) / 8;
    expect(mean).toBeCloseTo((4 * (5 / 6) + 4 * (1 / 6)) / 8, 6);
  });

  test('separable labels give a finite curve and probabilities strictly inside (0, 1)', () => {
    const curve = fitPlatt([-1, -1, 1, 1], [0, 0, 1, 1]);
    expect(Number.isFinite(curve.slope)).toBe(true);
    expect(plattProbability(curve, 1e9)).toBeLessThan(1);
    expect(plattProbability(curve, -1e9)).toBeGreaterThan(0);
  });

  test('labels of one kind only are refused', () => {
    expect(() => fitPlatt([1, 2], [1, 1])).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

test('counts a weight as so many labels, and a share as so many of each kind', () => {
  const scores = [0, 1, 2, 3];
  const once = fitPlatt([0, 0, 1, 2, 2, 2, 2, 3], [0, 1, 1, 0, 0, 0, 1, 1]);
  const weighted = fitPlatt(scores, [0.5, 1, 0.25, 1], [2, 1, 4, 1]);
  expect(weighted.slope).toBeCloseTo(once.slope, 6);
  expect(weighted.intercept).toBeCloseTo(once.intercept, 6);
});
