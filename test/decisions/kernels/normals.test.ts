import { describe, expect, test } from 'vitest';
import { exp, log } from '../../../src/decisions/kernels/reference/elementary.ts';
import { normals, quantile } from '../../../src/decisions/kernels/reference/normals.ts';

test('exp and log are those of Math to a unit in the last place or two', () => {
  let worst = 0;
  for (let i = 0; i < 20_000; i++) {
    const x = -((i * 0.6180339887) % 1) * (i % 2 === 0 ? 700 : 3);
    worst = Math.max(worst, Math.abs(exp(x) / Math.exp(x) - 1));
    const y = Math.exp(x);
    if (i % 2 === 1) worst = Math.max(worst, Math.abs(log(y) - Math.log(y)) / (1 + Math.abs(Math.log(y))));
  }
  expect(worst).toBeLessThan(4.5e-16);
  expect([exp(0), exp(-708.5), exp(Number.NEGATIVE_INFINITY)]).toEqual([1, 0, 0]);
  expect([log(1), log(2 ** -53)]).toEqual([0, Math.log(2 ** -53)]);
});

/** Quantiles of the standard normal distribution to 16 digits, from the literature and arbitrary precision. */
test.each([
  [0.975, 1.9599639845400543],
  [0.75, 0.6744897501960817],
  [0.999, 3.090232306167813],
  [0.0001, -3.719016485455709],
  [1e-10, -6.361340902404056],
])('the quantile of %f is %f', (p, expected) => {
  expect(quantile(p - 0.5)).toBeCloseTo(expected, p === 1e-10 ? 5 : 12);
});

describe('a million normals of a key', () => {
  const count = 1_000_000;
  const draws = new Float64Array(count);
  normals(3, 4, draws);

  test('have the moments of the standard normal distribution', () => {
    const moment = (power: number) => draws.reduce((sum, x) => sum + x ** power, 0) / count;
    // Within five standard errors: the variance of x^k is E x^2k - (E x^k)^2.
    [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
      [6, 15, 10_170],
    ].forEach(([power, expected, variance]) => {
      expect(Math.abs(moment(power) - expected)).toBeLessThan(5 * Math.sqrt(variance / count));
    });
  });

  test('are distributed as such, by the test of Kolmogorov and Smirnov', () => {
    const sorted = draws.slice().sort();
    // Marsaglia's series for the distribution function, "Evaluating the normal distribution" (2004).
    const cdf = (x: number) => {
      let [term, sum] = [x, x];
      for (let i = 3; sum + term !== sum; i += 2) {
        term *= (x * x) / i;
        sum += term;
      }
      return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046727);
    };
    let distance = 0;
    for (let i = 0; i < count; i += 10) distance = Math.max(distance, Math.abs(cdf(sorted[i]) - i / count));
    // The critical value at 1e-4.
    expect(distance).toBeLessThan(2.23 / Math.sqrt(count));
  });

  test('lie beyond 3, 4 and 4.5 as often as they should, on both sides', () => {
    for (const [limit, share] of [
      [3, 1.3498980316301e-3],
      [4, 3.167124183312e-5],
      [4.5, 3.397673124731e-6],
    ]) {
      for (const sign of [-1, 1]) {
        const found = draws.reduce((n, x) => n + Number(sign * x > limit), 0);
        expect(Math.abs(found - share * count)).toBeLessThan(4 * Math.sqrt(share * count) + 1);
      }
    }
  });
});
