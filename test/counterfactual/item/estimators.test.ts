import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clippedIps,
  dm,
  dr,
  dros,
  ips,
  replay,
  sndr,
  snips,
  switchDr,
} from '../../../src/counterfactual/item/estimators.ts';
import { tuneBySlope } from '../../../src/counterfactual/item/slope.ts';
import type { LoggedChoices } from '../../../src/counterfactual/logged-choices.ts';
import type { Estimator } from '../../../src/funnel/estimator.ts';
import { simulatedLog, TRUTH, WRONG } from '../simulated-log.ts';

const quick = { resamples: 1 };

/** Mean and standard error of an estimator over 400 logs of 300 rounds. */
function over(estimator: Estimator<LoggedChoices>, model?: typeof WRONG) {
  const values = Array.from(
    { length: 400 },
    (_, seed) => estimator.estimate(simulatedLog(300, seed, model)).value,
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance, error: Math.sqrt(variance / values.length) };
}

describe('on a bandit whose truth is known', () => {
  test.each([
    ['ips', ips(quick), undefined],
    ['dr with a perfect model', dr(quick), undefined],
    ['dr with a wrong model', dr(quick), WRONG],
  ] as const)(
    '%s is unbiased: within 3 standard errors of the truth over 400 logs',
    (_, estimator, model) => {
      const { mean, error } = over(estimator, model);
      expect(Math.abs(mean - TRUTH)).toBeLessThan(3 * error);
      expect(error).toBeLessThan(0.01);
    },
  );

  test('the direct method is as wrong as its model', () => {
    const { mean } = over(dm(quick), WRONG);
    expect(mean).toBeCloseTo(0.7, 12);
    expect(Math.abs(mean - TRUTH)).toBeGreaterThan(0.1);
    expect(over(dm(quick)).mean).toBeCloseTo(TRUTH, 2);
  });

  test('a perfect model takes variance away, and bounded weights do', () => {
    const plain = over(ips(quick)).variance;
    expect(over(dr(quick)).variance).toBeLessThan(0.8 * plain);
    expect(over(snips(quick)).variance).toBeLessThan(plain);
    expect(over(clippedIps({ ...quick, parameter: 2 })).variance).toBeLessThan(0.5 * plain);
  });

  test('clipping only takes away, and more the lower the clip', () => {
    const log = simulatedLog(500, 9);
    const values = [0, 0.5, 1, 2, 4, 8].map(
      (parameter) => clippedIps({ ...quick, parameter }).estimate(log).value,
    );
    expect(values[0]).toBe(0);
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    expect(values[5]).toBeCloseTo(ips(quick).estimate(log).value, 12);
  });

  test('switch-DR and DRos lie between the direct method and DR at the ends of their parameter', () => {
    const log = simulatedLog(500, 10, WRONG);
    const at = (make: typeof dros, parameter: number) => make({ ...quick, parameter }).estimate(log).value;
    for (const make of [switchDr, dros]) {
      expect(at(make, 0)).toBeCloseTo(dm(quick).estimate(log).value, 12);
      expect(at(make, Number.POSITIVE_INFINITY)).toBeCloseTo(dr(quick).estimate(log).value, 12);
    }
  });

  test('95 % intervals of the bootstrap cover the truth in 90 to 99 % of 200 logs', () => {
    for (const estimator of [ips({ resamples: 100 }), snips({ resamples: 100 }), dr({ resamples: 100 })]) {
      let covered = 0;
      for (let seed = 0; seed < 200; seed++) {
        const { low, high } = estimator.estimate(simulatedLog(250, 1000 + seed));
        if (low <= TRUTH && TRUTH <= high) covered++;
      }
      expect(covered).toBeGreaterThanOrEqual(180);
      expect(covered).toBeLessThanOrEqual(198);
    }
  });

  test('intervals of empirical Bernstein cover it in at least 95 %, and are wider', () => {
    const weightBound = 7;
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const log = simulatedLog(400, 2000 + seed);
      const { low, high } = ips({ interval: 'empirical-bernstein', weightBound }).estimate(log);
      const sampled = ips({ resamples: 20 }).estimate(log);
      expect(high - low).toBeGreaterThan(sampled.high - sampled.low);
      if (low <= TRUTH && TRUTH <= high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(190);
  });
});

/** Logs of some rounds with any propensities and rewards. */
const anyLog = fc
  .array(
    fc.record({
      reward: fc.double({ min: -5, max: 5, noNaN: true }),
      logging: fc.double({ min: 1e-3, max: 1, noNaN: true }),
      target: fc.double({ min: 0, max: 1, noNaN: true }),
      taken: fc.double({ min: -5, max: 5, noNaN: true }),
      expected: fc.double({ min: -5, max: 5, noNaN: true }),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .map(
    (rounds): LoggedChoices => ({
      rewards: Float64Array.from(rounds, ({ reward }) => reward),
      loggingPropensities: Float64Array.from(rounds, ({ logging }) => logging),
      targetPropensities: Float64Array.from(rounds, ({ target }) => target),
      model: {
        taken: Float64Array.from(rounds, ({ taken }) => taken),
        expected: Float64Array.from(rounds, ({ expected }) => expected),
      },
    }),
  );

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('for any log', () => {
  test('a target that is the logging policy earns exactly the mean of the log', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const same = { ...log, targetPropensities: log.loggingPropensities };
        for (const estimator of [
          ips(quick),
          snips(quick),
          replay(quick),
          clippedIps({ ...quick, parameter: 1 }),
        ])
          expect(estimator.estimate(same).value).toBe(meanOf(log.rewards));
      }),
    );
  });

  test('SNIPS and replay lie within the rewards', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        fc.pre(log.targetPropensities.some((p) => p > 1e-9));
        for (const estimator of [snips({ resamples: 20 }), replay({ resamples: 1 })]) {
          const { value } = estimator.estimate(log);
          expect(value).toBeGreaterThanOrEqual(Math.min(...log.rewards, 0) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...log.rewards, 0) + 1e-9);
        }
        const { value } = snips(quick).estimate(log);
        expect(value).toBeGreaterThanOrEqual(Math.min(...log.rewards) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...log.rewards) + 1e-9);
      }),
    );
  });

  test('a model that is never wrong makes DR and SNDR the direct method', () => {
    fc.assert(
      fc.property(anyLog, ({ model, ...log }) => {
        const perfect = { ...log, model: { taken: log.rewards, expected: model?.expected ?? log.rewards } };
        const value = dm(quick).estimate(perfect).value;
        for (const estimator of [dr(quick), sndr(quick)])
          expect(estimator.estimate(perfect).value).toBe(value);
      }),
    );
  });

  test('rewards in another unit give estimates in that unit', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const scaled: LoggedChoices = {
          ...log,
          rewards: log.rewards.map((reward) => 4 * reward),
          model: log.model && {
            taken: log.model.taken.map((q) => 4 * q),
            expected: log.model.expected.map((q) => 4 * q),
          },
        };
        for (const estimator of [ips(quick), snips(quick), dr(quick), sndr(quick), dm(quick)])
          expect(estimator.estimate(scaled).value / 4).toBeCloseTo(estimator.estimate(log).value, 9);
      }),
    );
  });
});

describe('an estimator refuses', () => {
  const log = simulatedLog(5, 1);
  const invalid = { code: 'ERR_SLUICE_INVALID_ARGUMENT' };
  const nonFinite = { code: 'ERR_SLUICE_NON_FINITE' };
  const changed = (column: Float64Array, value: number) => column.with(2, value);

  test.each([
    ['an empty log', { rewards: new Float64Array(0) }, invalid],
    ['columns of different lengths', { targetPropensities: new Float64Array(4) }, invalid],
    ['a logging propensity of 0', { loggingPropensities: changed(log.loggingPropensities, 0) }, invalid],
    [
      'one whose weight is beyond f64',
      { loggingPropensities: changed(log.loggingPropensities, 5e-324) },
      invalid,
    ],
    ['one below 0', { loggingPropensities: changed(log.loggingPropensities, -0.1) }, invalid],
    ['one above 1', { loggingPropensities: changed(log.loggingPropensities, 1.1) }, invalid],
    ['one that is NaN', { loggingPropensities: changed(log.loggingPropensities, Number.NaN) }, invalid],
    ['a target propensity below 0', { targetPropensities: changed(log.targetPropensities, -1e-9) }, invalid],
    ['one above 1', { targetPropensities: changed(log.targetPropensities, 1.5) }, invalid],
    ['one that is NaN', { targetPropensities: changed(log.targetPropensities, Number.NaN) }, invalid],
    ['a reward that is NaN', { rewards: changed(log.rewards, Number.NaN) }, nonFinite],
    ['an infinite one', { rewards: changed(log.rewards, Number.NEGATIVE_INFINITY) }, nonFinite],
    [
      'a prediction that is NaN',
      { model: { taken: log.rewards, expected: changed(log.rewards, Number.NaN) } },
      nonFinite,
    ],
    ['a short model', { model: { taken: log.rewards, expected: new Float64Array(1) } }, invalid],
  ] as const)('%s', (_, changes, error) => {
    for (const estimator of [ips(), snips(), dr(), replay()])
      expect(() => estimator.estimate({ ...log, ...changes })).toThrow(expect.objectContaining(error));
  });

  test('a log without a model where it needs one', () => {
    const { model: _, ...bare } = log;
    for (const estimator of [dm(), dr(), sndr(), switchDr({ parameter: 1 }), dros({ parameter: 1 })])
      expect(() => estimator.estimate(bare)).toThrow(expect.objectContaining(invalid));
    expect(ips().estimate(bare).value).toBe(ips().estimate(log).value);
  });

  test('options outside their range', () => {
    for (const options of [{ level: 0 }, { level: 1 }, { resamples: 0 }, { resamples: 1.5 }])
      expect(() => ips(options).estimate(log)).toThrow(expect.objectContaining(invalid));
    expect(() => ips({ interval: 'normal' as 'bootstrap' }).estimate(log)).toThrow(
      expect.objectContaining(invalid),
    );
    for (const interval of ['bootstrap', 'empirical-bernstein'] as const) {
      for (const range of [
        { rewardRange: [Number.NaN, 1] as const },
        { rewardRange: [1, 0] as const },
        { weightBound: Number.NaN },
        { weightBound: -1 },
      ]) {
        for (const make of [ips, snips, dr, replay])
          expect(() => make({ interval, ...range }).estimate(log)).toThrow(expect.objectContaining(invalid));
      }
    }
    for (const candidates of [[], [1, -1], [Number.NaN]])
      expect(() => tuneBySlope(log, 'switchDr', candidates)).toThrow(expect.objectContaining(invalid));
    expect(() => tuneBySlope(log, 'ips' as 'dros')).toThrow(expect.objectContaining(invalid));
    const wrong = { ...log, rewards: changed(log.rewards, Number.NaN) };
    expect(() => tuneBySlope(wrong, 'dros')).toThrow(expect.objectContaining(nonFinite));
    for (const make of [clippedIps, switchDr, dros]) {
      expect(() => make({ parameter: -1 })).toThrow(expect.objectContaining(invalid));
      expect(() => make({ parameter: Number.NaN })).toThrow(expect.objectContaining(invalid));
    }
  });
});
