import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../src/numerics/random.ts';
import { expectedCalibrationError } from '../../../../src/reasoning/router/evaluation/calibration-error.ts';
import { judgeRouters } from '../../../../src/reasoning/router/evaluation/judge-routers.ts';
import {
  apgr,
  qualityCostCurve,
  spendToRecover,
} from '../../../../src/reasoning/router/evaluation/quality-cost.ts';
import { placesWithinFolds, ruleScores } from '../../../../src/reasoning/router/evaluation/rule-order.ts';

const outcomes = fc
  .array(
    fc.record({
      gain: fc.integer({ min: -1, max: 3 }),
      cost: fc.integer({ min: 1, max: 9 }),
      score: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .filter((all) => all.reduce((sum, { gain }) => sum + gain, 0) > 0);

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

/** Area by buying one after another, trapezes of any width. */
function areaInOrder(all: readonly { gain: number; cost: number }[]): number {
  const gain = all.reduce((sum, one) => sum + one.gain, 0);
  const cost = all.reduce((sum, one) => sum + one.cost, 0);
  let area = 0;
  let recovered = 0;
  for (const one of all) {
    area += (one.cost / cost) * (recovered + one.gain / gain / 2);
    recovered += one.gain / gain;
  }
  return area;
}

describe('the quality-cost curve', () => {
  test('has the area of buying one after another', () => {
    fc.assert(
      fc.property(outcomes, (all) => {
        const distinct = all.map((one, i) => ({ ...one, score: 10 * one.score + i }));
        const gains = distinct.map(({ gain }) => gain);
        const costs = distinct.map(({ cost }) => cost);
        const scores = distinct.map(({ score }) => score);
        const area = apgr(qualityCostCurve({ gains, costs }, scores));
        expect(area).toBeCloseTo(areaInOrder(distinct.sort((a, b) => b.score - a.score)), 10);
      }),
    );
  });

  test('takes equal scores as the mean over their orders, where costs are equal', () => {
    fc.assert(
      fc.property(outcomes, (all) => {
        const even = all.map((one) => ({ ...one, cost: 1 }));
        const orders = permutations(even).filter((order) =>
          order.every((one, i) => i === 0 || order[i - 1].score >= one.score),
        );
        const mean = orders.reduce((sum, order) => sum + areaInOrder(order) / orders.length, 0);
        const [gains, costs, scores] = (['gain', 'cost', 'score'] as const).map((k) =>
          even.map((one) => one[k]),
        );
        expect(apgr(qualityCostCurve({ gains, costs }, scores))).toBeCloseTo(mean, 10);
      }),
    );
  });

  test('ends at all of the spend and all of the gain, and is .5 for one score', () => {
    const curve = qualityCostCurve({ gains: [1, -1, 2], costs: [1, 5, 2] }, [3, 3, 3]);
    expect(Array.from(curve.spend)).toEqual([0, 1]);
    expect(Array.from(curve.recovered)).toEqual([0, 1]);
    expect(apgr(curve)).toBe(0.5);
  });

  test('passes above one where the oracle leaves harm for last', () => {
    const gains = [1, 0, -1, 1];
    const curve = qualityCostCurve({ gains, costs: [1, 1, 1, 1] }, gains);
    expect(Array.from(curve.recovered)).toEqual([0, 2, 2, 1]);
    expect(spendToRecover(curve, 0.5)).toBeCloseTo(0.125, 12);
    expect(spendToRecover(curve, 1)).toBeCloseTo(0.25, 12);
  });

  test('finds the spend along the line between points', () => {
    const curve = qualityCostCurve({ gains: [3, 1], costs: [1, 1] }, [2, 1]);
    expect(spendToRecover(curve, 0.75)).toBeCloseTo(0.5, 12);
    expect(spendToRecover(curve, 0.8)).toBeCloseTo(0.6, 12);
  });

  test.each([
    [{ gains: [], costs: [] }, []],
    [{ gains: [1], costs: [1, 1] }, [1]],
    [{ gains: [1], costs: [1] }, []],
    [{ gains: [1], costs: [0] }, [1]],
    [{ gains: [1], costs: [1] }, [Number.NaN]],
    [{ gains: [1, -1], costs: [1, 1] }, [1, 2]],
  ])('refuses %o with scores %o', (given, scores) => {
    expect(() => qualityCostCurve(given, scores)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('the order of the rule', () => {
  test('is that of the lambda at which each is no longer bought', () => {
    const gain = (low: number, mean = low) => ({ low, mean, high: 1 });
    const gains = [gain(0.4), gain(0.3), gain(-0.2), gain(0.2), gain(0.2, 0.5)];
    const scores = ruleScores(gains, [4, 1, 1, 1, 1]);
    const order = [0, 1, 2, 3, 4].sort((a, b) => scores[b] - scores[a]);
    expect(order).toEqual([1, 4, 3, 0, 2]);
    for (const lambda of [0.05, 0.15, 0.25]) {
      const bought = order.filter((i) => gains[i].low > lambda * [4, 1, 1, 1, 1][i]);
      expect(order.slice(0, bought.length)).toEqual(bought);
    }
  });

  test('keeps equals equal', () => {
    const same = { low: 0.1, mean: 0.2, high: 0.3 };
    const scores = ruleScores([same, same, { ...same, low: 0.2 }], [1, 1, 1]);
    expect(scores[0]).toBe(scores[1]);
    expect(scores[2]).toBeGreaterThan(scores[0]);
  });
});

describe('places within folds', () => {
  test('order each fold by itself, equals at their mean place', () => {
    const places = placesWithinFolds([5, 1, 1, 9, 7, 8], Uint32Array.of(0, 0, 0, 1, 1, 1));
    [2.5 / 3, 1 / 3, 1 / 3, 2.5 / 3, 0.5 / 3, 1.5 / 3].forEach((place, i) => {
      expect(places[i]).toBeCloseTo(place, 12);
    });
  });

  test('keep an order that is the same in every fold, and forget levels that differ', () => {
    const folds = Uint32Array.from({ length: 60 }, (_, i) => i % 3);
    const scores = Array.from(folds, (fold, i) => 100 * fold + i);
    const places = placesWithinFolds(scores, folds);
    for (let i = 3; i < 60; i++) expect(places[i]).toBeGreaterThan(places[i - 3]);
    expect(places[0]).toBe(places[1]);
  });
});

describe('the calibration error', () => {
  test('is the mean distance of bins of equal mass', () => {
    expect(expectedCalibrationError([0.2, 0.1, 0.9, 0.8], [0, 1, 1, 1], 2)).toBeCloseTo(
      (0.35 + 0.15) / 2,
      12,
    );
    expect(expectedCalibrationError([1, 0, 1], [1, 0, 1], 3)).toBe(0);
  });

  test('refuses lengths that differ and too many bins', () => {
    for (const call of [
      () => expectedCalibrationError([1], [1, 2], 1),
      () => expectedCalibrationError([1, 2], [1, 2], 3),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
    }
  });
});

describe('the comparison of routers', () => {
  const random = new RandomStream(5, 'comparison');
  const gains = Float64Array.from({ length: 1500 }, () => [-1, 0, 0, 1, 1][random.below(5)]);
  const costs = Float64Array.from(gains, () => 1 + random.uniform());
  const noisy = gains.map((gain) => gain + 2 * random.normal());

  test('brackets each area, and the difference of two by less than their intervals', () => {
    const chance = gains.map(() => random.uniform());
    const close = noisy.map((score) => score + 0.2 * random.normal());
    const { routers, above } = judgeRouters(
      { gains, costs },
      { noisy: [noisy], close: [close], chance: [chance] },
    );
    for (const { apgr: area } of Object.values(routers)) {
      expect(area.low).toBeLessThan(area.mean);
      expect(area.high).toBeGreaterThan(area.mean);
    }
    expect(above.noisy).toEqual({ mean: 0, low: 0, high: 0 });
    expect(above.chance.low).toBeGreaterThan(0);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(above.close)).toBeLessThan(0.5 * width(routers.noisy.apgr));
  });

  test('holds the area of chance in 95 % of worlds', () => {
    let held = 0;
    for (let world = 0; world < 100; world++) {
      const own = Float64Array.from({ length: 200 }, () => [-1, 0, 1, 1][random.below(4)]);
      const scores = own.map(() => random.uniform());
      const { routers } = judgeRouters(
        { gains: own, costs: own.map(() => 1) },
        { chance: [scores] },
        { resamples: 200, seed: world },
      );
      if (routers.chance.apgr.low <= 0.5 && 0.5 <= routers.chance.apgr.high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(88);
  });

  test('refuses a router without scores', () => {
    expect(() => judgeRouters({ gains, costs }, { none: [] })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
