import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap, bootstrapAll, quantile } from '../../src/numerics/bootstrap.ts';
import { RandomStream } from '../../src/numerics/random.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('bootstrap', () => {
  it('holds the mean between its bounds, within the range of the values', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 40 }), fc.nat(), (values, seed) => {
        const { mean, low, high } = bootstrap(values, { seed, resamples: 200 });
        const slack = 1e-9 * (1 + Math.max(...values.map(Math.abs)));
        expect(mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values) - slack);
        expect(high).toBeLessThanOrEqual(Math.max(...values) + slack);
      }),
      { numRuns: 50 },
    );
  });

  it('is 1.96 standard errors wide to either side for many values', () => {
    const random = new RandomStream(1, 'normal values');
    const values = Float64Array.from({ length: 2000 }, () => random.normal());
    const { mean, low, high } = bootstrap(values, { resamples: 4000 });
    const error = 1.96 / Math.sqrt(2000);
    expect((mean - low) / error).toBeCloseTo(1, 1);
    expect((high - mean) / error).toBeCloseTo(1, 1);
  });

  it('covers the true mean in about 95 of 100 samples', () => {
    let covered = 0;
    for (let sample = 0; sample < 400; sample++) {
      const random = new RandomStream(sample, 'coverage');
      const values = Float64Array.from({ length: 100 }, () => random.uniform());
      const { low, high } = bootstrap(values, { resamples: 400, seed: sample });
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    // Four standard errors of a coverage of .95 over 400 samples.
    expect(Math.abs(covered / 400 - 0.95)).toBeLessThan(0.045);
  });

  it('is narrower at a lower level, and the same for the same seed', () => {
    const values = Float64Array.from({ length: 50 }, (_, i) => Math.sqrt(i));
    const wide = bootstrap(values);
    const narrow = bootstrap(values, { level: 0.5 });
    expect(narrow.low).toBeGreaterThan(wide.low);
    expect(narrow.high).toBeLessThan(wide.high);
    expect(bootstrap(values)).toEqual(wide);
    expect(bootstrap(values, { seed: 2 })).not.toEqual(wide);
  });

  it('draws the same resamples for every column', () => {
    const a = [0, 1, 1, 0, 1, 0.5];
    const b = a.map((x) => 3 * x + 1);
    const [first, second] = bootstrapAll([a, b]);
    expect(first).toEqual(bootstrap(a));
    expect(second.low).toBeCloseTo(3 * first.low + 1, 12);
    expect(second.high).toBeCloseTo(3 * first.high + 1, 12);
    expect(bootstrapAll([])).toEqual([]);
  });

  it('refuses what has no mean', () => {
    const invalid = { code: 'ERR_SLUICE_INVALID_ARGUMENT' };
    expect(() => bootstrap([])).toThrow(expect.objectContaining(invalid));
    expect(() => bootstrapAll([[1, 2], [1]])).toThrow(expect.objectContaining(invalid));
    expect(() => bootstrap([1], { resamples: 0 })).toThrow(expect.objectContaining(invalid));
    expect(() => bootstrap([1], { level: 1 })).toThrow(expect.objectContaining(invalid));
    const nonFinite = expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' });
    expect(() => bootstrap([1, Number.NaN])).toThrow(nonFinite);
    expect(() => bootstrap([Number.POSITIVE_INFINITY])).toThrow(nonFinite);
  });
});

describe('quantile', () => {
  it('is linear between order statistics', () => {
    const sorted = [1, 2, 4, 8];
    expect(quantile(sorted, 0)).toBe(1);
    expect(quantile(sorted, 1)).toBe(8);
    expect(quantile(sorted, 0.5)).toBe(3);
    expect(quantile(sorted, 0.9)).toBeCloseTo(4 + 0.7 * 4, 12);
    expect(quantile([5], 0.3)).toBe(5);
  });
});
