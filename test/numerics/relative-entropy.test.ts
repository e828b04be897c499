import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestWithin, relativeEntropy, smallestWithin } from '../../src/numerics/relative-entropy.ts';

/** By the definition, term by term. */
function kl(p: number, q: number): number {
  let sum = 0;
  if (p > 0) sum += p * (Math.log(p) - Math.log(q));
  if (p < 1) sum += (1 - p) * (Math.log1p(-p) - Math.log1p(-q));
  return sum;
}

/** By bisection, in f64 to the last bit. */
function largestByBisection(p: number, divergence: number): number {
  let low = p;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return low;
    if (kl(p, middle) <= divergence) low = middle;
    else high = middle;
  }
}

const chance = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 1e-9, 1 - 1e-9),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

describe('the relative entropy of Bernoulli distributions', () => {
  test('is that of the definition', () => {
    fc.assert(
      fc.property(chance, fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (p, q) => {
        expect(Math.abs(relativeEntropy(p, q) - kl(p, q))).toBeLessThan(1e-12);
        expect(relativeEntropy(p, q)).toBeGreaterThanOrEqual(2 * (p - q) ** 2 - 1e-12);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('is 0 for equal coins and infinite where q rules out what p allows', () => {
    for (const p of [0, 0.3, 1]) expect(relativeEntropy(p, p)).toBe(0);
    expect(relativeEntropy(0.5, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(relativeEntropy(0.5, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the largest chance within a divergence', () => {
  test('is what bisection finds', () => {
    fc.assert(
      fc.property(chance, fc.double({ min: -12, max: 2.5, noNaN: true }), (p, exponent) => {
        const divergence = 10 ** exponent;
        const q = largestWithin(p, divergence);
        expect(q).toBeGreaterThanOrEqual(p);
        expect(q).toBeLessThanOrEqual(1);
        // Near p the divergence grows with the square of the distance, which its own rounding therefore moves most.
        expect(Math.abs(q - largestByBisection(p, divergence))).toBeLessThan(1e-9);
        if (divergence > 1e-4) expect(Math.abs(q - largestByBisection(p, divergence))).toBeLessThan(1e-11);
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  test('has a closed form for a coin that never showed heads: 1 - exp(-divergence)', () => {
    for (const divergence of [1e-9, 0.1, 3, 40])
      expect(largestWithin(0, divergence)).toBeCloseTo(-Math.expm1(-divergence), 15);
  });

  test('is the coin itself where nothing may diverge, and 1 for one that always shows heads', () => {
    expect(largestWithin(0.4, 0)).toBe(0.4);
    expect(largestWithin(0.4, -1)).toBe(0.4);
    expect(largestWithin(1, 0.2)).toBe(1);
    expect(largestWithin(0.4, 1e6)).toBe(1);
  });
});

test('the smallest chance within a divergence lies as far below, seen from the other side', () => {
  expect(smallestWithin(0.5, 0.0204)).toBeCloseTo(0.4, 3);
  expect(smallestWithin(1, 0.5)).toBeCloseTo(Math.exp(-0.5), 12);
  expect(smallestWithin(0, 0.5)).toBe(0);
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.double({ min: 0.001, max: 5, noNaN: true }),
      (p, d) => {
        const q = smallestWithin(p, d);
        expect(q).toBeLessThan(p);
        expect(q).toBeGreaterThanOrEqual(0);
        if (q > 1e-9) expect(Math.abs(kl(p, q) - d)).toBeLessThan(1e-6);
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});
