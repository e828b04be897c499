import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateOffPolicy } from '../../../src/counterfactual/item/evaluate.ts';
import { tuneBySlope } from '../../../src/counterfactual/item/slope.ts';
import type { LoggedChoices } from '../../../src/counterfactual/logged-choices.ts';
import { overlapOf, overlapOfWeights, refusalOf } from '../../../src/counterfactual/overlap.ts';
import { simulatedLog, TRUTH, WRONG } from '../simulated-log.ts';

const quick = { resamples: 50 };

/** A log whose importance weights are these. */
function weighted(weights: readonly number[]): LoggedChoices {
  const largest = Math.max(...weights, 1);
  return {
    rewards: Float64Array.from(weights, (_, i) => i % 2),
    loggingPropensities: new Float64Array(weights.length).fill(1 / largest),
    targetPropensities: Float64Array.from(weights, (weight) => weight / largest),
  };
}

test('a log without a column is refused, which is named', () => {
  expect(() => evaluateOffPolicy({ rewards: Float64Array.of(1) } as never)).toThrow(
    expect.objectContaining({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      message: expect.stringMatching(/loggingPropensities.*undefined/),
    }),
  );
});

describe('a log whose rewards are all the same', () => {
  const log = { ...weighted(new Array(200).fill(1)), rewards: new Float64Array(200) };

  test('has no chance for the bootstrap to see, and is warned of', () => {
    const { warnings, estimates } = evaluateOffPolicy(log, quick);
    expect(estimates.ips).toEqual({ value: 0, low: 0, high: 0 });
    expect(warnings).toEqual([expect.stringMatching(/^every reward of the log is 0, so that the bootstrap/)]);
  });

  test('has honest intervals by empirical Bernstein, whose width is that of the range alone', () => {
    const { warnings, estimates } = evaluateOffPolicy(log, { interval: 'empirical-bernstein' });
    expect(warnings).toEqual([]);
    expect(estimates.ips?.high).toBeCloseTo((7 * Math.log(4 / 0.05)) / (3 * 199), 12);
  });

  test('is not warned of where one reward differs', () => {
    const rewards = Float64Array.from({ length: 200 }, (_, i) => (i === 7 ? 1 : 0));
    expect(evaluateOffPolicy({ ...log, rewards }, quick).warnings).toEqual([]);
  });
});

describe('an evaluation', () => {
  test('holds every estimator, near the truth, with an interval around it', () => {
    const { estimates, refused, reason, n, logged, parameters } = evaluateOffPolicy(simulatedLog(4000, 1));
    expect(Object.keys(estimates)).toEqual([
      'replay',
      'dm',
      'ips',
      'snips',
      'clippedIps',
      'dr',
      'sndr',
      'switchDr',
      'dros',
    ]);
    expect({ refused, reason, n }).toEqual({ refused: false, reason: null, n: 4000 });
    for (const [name, estimate] of Object.entries(estimates)) {
      expect(estimate, name).not.toBeNull();
      const { value, low, high } = estimate ?? { value: 0, low: 1, high: 0 };
      expect(low).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(high);
      // Clipped IPS alone may lose what it clips.
      expect(Math.abs(value - TRUTH), name).toBeLessThan(name === 'clippedIps' ? 0.25 : 0.06);
    }
    expect(logged.value).toBeLessThan(TRUTH - 0.05);
    for (const parameter of Object.values(parameters)) expect(parameter).toBeGreaterThanOrEqual(1);
  });

  test('of a target that is the logging policy is the mean of the log', () => {
    const log = simulatedLog(500, 2);
    const { estimates, logged, overlap, effectiveSampleSize, largestWeight } = evaluateOffPolicy(
      { ...log, targetPropensities: log.loggingPropensities },
      quick,
    );
    expect(estimates.ips).toEqual(logged);
    expect(estimates.snips).toEqual(logged);
    expect({ overlap, effectiveSampleSize, largestWeight }).toEqual({
      overlap: 1,
      effectiveSampleSize: 500,
      largestWeight: 1,
    });
  });

  test('without a reward model leaves out what needs one', () => {
    const { model: _, ...bare } = simulatedLog(2000, 3);
    const { estimates, parameters } = evaluateOffPolicy(bare, quick);
    const missing = Object.entries(estimates).filter(([, estimate]) => estimate === null);
    expect(missing.map(([name]) => name)).toEqual(['dm', 'dr', 'sndr', 'switchDr', 'dros']);
    expect(parameters).toEqual({ clippedIps: expect.any(Number), switchDr: null, dros: null });
  });

  test('leaves out replay where it keeps fewer than 100 rounds', () => {
    const many = evaluateOffPolicy(simulatedLog(2000, 4), quick).estimates.replay;
    expect(many?.value).toBeCloseTo(TRUTH, 0);
    expect(evaluateOffPolicy(simulatedLog(300, 4), quick).estimates.replay).toBeNull();
  });

  test('refuses columns that are none', () => {
    expect(() => evaluateOffPolicy({ ...simulatedLog(5, 1), rewards: new Float64Array(0) })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('a refusal', () => {
  const refusal = (weights: readonly number[]) => evaluateOffPolicy(weighted(weights), quick);
  const allNull = (estimates: object): boolean =>
    Object.values(estimates).every((estimate) => estimate === null);

  test('comes below an effective sample size of 100, with the reason and the diagnostics', () => {
    const { refused, reason, estimates, parameters, effectiveSampleSize, largestWeight, n, logged } = refusal(
      Array(99).fill(1),
    );
    expect(refused).toBe(true);
    expect(reason).toMatch(/effective sample size is 99\.0 of 99 choices, below 100/);
    expect(allNull(estimates) && allNull(parameters)).toBe(true);
    expect({ effectiveSampleSize, largestWeight, n }).toEqual({
      effectiveSampleSize: 99,
      largestWeight: 1,
      n: 99,
    });
    expect(logged.value).toBeCloseTo(49 / 99, 12);
    expect(refusal(Array(100).fill(1)).refused).toBe(false);
  });

  test('comes when one round has more than 20 % of all weight, and says so', () => {
    for (const rest of [100, 1000, 10_000]) {
      const { refused, reason, largestShare } = refusal([...Array(rest).fill(1), rest / 3]);
      expect(largestShare).toBeCloseTo(0.25, 10);
      expect(refused).toBe(true);
      expect(reason).toBe('one choice has 25.0 % of all weight, above 20 %: the answer would rest on it');
    }
  });

  test('comes without any overlap', () => {
    const { refused, reason, effectiveSampleSize, overlap, largestShare } = refusal(Array(500).fill(0));
    expect({ refused, effectiveSampleSize, overlap, largestShare }).toEqual({
      refused: true,
      effectiveSampleSize: 0,
      overlap: 0,
      largestShare: 0,
    });
    expect(reason).toMatch(/never shows what the target policy would show/);
  });
});

describe('overlap', () => {
  test('of no weights, of none that are numbers, and of columns that do not match, is refused', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    const nonFinite = expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' });
    expect(() => overlapOfWeights(new Float64Array(0))).toThrowError(invalid);
    expect(() => overlapOfWeights(Float64Array.of(1, Number.NaN))).toThrowError(nonFinite);
    const log = weighted([1, 2]);
    expect(() => overlapOf({ ...log, targetPropensities: new Float64Array(3) })).toThrowError(invalid);
  });

  test('of a weight beyond f64 rests on that one, and is refused as such', () => {
    const overlap = overlapOfWeights(Float64Array.of(1, Number.POSITIVE_INFINITY, 3));
    expect([overlap.effectiveSampleSize, overlap.largestShare]).toEqual([1, 1]);
    expect(refusalOf(overlap)).toMatch(/100\.0 % of all weight/);
  });

  test('of any weights keeps to its bounds, and tells their moments', () => {
    const weights = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(weights, (values) => {
        const log = weighted(values);
        const { n, effectiveSampleSize, largestWeight, largestShare, meanWeight, overlap } = overlapOf(log);
        const sum = values.reduce((total, weight) => total + weight, 0);
        expect(n).toBe(values.length);
        expect(effectiveSampleSize).toBeLessThanOrEqual(n + 1e-9);
        expect(overlap).toBeLessThanOrEqual(1);
        expect(largestWeight).toBeCloseTo(Math.max(...values), 9);
        expect(meanWeight).toBeCloseTo(sum / n, 9);
        if (sum < 1e-6) return;
        expect(effectiveSampleSize).toBeCloseTo(
          sum ** 2 / values.reduce((total, weight) => total + weight ** 2, 0),
          6,
        );
        expect(largestShare).toBeCloseTo(Math.max(...values) / sum, 9);
        expect(largestShare).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('holds for a weight whose square is beyond f64', () => {
    const log = {
      rewards: new Float64Array(2),
      loggingPropensities: Float64Array.of(2 ** -1000, 1),
      targetPropensities: Float64Array.of(1, 1),
    };
    expect(overlapOf(log)).toMatchObject({
      effectiveSampleSize: 1,
      largestWeight: 2 ** 1000,
      largestShare: 1,
    });
  });
});

describe('a warning', () => {
  test('comes where the weights average far from 1 and chance cannot explain it', () => {
    const warnings = (weights: readonly number[]) => evaluateOffPolicy(weighted(weights), quick).warnings;
    expect(warnings([...Array(500).fill(0.5), ...Array(500).fill(1.5)])).toEqual([]);
    expect(warnings([...Array(500).fill(0.5), ...Array(500).fill(0.9)])[0]).toMatch(/mean weight is 0\.700/);
    expect(warnings([...Array(500).fill(1), ...Array(500).fill(2)])[0]).toMatch(/not those of the choices/);
    // One of these weights in forty is large, so that .7 may well be chance.
    expect(warnings([...Array(180).fill(0.3), ...Array(20).fill(4.3)])).toEqual([]);
  });
});

describe('SLOPE', () => {
  test('gives up variance only until the bias of a wrong model would show', () => {
    const large = simulatedLog(20_000, 6, WRONG);
    const small = simulatedLog(60, 6, WRONG);
    const tuned = tuneBySlope(large, 'switchDr');
    // The direct method is off by .2; with 20,000 rounds that cannot hide.
    expect(Math.abs(tuned.value - TRUTH)).toBeLessThan(0.05);
    expect(tuned.parameter).toBeGreaterThan(tuneBySlope(small, 'switchDr', [0, 1, 2, 4, 8]).parameter);
  });

  test('with a perfect model takes the least variance', () => {
    expect(tuneBySlope(simulatedLog(2000, 7), 'dros', [0, 1, 10, 100]).parameter).toBe(0);
  });

  test('leaves clipped IPS at least half of all weight', () => {
    const log = weighted([...Array(900).fill(0), ...Array(100).fill(10)]);
    const { parameter } = tuneBySlope(log, 'clippedIps');
    expect(parameter).toBeGreaterThanOrEqual(5);
  });

  test('refuses no candidates and a single round', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    expect(() => tuneBySlope(simulatedLog(10, 1), 'dros', [])).toThrow(invalid);
    expect(() => tuneBySlope(simulatedLog(1, 1), 'dros')).toThrow(invalid);
  });
});
