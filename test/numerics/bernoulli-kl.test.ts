import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bernoulliKl, klLowerBound, klUpperBound } from '../../src/numerics/bernoulli-kl.ts';

/** The same root by bisection, which is slow and sure. */
function bisect(mean: number, bound: number): number {
  let low = mean;
  let high = 1;
  for (let i = 0; i < 200; i++) {
    const q = (low + high) / 2;
    if (q !== 1 && bernoulliKl(mean, q) <= bound) low = q;
    else high = q;
  }
  return low;
}

describe('relative entropy of Bernoulli variables', () => {
  test('has the values of its definition, also at the ends', () => {
    expect(bernoulliKl(0.5, 0.5)).toBe(0);
    expect(bernoulliKl(0.5, 0.25)).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 15);
    expect(bernoulliKl(0, 0.5)).toBeCloseTo(Math.log(2), 15);
    expect(bernoulliKl(1, 0.5)).toBeCloseTo(Math.log(2), 15);
    expect(bernoulliKl(0.3, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is inverted to the root that bisection finds', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-9, max: 20, noNaN: true }),
        (mean, bound) => {
          const upper = klUpperBound(mean, bound);
          expect(Math.abs(upper - bisect(mean, bound))).toBeLessThan(1e-9 + 1e-7 * (upper - mean));
          expect(upper).toBeGreaterThanOrEqual(mean);
          expect(upper).toBeLessThanOrEqual(1);
          expect(klLowerBound(1 - mean, bound)).toBeCloseTo(1 - upper, 9);
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });

  test('without doubt leaves the mean, with endless doubt the ends', () => {
    expect(klUpperBound(0.3, 0)).toBe(0.3);
    expect(klUpperBound(0.3, Number.POSITIVE_INFINITY)).toBe(1);
    expect(klLowerBound(0.3, Number.POSITIVE_INFINITY)).toBe(0);
    expect(klUpperBound(1, 0.1)).toBe(1);
    expect(klUpperBound(0, 0.1)).toBeCloseTo(1 - Math.exp(-0.1), 15);
  });
});
