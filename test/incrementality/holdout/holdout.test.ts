import { describe, expect, test } from 'vitest';
import { Holdout } from '../../../src/index.ts';

const ITEMS = 100;
const PEOPLE = 400;

/** Which of the people and items are withheld, as 0 and 1. */
const drawn = (holdout: Holdout, surface = 'home') =>
  Float64Array.from({ length: PEOPLE * ITEMS }, (_, i) =>
    holdout.withholds(Math.floor(i / ITEMS) * 7919, `title-${i % ITEMS}`, surface) ? 1 : 0,
  );
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Standard deviations of a share of `n` draws. */
const deviations = (share: number, p: number, n: number) => (share - p) / Math.sqrt((p * (1 - p)) / n);

describe('a holdout', () => {
  test.each([0.01, 0.05, 0.5])('withholds a share of %s, from every person and of every item', (share) => {
    const all = drawn(new Holdout({ experiment: 'rates', share }));
    expect(Math.abs(deviations(mean(all), share, all.length))).toBeLessThan(4);
    // Sums over people and over items vary as those of independent coins do: chi-square about its degrees of freedom.
    for (const [groups, of] of [
      [PEOPLE, (i: number) => Math.floor(i / ITEMS)],
      [ITEMS, (i: number) => i % ITEMS],
    ] as const) {
      const sums = new Float64Array(groups);
      all.forEach((one, i) => {
        sums[of(i)] += one;
      });
      const size = all.length / groups;
      const square = sums.reduce((sum, x) => sum + (x - size * share) ** 2 / (size * share * (1 - share)), 0);
      expect(Math.abs(square - groups) / Math.sqrt(2 * groups)).toBeLessThan(5);
    }
  });

  test.each([
    ['another surface', new Holdout({ experiment: 'a', share: 0.2 }), 'billboard'],
    ['another experiment', new Holdout({ experiment: 'b', share: 0.2 }), 'home'],
  ])('draws independently on %s', (_, holdout, surface) => {
    const a = drawn(new Holdout({ experiment: 'a', share: 0.2 }));
    const b = drawn(holdout, surface);
    const both = mean(a.map((one, i) => one * b[i]));
    expect(Math.abs(deviations(both, 0.04, a.length))).toBeLessThan(4);
  });

  test('is the same in every process and version: what it draws is held by this test', () => {
    const holdout = new Holdout({ experiment: 'golden', share: 0.25 });
    const text = Array.from({ length: 64 }, (_, i) =>
      holdout.withholds(2 ** 31 + i, 'Amélie', 'billboard') ? '1' : '0',
    ).join('');
    expect(text).toBe('0000011100000010000010000100000000000010000000100010010101011100');
  });

  test('with a larger share withholds the same items and more', () => {
    const few = drawn(new Holdout({ experiment: 'a', share: 0.05 }));
    const many = drawn(new Holdout({ experiment: 'a', share: 0.2 }));
    expect(few.every((one, i) => one <= many[i])).toBe(true);
  });

  test('runs on its surfaces, from its first moment to before its end', () => {
    const holdout = new Holdout({ experiment: 'a', surfaces: ['billboard'], from: 10, to: 20 });
    expect([9, 10, 19, 20].map((time) => holdout.runs('billboard', time))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(holdout.runs('home', 15)).toBe(false);
    expect(new Holdout({ experiment: 'a' }).runs('anything', 0)).toBe(true);
  });

  test.each([
    ['no name', { experiment: '' }],
    ['a name of 257 characters', { experiment: 'x'.repeat(257) }],
    ['a share of 0', { experiment: 'a', share: 0 }],
    ['a share of 1', { experiment: 'a', share: 1 }],
    ['a share of NaN', { experiment: 'a', share: Number.NaN }],
    ['no surface', { experiment: 'a', surfaces: [] }],
    ['a surface that is no list', { experiment: 'a', surfaces: 'home' }],
    ['an end before its beginning', { experiment: 'a', from: 2, to: 1 }],
    ['a beginning of NaN', { experiment: 'a', from: Number.NaN }],
  ])('is refused with %s', (_, options) => {
    expect(() => new Holdout(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
