import { describe, expect, test } from 'vitest';
import { BetaThompson } from '../../src/decisions/context-free/beta-thompson.ts';
import { EpsilonGreedy } from '../../src/decisions/context-free/epsilon-greedy.ts';
import { GaussianThompson } from '../../src/decisions/context-free/gaussian-thompson.ts';
import { IndexPolicy } from '../../src/decisions/context-free/index-policy.ts';
import { DisjointModel } from '../../src/decisions/contextual/disjoint-model.ts';
import { LinTs } from '../../src/decisions/contextual/lin-ts.ts';
import { LinUcb } from '../../src/decisions/contextual/lin-ucb.ts';
import { SharedModel } from '../../src/decisions/contextual/shared-model.ts';
import { SquareCb } from '../../src/decisions/contextual/square-cb.ts';
import { decisionKernels } from '../../src/decisions/kernels/select.ts';
import { ArmConfidence } from '../../src/decisions/safety/arm-confidence.ts';
import { BlockedArms } from '../../src/decisions/safety/blocked-arms.ts';
import { ConservativePolicy } from '../../src/decisions/safety/conservative-policy.ts';
import { ExplorationBudget } from '../../src/decisions/safety/exploration-budget.ts';
import { MinimumTraffic } from '../../src/decisions/safety/minimum-traffic.ts';
import { PinnedArms } from '../../src/decisions/safety/pinned-arms.ts';
import { CascadeKlUcb } from '../../src/decisions/slates/cascade-kl-ucb.ts';
import { CascadeModel } from '../../src/decisions/slates/cascade-model.ts';
import { ClickCorrected } from '../../src/decisions/slates/click-corrected.ts';
import { DiverseSlates } from '../../src/decisions/slates/diverse-slates.ts';
import { PlackettLuce } from '../../src/decisions/slates/plackett-luce.ts';
import type { Policy } from '../../src/funnel/policy.ts';
import { RandomStream } from '../../src/numerics/random.ts';

const ARMS = 7;
const kernels = decisionKernels('reference');
const vectors = Float32Array.from({ length: 2 * ARMS }, (_, i) => Math.sin(1 + i * i));
const thompson = () => new BetaThompson({ arms: ARMS });
const greedy = () => new EpsilonGreedy({ arms: ARMS, epsilon: 0 });
const shared = () => new SharedModel({ kernels, dimension: 2, vectors });

/** Policies that read the scores of a pool as probabilities. */
const byScores: Record<string, () => Policy> = {
  'Beta Thompson': thompson,
  'top-two Thompson': () => new BetaThompson({ arms: ARMS, leaderShare: 0.5 }),
  'Gaussian Thompson': () => new GaussianThompson({ arms: ARMS }),
  'epsilon-greedy': () => new EpsilonGreedy({ arms: ARMS }),
  'the uniform policy': () => new EpsilonGreedy({ arms: ARMS, epsilon: 1 }),
  UCB1: () => new IndexPolicy({ arms: ARMS, index: 'ucb' }),
  IMED: () => new IndexPolicy({ arms: ARMS, index: 'imed' }),
  'CascadeKL-UCB': () => new CascadeKlUcb({ arms: ARMS }),
  'Plackett-Luce over Thompson': () => new PlackettLuce({ kernels, temperature: 0.1, policy: thompson() }),
  'diverse slates': () => new DiverseSlates({ policy: thompson(), vectors, dimension: 2 }),
  'a click model': () => new ClickCorrected({ policy: thompson(), model: new CascadeModel() }),
  'blocked arms': () => new BlockedArms({ policy: thompson(), rows: [2] }),
  'pinned arms': () => new PinnedArms({ policy: thompson(), pins: [{ row: 4, place: 1 }] }),
  'minimum traffic': () => new MinimumTraffic({ policy: thompson(), shares: new Map([[1, 0.2]]) }),
  'an exploration budget': () => new ExplorationBudget({ policy: thompson(), share: 0.5 }),
  'conservative exploration': () =>
    new ConservativePolicy({
      policy: thompson(),
      baseline: greedy(),
      confidence: new ArmConfidence({ arms: ARMS }),
      alpha: 0.2,
    }),
};

/** And those that choose by vectors. */
const all: Record<string, () => Policy> = {
  ...byScores,
  LinUCB: () => new LinUcb({ model: shared() }),
  LinTS: () => new LinTs({ model: shared() }),
  SquareCB: () => new SquareCb({ model: shared() }),
  'disjoint LinTS': () => new LinTs({ model: new DisjointModel({ kernels, dimension: 2, arms: ARMS }) }),
};

const context = Float32Array.of(0.3, 0.4);
const rows = Uint32Array.of(0, 1, 2, 3, 4, 5, 6);
const scores = Float32Array.of(0.2, 0.3, 0.1, 0.25, 0.15, 0.4, 0.35);
const pool = { rows, scores, context };
const random = () => new RandomStream(1, 'inputs');
const refusedWith = (code: string) => expect.objectContaining({ code });
const INVALID = refusedWith('ERR_SLUICE_INVALID_ARGUMENT');

describe.each(Object.entries(all))('%s', (_, make) => {
  test.each([-1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, '3', undefined])(
    'refuses a slate of %s places',
    (size) => {
      expect(() => make().choose(pool, size as number, random())).toThrowError(INVALID);
    },
  );

  test('refuses rows that are no arms, also where they are no whole numbers, and a score too few', () => {
    for (const wrong of [
      { ...pool, rows: Uint32Array.of(0, 1, 2, 3, 4, 5, 7) },
      { ...pool, rows: [0, 1, 2, 3, 4, 5, -1] },
      { ...pool, rows: [0, 1, 2, 3, 4, 5, 0.5] },
      { ...pool, rows: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
      { ...pool, scores: scores.subarray(1) },
    ]) {
      // Fewer entries reach a policy within others: all that is asked there is a code.
      const refused = expect.objectContaining({ code: expect.stringMatching(/INVALID_ARGUMENT|NON_FINITE/) });
      expect(() => make().choose(wrong as never, 7, random())).toThrowError(refused);
      expect(() => make().score(wrong as never)).toThrowError(refused);
    }
  });

  test('refuses to speak of picks that are no slate of the pool', () => {
    for (const picks of [
      [0, 7],
      [1, 1],
      [0, 1, 2, 3, 4, 5, 6, 7],
    ]) {
      expect(() => make().propensity(pool, Uint32Array.from(picks), random(), 4)).toThrowError(INVALID);
    }
  });

  test('estimates nothing from no draws', () => {
    const policy = make();
    const choice = policy.choose(pool, 2, random());
    if (choice.propensities !== null) return;
    for (const draws of [0, Number.NaN, 1.5]) {
      expect(() => choice.estimate(random(), draws)).toThrowError(INVALID);
      expect(() => policy.propensity(pool, choice.picks, random(), draws)).toThrowError(INVALID);
    }
  });

  test('chooses nothing from an empty pool, and nothing for no places', () => {
    const empty = { rows: new Uint32Array(0), scores: new Float32Array(0), context };
    expect(make().choose(empty, 3, random()).picks).toHaveLength(0);
    expect(make().choose(pool, 0, random()).picks).toHaveLength(0);
  });

  test('learns nothing from rewards and rows that are no numbers', () => {
    const policy = make();
    const before = policy.snapshot();
    const one = { scores: [0.2], context };
    const wrongRows = { ...one, rows: ['a'], rewards: [1] } as never;
    const wrongReward = { ...one, rows: [1], rewards: ['1'] } as never;
    const uneven = { ...one, rows: [1, 2], rewards: [1] } as never;
    expect(() => policy.update(wrongRows)).toThrowError(INVALID);
    expect(() => policy.update(wrongReward)).toThrowError(refusedWith('ERR_SLUICE_NON_FINITE'));
    expect(() => policy.update(uneven)).toThrowError(INVALID);
    expect(policy.snapshot()).toEqual(before);
  });
});

describe.each(Object.entries(byScores))('%s', (_, make) => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, -0.1, 1.1])('refuses a score of %s', (score) => {
    const wrong = { ...pool, scores: scores.with(3, score) };
    const refused = refusedWith('ERR_SLUICE_NON_FINITE');
    expect(() => make().choose(wrong, 3, random())).toThrowError(refused);
    expect(() => make().score(wrong)).toThrowError(refused);
    expect(() => make().propensity(wrong, Uint32Array.of(0, 3), random(), 4)).toThrowError(refused);
  });
});

test.each([0, 1])('what could not be learned from, a score of %s, is not chosen from', (score) => {
  const wrong = { ...pool, scores: scores.with(3, score) };
  for (const policy of [thompson(), greedy()]) {
    expect(() => policy.choose(wrong, 3, random())).toThrowError(refusedWith('ERR_SLUICE_NON_FINITE'));
  }
});

test('an arm that is pinned or has a share may stand in a pool once only', () => {
  const twice = { ...pool, rows: Uint32Array.of(0, 1, 2, 1, 4, 5, 4) };
  for (const name of ['pinned arms', 'minimum traffic']) {
    expect(() => byScores[name]().choose(twice, 3, random())).toThrowError(INVALID);
    expect(() => byScores[name]().propensity(twice, Uint32Array.of(0, 1), random(), 4)).toThrowError(INVALID);
  }
});

test('a budget over rewards below 0, and of surfaces of any name, outlasts a restore', () => {
  const make = () =>
    new ExplorationBudget({ policy: new LinUcb({ model: shared(), rewards: [-1, 1] }), share: 0.5 });
  const budget = make();
  budget.update({ rows, scores, rewards: new Float64Array(ARMS).fill(-1) });
  for (const surface of ['__proto__', 'a/b', '']) budget.choose({ ...pool, surface }, 7, random());
  expect(budget.account('a/b').earned).toBeLessThan(0);
  const restored = make();
  restored.restore(structuredClone(budget.snapshot()));
  for (const surface of ['__proto__', 'a/b', '']) {
    expect(budget.account(surface).decisions).toBe(1);
    expect(restored.account(surface)).toEqual(budget.account(surface));
  }
});

test('settings that are no map of shares, no click model and no number of rows are refused', () => {
  expect(() => new MinimumTraffic({ policy: greedy(), shares: { 1: 0.2 } as never })).toThrowError(INVALID);
  expect(() => new ClickCorrected({ policy: greedy(), model: undefined as never })).toThrowError(INVALID);
  expect(() => new BetaThompson({ arms: 2 ** 32 + 1 })).toThrowError(INVALID);
});
