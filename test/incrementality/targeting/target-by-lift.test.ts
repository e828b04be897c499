import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream, targetByLift } from '../../../src/index.ts';

const people = fc.array(
  fc.record({
    lift: fc.double({ min: -1, max: 1, noNaN: true }),
    cost: fc.double({ min: 0.1, max: 3, noNaN: true }),
  }),
  { maxLength: 9 },
);

describe('budgeted targeting', () => {
  test('stays within the budget, near the best of all choices, below its bound', () => {
    fc.assert(
      fc.property(people, fc.double({ min: 0, max: 8, noNaN: true }), (list, budget) => {
        const lifts = Float64Array.from(list, ({ lift }) => lift);
        const costs = Float64Array.from(list, ({ cost }) => cost);
        const { chosen, cost, value, most } = targetByLift(lifts, { costs, budget });
        let best = 0;
        for (let set = 0; set < 2 ** list.length; set++) {
          const members = list.filter((_, i) => (set >> i) & 1);
          if (members.reduce((sum, one) => sum + one.cost, 0) > budget) continue;
          best = Math.max(
            best,
            members.reduce((sum, one) => sum + one.lift, 0),
          );
        }
        expect(cost).toBeLessThanOrEqual(budget);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(value.mean).toBeLessThanOrEqual(best + 1e-12);
        expect(best).toBeLessThanOrEqual(most + 1e-12);
        expect(best - value.mean).toBeLessThanOrEqual(Math.max(0, ...lifts) + 1e-12);
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  test('with equal costs takes the largest positive lifts', () => {
    const lifts = Float64Array.of(0.1, -0.5, 0.3, 0, 0.2);
    const costs = new Float64Array(5).fill(2);
    expect(targetByLift(lifts, { costs, budget: 5 }).chosen).toEqual(Uint32Array.of(2, 4));
    expect(targetByLift(lifts, { costs, budget: 100 }).chosen).toEqual(Uint32Array.of(2, 4, 0));
    expect(targetByLift(lifts, { costs, budget: 1 })).toMatchObject({
      cost: 0,
      value: { mean: 0, low: 0, high: 0 },
    });
  });

  test('judged by effects from other data is covered 95 times in 100, where the lifts flatter themselves', () => {
    const n = 400;
    const costs = new Float64Array(n).fill(1);
    let covered = 0;
    let flattered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const random = new RandomStream(seed, 'targeting');
      const noisy = () => Float64Array.from({ length: n }, () => 0.05 + 0.2 * random.normal());
      const [lifts, effects] = [noisy(), noisy()];
      const { chosen, value } = targetByLift(lifts, { costs, budget: 100, effects });
      const truth = 0.05 * chosen.length;
      if (value.low <= truth && truth <= value.high) covered++;
      if (targetByLift(lifts, { costs, budget: 100 }).value.mean > truth) flattered++;
    }
    expect(covered).toBeGreaterThanOrEqual(180);
    expect(flattered).toBe(200);
  });

  test('adds up standard errors of independent lifts', () => {
    const { value } = targetByLift(Float64Array.of(1, 2), {
      costs: Float64Array.of(1, 1),
      budget: 2,
      standardErrors: Float64Array.of(3, 4),
    });
    expect(value.mean).toBe(3);
    expect(value.high - value.mean).toBeCloseTo(5 * 1.959964, 5);
  });

  test.each([
    ['a cost of 0', { costs: Float64Array.of(0) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['other lengths', { costs: new Float64Array(2).fill(1) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a budget below 0', { budget: -1 }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a budget of NaN', { budget: Number.NaN }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['an effect of NaN', { effects: Float64Array.of(Number.NaN) }, 'ERR_SLUICE_NON_FINITE'],
  ])('is refused with %s', (_, changes, code) => {
    const options = { costs: Float64Array.of(1), budget: 1, ...changes };
    expect(() => targetByLift(Float64Array.of(1), options)).toThrow(expect.objectContaining({ code }));
  });
});
