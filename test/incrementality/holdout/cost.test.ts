import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdoutCost, type PricedSlate } from '../../../src/index.ts';

/** A slate of the first `size` of a pool. */
const slate = (scores: number[], size: number, withPool = true): PricedSlate => {
  const pool = {
    rows: Uint32Array.from(scores, (_, i) => i),
    scores: Float32Array.from(scores),
  };
  const shown = { rows: pool.rows.slice(0, size), scores: pool.scores.slice(0, size) };
  return { shown, pool: withPool ? pool : null };
};

/** The expected loss by going through all that the coins can do. */
function enumerated(scores: number[], size: number, share: number): number {
  const f32 = Array.from(Float32Array.from(scores));
  const before = f32.slice(0, size).reduce((sum, score) => sum + score, 0);
  let after = 0;
  for (let coins = 0; coins < 2 ** f32.length; coins++) {
    const open = f32.map((_, i) => ((coins >> i) & 1) === 0);
    const chance = open.reduce((product, one) => product * (one ? 1 - share : share), 1);
    const kept = f32.slice(0, size).filter((_, i) => open[i]);
    const spare = f32
      .slice(size)
      .filter((_, i) => open[size + i])
      .sort((a, b) => b - a);
    const slots = [...kept, ...spare.slice(0, size - kept.length)];
    after += chance * slots.reduce((sum, score) => sum + score, 0);
  }
  return before - after;
}

describe('the cost of a holdout', () => {
  test('is the share of what is shown, less what takes its place: as all coins enumerated', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        (scores, size, share) => {
          const { lost } = holdoutCost([slate(scores, size)], share);
          expect(lost?.mean).toBeCloseTo(enumerated(scores, size, share), 7);
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  test('is given with intervals over decisions; without pools the most that can be lost is known', () => {
    const slates = Array.from({ length: 200 }, (_, i) => slate([0.2 + (i % 5) / 10, 0.1], 1, false));
    const { decisions, plays, withheld, lost } = holdoutCost(slates, 0.05);
    expect(decisions).toBe(200);
    expect(plays.mean).toBeCloseTo(0.4, 6);
    expect(withheld.mean).toBeCloseTo(0.02, 6);
    expect(withheld.low).toBeLessThan(0.02);
    expect(withheld.high).toBeCloseTo(0.05 * plays.high, 9);
    expect(lost).toBeNull();
  });

  test('leaves out what was shown without a score, and is refused where nothing is left', () => {
    const unscored = {
      shown: { rows: Uint32Array.of(1), scores: Float32Array.of(Number.NaN) },
      pool: null,
    };
    expect(holdoutCost([unscored, slate([0.5], 1)], 0.1).decisions).toBe(1);
    const refused = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    expect(() => holdoutCost([unscored], 0.1)).toThrow(refused);
    expect(() => holdoutCost([slate([0.5], 1)], 1)).toThrow(refused);
  });
});
