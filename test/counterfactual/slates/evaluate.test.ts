import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { crossFitCascade } from '../../../src/counterfactual/slates/cross-fit-cascade.ts';
import {
  evaluateSlates,
  type SlateEstimator,
  slateEstimator,
} from '../../../src/counterfactual/slates/evaluate.ts';
import type { LoggedSlates } from '../../../src/counterfactual/slates/logged-slates.ts';
import {
  independentSlots,
  pseudoInverse,
  uniformPseudoInverse,
} from '../../../src/counterfactual/slates/pseudo-inverse.ts';
import { SluiceError } from '../../../src/errors.ts';

interface Fixture {
  readonly slots: number;
  readonly actions: number;
  readonly slates: number[];
  readonly rewards: number[];
  readonly loggingConditional: number[];
  readonly targetConditional: number[];
  readonly loggingMarginal: number[];
  readonly targetMarginal: number[];
  readonly targetDistribution: number[];
  readonly q: number[];
  readonly estimates: Record<SlateEstimator, number>;
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../fixtures/open-bandit-pipeline-slates.json', import.meta.url), 'utf8'),
);

const fixtureLog = (): LoggedSlates => {
  const { slots, actions, slates, q, targetDistribution } = fixture;
  const expected = new Float64Array(slates.length);
  for (let i = 0; i < q.length; i++) expected[Math.floor(i / actions)] += q[i] * targetDistribution[i];
  return {
    slots,
    rewards: Float64Array.from(fixture.rewards),
    logging: {
      marginal: Float64Array.from(fixture.loggingMarginal),
      conditional: Float64Array.from(fixture.loggingConditional),
    },
    target: {
      marginal: Float64Array.from(fixture.targetMarginal),
      conditional: Float64Array.from(fixture.targetConditional),
    },
    model: { taken: Float64Array.from(slates, (item, i) => q[i * actions + item]), expected },
  };
};

test.each(Object.keys(fixture.estimates) as SlateEstimator[])(
  '%s equals the Open Bandit Pipeline to 1e-12',
  (name) => {
    const { value } = slateEstimator(name).estimate(fixtureLog());
    expect(Math.abs(value - fixture.estimates[name])).toBeLessThan(1e-12);
  },
);

describe('an evaluation', () => {
  const rounds = 600;
  const log = (weightOfOne: number): LoggedSlates => {
    const conditional = new Float64Array(2 * rounds).fill(0.5);
    const target = conditional.slice();
    conditional[0] = 0.5 / weightOfOne;
    return {
      slots: 2,
      rewards: Float64Array.from({ length: 2 * rounds }, (_, i) => i % 2),
      logging: { marginal: conditional, conditional },
      target: { marginal: target, conditional: target },
      pseudoInverseWeights: new Float64Array(rounds).fill(1),
    };
  };

  test('has an estimate for all that the log allows, and null for the rest', () => {
    const { logged, estimates } = evaluateSlates(log(1));
    expect(logged.value).toBe(1);
    expect(estimates.cascadeDr).toBeNull();
    for (const [name, one] of Object.entries(estimates)) {
      if (name === 'cascadeDr') continue;
      expect(one?.estimate?.value).toBeCloseTo(1, 12);
      expect(one).toMatchObject({ n: rounds, refused: false, reason: null, overlap: 1 });
      expect(one?.effectiveSampleSize).toBeCloseTo(rounds, 9);
    }
    const marginal = log(1).logging.marginal;
    const slotsOnly = evaluateSlates({ ...log(1), logging: { marginal }, pseudoInverseWeights: undefined });
    expect(slotsOnly.estimates.standardIps).toBeNull();
    expect(slotsOnly.estimates.rewardInteractionIps).toBeNull();
    expect(slotsOnly.estimates.independentIps).not.toBeNull();
  });

  test('refuses each estimator by its own weights, and keeps the diagnostics', () => {
    const { estimates } = evaluateSlates(log(500));
    expect(estimates.standardIps).toMatchObject({ refused: true, estimate: null });
    expect(estimates.standardIps?.effectiveSampleSize).toBeLessThan(5);
    expect(estimates.standardIps?.largestWeight).toBeCloseTo(500, 9);
    expect(estimates.standardIps?.reason).toMatch(/effective sample size|of all weight/);
    // One of two slots has the weight, so that the round weighs half as much.
    expect(estimates.independentIps?.largestWeight).toBeCloseTo(250.5, 9);
    expect(estimates.pseudoInverse).toMatchObject({ refused: false });
  });

  test('refuses a log that never shows what the target would', () => {
    const nothing = { ...log(1), target: { conditional: new Float64Array(2 * rounds) } };
    const { estimates } = evaluateSlates(nothing);
    expect(estimates.standardIps).toMatchObject({ refused: true, effectiveSampleSize: 0 });
    expect(estimates.snRewardInteractionIps).toMatchObject({ refused: true, estimate: null });
    expect(slateEstimator('snStandardIps').estimate(nothing).value).toBe(0);
  });

  test('by empirical Bernstein is wider than by bootstrap and holds for rewards in their range', () => {
    const bootstrap = slateEstimator('standardIps').estimate(fixtureLog());
    const wide = slateEstimator('standardIps', { interval: 'empirical-bernstein' }).estimate(fixtureLog());
    expect(wide.value).toBe(bootstrap.value);
    expect(wide.high - wide.low).toBeGreaterThan(bootstrap.high - bootstrap.low);
    const wider = slateEstimator('standardIps', {
      interval: 'empirical-bernstein',
      rewardRange: [-1, 1],
    }).estimate(fixtureLog());
    expect(wider.high - wider.low).toBeGreaterThan(wide.high - wide.low);
  });

  test('takes short slates filled up with rewards of 0 and propensities of 1', () => {
    const whole: LoggedSlates = {
      slots: 1,
      rewards: Float64Array.of(1, 0, 1),
      logging: { conditional: Float64Array.of(0.5, 0.5, 0.25) },
      target: { conditional: Float64Array.of(0.25, 0.75, 0.5) },
    };
    const fill = (column: Float64Array | undefined, value: number) =>
      Float64Array.from(Array.from(column ?? [], (one) => [one, value]).flat());
    const filled: LoggedSlates = {
      slots: 2,
      rewards: fill(whole.rewards, 0),
      logging: { conditional: fill(whole.logging.conditional, 1) },
      target: { conditional: fill(whole.target.conditional, 1) },
    };
    for (const name of ['standardIps', 'rewardInteractionIps', 'snRewardInteractionIps'] as const) {
      expect(slateEstimator(name).estimate(filled).value).toBeCloseTo(
        slateEstimator(name).estimate(whole).value,
        12,
      );
    }
  });
});

test('slots that are filled independently have weights like the pseudo-inverse of their product', () => {
  const p = [0.2, 0.8, 0.6, 0.4];
  const q = Float64Array.of(0.5, 0.5, 0.9, 0.1);
  const pairs = Float64Array.from({ length: 16 }, (_, i) => {
    const [row, column] = [Math.floor(i / 4), i % 4];
    if (Math.floor(row / 2) !== Math.floor(column / 2)) return p[row] * p[column];
    return row === column ? p[row] : 0;
  });
  const weigh = pseudoInverse(pairs, 2, 2).weigh(q);
  for (const slate of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]) {
    const at = (table: ArrayLike<number>) => Float64Array.of(table[slate[0]], table[2 + slate[1]]);
    const [weight] = independentSlots({
      slots: 2,
      rewards: new Float64Array(2),
      logging: { marginal: at(p) },
      target: { marginal: at(q) },
    });
    expect(weight).toBeCloseTo(weigh(slate), 10);
  }
});

test('slates that weigh more than an f64 holds are refused, and the others judged', () => {
  const slots = 3;
  const rounds = 400;
  const cells = (fill: number, first: readonly number[]) => {
    const column = new Float64Array(slots * rounds).fill(fill);
    column.set(first);
    return column;
  };
  // Of the second slate the first two places weigh beyond f64 together, and the target never shows the third.
  const log = {
    slots,
    rewards: cells(1, []),
    logging: {
      conditional: cells(0.5, [1e-300, 1e-300, 0.5, 1e-300, 1e-300, 0.5]),
      marginal: cells(0.5, []),
    },
    target: { conditional: cells(0.5, [0.5, 0.5, 0.5, 0.5, 0.5, 0]), marginal: cells(0.5, []) },
  };
  const { estimates } = evaluateSlates(log, { resamples: 10 });
  expect(estimates.standardIps?.reason).toMatch(/100\.0 % of all weight/);
  expect(estimates.standardIps?.estimate).toBeNull();
  expect(estimates.rewardInteractionIps?.refused).toBe(true);
  expect(estimates.independentIps?.estimate?.value).toBe(3);
});

describe('refused with a code', () => {
  const log = fixtureLog();
  const change = (patch: Partial<LoggedSlates>): LoggedSlates => ({ ...log, ...patch });
  const withLogging = (value: number): LoggedSlates => {
    const conditional = Float64Array.from(fixture.loggingConditional);
    conditional[4] = value;
    return change({ logging: { ...log.logging, conditional } });
  };
  const withReward = (value: number): LoggedSlates => {
    const rewards = log.rewards.slice();
    rewards[4] = value;
    return change({ rewards });
  };
  const invalid = 'ERR_SLUICE_INVALID_ARGUMENT';
  const nonFinite = 'ERR_SLUICE_NON_FINITE';

  test.each([
    ['an empty log', invalid, () => evaluateSlates(change({ rewards: new Float64Array() }))],
    ['a marginal below 0', invalid, () => uniformPseudoInverse(1, 2).weigh(Float64Array.of(-1, 2))],
    ['no slots', invalid, () => evaluateSlates(change({ slots: 0 }))],
    ['rewards that fill no slates', invalid, () => evaluateSlates(change({ slots: 7 }))],
    ['a logging propensity of 0', invalid, () => evaluateSlates(withLogging(0))],
    ['a logging propensity of NaN', invalid, () => evaluateSlates(withLogging(Number.NaN))],
    ['a logging propensity above 1', invalid, () => evaluateSlates(withLogging(1.5))],
    ['NaN as reward', nonFinite, () => evaluateSlates(withReward(Number.NaN))],
    [
      'columns of two lengths',
      invalid,
      () => evaluateSlates(change({ target: { marginal: new Float64Array(2) } })),
    ],
    [
      'NaN in a model',
      nonFinite,
      () =>
        evaluateSlates(
          change({ model: { taken: log.rewards.map(() => Number.NaN), expected: log.rewards } }),
        ),
    ],
    [
      'too few weights of the pseudo-inverse',
      invalid,
      () => evaluateSlates(change({ pseudoInverseWeights: new Float64Array(3) })),
    ],
    [
      'no conditional propensities',
      invalid,
      () => slateEstimator('standardIps').estimate(change({ logging: {} })),
    ],
    ['no model', invalid, () => slateEstimator('cascadeDr').estimate(change({ model: undefined }))],
    ['no weights of the pseudo-inverse', invalid, () => slateEstimator('pseudoInverse').estimate(log)],
    ['an estimator of no such name', invalid, () => slateEstimator('toString' as SlateEstimator)],
    ['a reward range in no order', invalid, () => evaluateSlates(log, { rewardRange: [1, 0] })],
    ['pairs of another size', invalid, () => pseudoInverse(new Float64Array(3), 1, 2)],
    ['NaN among the pairs', nonFinite, () => pseudoInverse(new Float64Array(4).fill(Number.NaN), 1, 2)],
    ['more slots than items', invalid, () => uniformPseudoInverse(3, 2)],
    [
      'marginals that do not sum to 1',
      invalid,
      () => uniformPseudoInverse(1, 2).weigh(Float64Array.of(1, 1)),
    ],
    ['an item that is none', invalid, () => uniformPseudoInverse(1, 2).weigh(Float64Array.of(0.5, 0.5))([2])],
    [
      'a model of fewer rounds than folds',
      invalid,
      () =>
        crossFitCascade({
          slots: 1,
          rewards: Float64Array.of(1),
          actions: [0],
          features: () => ({ dimension: 1, write() {} }),
          expect: () => 0,
        }),
    ],
  ] as const)('%s', (_, code, attempt) => {
    expect(() => attempt()).toThrow(expect.objectContaining({ name: SluiceError.name, code }));
  });
});
