import { describe, expect, test } from 'vitest';
import { betaCdf, lnBeta, lnGamma } from '../../src/numerics/beta.ts';
import { RandomStream } from '../../src/numerics/random.ts';

describe('the incomplete beta function', () => {
  test('ln Gamma equals ln (n-1)! at whole numbers and ln sqrt(pi) at one half', () => {
    let factorial = 0;
    for (let n = 1; n <= 60; n++) {
      expect(lnGamma(n)).toBeCloseTo(factorial, 10);
      factorial += Math.log(n);
    }
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });

  test('with whole parameters the distribution equals a binomial tail', () => {
    const tail = (x: number, a: number, b: number) => {
      const n = a + b - 1;
      let sum = 0;
      for (let j = a; j <= n; j++) {
        let term = 1;
        for (let i = 1; i <= j; i++) term *= (n - j + i) / i;
        sum += term * x ** j * (1 - x) ** (n - j);
      }
      return sum;
    };
    for (const [a, b] of [
      [1, 1],
      [2, 5],
      [7, 3],
      [20, 30],
    ]) {
      for (const x of [0.01, 0.1, 0.3, 0.5, 0.77, 0.99]) {
        expect(betaCdf(x, a, b)).toBeCloseTo(tail(x, a, b), 12);
      }
    }
  });

  test('it is symmetric, monotone and bounded for tiny and huge parameters', () => {
    for (const [a, b] of [
      [0.01, 0.01],
      [0.5, 400],
      [10, 1e5],
      [1e5, 1e5],
    ]) {
      let last = 0;
      for (let i = 0; i <= 100; i++) {
        const value = betaCdf(i / 100, a, b);
        expect(value).toBeGreaterThanOrEqual(last - 1e-12);
        expect(value).toBeLessThanOrEqual(1);
        expect(value).toBeCloseTo(1 - betaCdf(1 - i / 100, b, a), 8);
        last = value;
      }
      expect(last).toBe(1);
    }
  });

  test('draws of the random stream follow it (Kolmogorov distance within 1.63 / sqrt n)', () => {
    const n = 4000;
    for (const [a, b] of [
      [0.5, 0.5],
      [2, 8],
      [12, 300],
    ]) {
      const random = new RandomStream(5, `beta ${a} ${b}`);
      const draws = Float64Array.from({ length: n }, () => random.beta(a, b)).sort();
      const lnB = lnBeta(a, b);
      let distance = 0;
      draws.forEach((x, i) => {
        const p = betaCdf(x, a, b, lnB);
        distance = Math.max(distance, Math.abs(p - i / n), Math.abs(p - (i + 1) / n));
      });
      expect(distance).toBeLessThan(1.63 / Math.sqrt(n));
    }
  });
});
