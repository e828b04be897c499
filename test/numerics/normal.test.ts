import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../src/numerics/normal.ts';

describe('the normal distribution function', () => {
  // From mpmath with 40 digits.
  test.each([
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [-1, 0.158655253931457],
    [1.959963984540054, 0.975],
    [-2.999, 0.00135433653372711],
    [-3.001, 0.00134547282508497],
    [-6, 9.86587645037698e-10],
    [-10, 7.61985302416053e-24],
    [-37, 5.72557122252458e-300],
  ])('of %f is %f', (x, p) => {
    expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-12);
  });

  test('is the integral of the density, by Simpson on a fine grid', () => {
    const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    for (const [a, b] of [
      [-4, -3],
      [-3.5, -1],
      [-1, 2],
      [2, 4],
    ]) {
      const n = 2000;
      const h = (b - a) / n;
      let sum = density(a) + density(b);
      for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * density(a + i * h);
      expect(normalCdf(b) - normalCdf(a)).toBeCloseTo((sum * h) / 3, 13);
    }
  });

  test('adds up to 1 with its mirror image, and ends at 0 and 1', () => {
    for (const x of [0.1, 1, 2.9, 3.1, 8]) expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 15);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(-40)).toBeLessThan(1e-300);
  });
});
