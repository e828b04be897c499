import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BetaThompson } from '../../../src/decisions/context-free/beta-thompson.ts';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { GaussianThompson } from '../../../src/decisions/context-free/gaussian-thompson.ts';
import { IndexPolicy } from '../../../src/decisions/context-free/index-policy.ts';
import { PROPENSITY_FUNCTIONS } from '../../../src/decisions/propensity-functions.ts';
import { RegretAccount } from '../../../src/decisions/regret.ts';
import type { Policy, Pool } from '../../../src/funnel/policy.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const pool = (scores: number[]): Pool => ({
  rows: Uint32Array.from(scores, (_, i) => i),
  scores: Float32Array.from(scores),
});

const policies: [string, (arms: number) => Policy][] = [
  ['Thompson sampling', (arms) => new BetaThompson({ arms, floor: 0.1 })],
  ['epsilon-greedy', (arms) => new EpsilonGreedy({ arms, epsilon: 0.2 })],
  ['greedy', (arms) => new EpsilonGreedy({ arms, epsilon: 0 })],
  ['uniform', (arms) => new EpsilonGreedy({ arms, epsilon: 1 })],
  ['decaying epsilon-greedy', (arms) => new EpsilonGreedy({ arms, epsilon: 1, decay: 0.1 })],
  ['discounted Thompson sampling', (arms) => new BetaThompson({ arms, discount: 0.7 })],
  ['top-two Thompson sampling', (arms) => new BetaThompson({ arms, leaderShare: 0.4, floor: 0.1 })],
  ['Gaussian Thompson sampling', (arms) => new GaussianThompson({ arms, deviation: 0.1 })],
  ['UCB1', (arms) => new IndexPolicy({ arms, index: 'ucb' })],
  ['KL-UCB', (arms) => new IndexPolicy({ arms, index: 'kl-ucb', floor: 0.3 })],
  ['kl-UCB++', (arms) => new IndexPolicy({ arms, index: 'kl-ucb-plus-plus', horizon: 1000, floor: 0 })],
  ['IMED', (arms) => new IndexPolicy({ arms, index: 'imed' })],
  ['sliding-window UCB', (arms) => new IndexPolicy({ arms, index: 'ucb', exploration: 0.6, window: 2 })],
  ['GLR-klUCB', (arms) => new IndexPolicy({ arms, index: 'kl-ucb', changeRisk: 0.1 })],
];

describe.each(policies)('%s', (_, make) => {
  test('chooses distinct entries of the pool, as many as asked or as there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 15 }),
        fc.integer(),
        (n, size, seed) => {
          const random = new RandomStream(seed, 'pool');
          const { picks } = make(n).choose(
            pool(Array.from({ length: n }, () => 0.01 + 0.9 * random.uniform())),
            size,
            random,
          );
          expect(picks.length).toBe(Math.min(n, size));
          expect(new Set(picks).size).toBe(picks.length);
          expect(picks.every((pick) => pick < n)).toBe(true);
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });

  test('repeats its choice for the same seed and decision id, and after snapshot and restore', () => {
    const policy = make(30);
    const scores = Array.from({ length: 30 }, (_, i) => 0.05 + i / 100);
    policy.update({
      rows: Uint32Array.of(1, 2, 29),
      scores: Float32Array.of(0.1, 0.2, 0.3),
      rewards: Float64Array.of(1, 0, 0.5),
    });
    const restored = make(30);
    restored.restore(policy.snapshot());
    for (let i = 0; i < 20; i++) {
      const first = policy.choose(pool(scores), 5, new RandomStream(9, `d${i}`)).picks;
      expect(policy.choose(pool(scores), 5, new RandomStream(9, `d${i}`)).picks).toEqual(first);
      expect(restored.choose(pool(scores), 5, new RandomStream(9, `d${i}`)).picks).toEqual(first);
    }
  });

  test('gives propensities that equal the frequencies with which items are shown at their places', () => {
    const policy = make(7);
    policy.update({
      rows: Uint32Array.of(0, 6),
      scores: Float32Array.of(0.2, 0.2),
      rewards: Float64Array.of(1, 0),
    });
    const scores = [0.2, 0.21, 0.25, 0.15, 0.3, 0.1, 0.22];
    const rounds = 20_000;
    const shown = new Float64Array(7 * 3);
    const claimed = new Float64Array(7 * 3);
    const claims = new Float64Array(7 * 3);
    for (let i = 0; i < rounds; i++) {
      const choice = policy.choose(pool(scores), 3, new RandomStream(4, `d${i}`));
      const propensities =
        i < 1500 ? (choice.propensities ?? choice.estimate(new RandomStream(4, `p${i}`), 8)) : null;
      choice.picks.forEach((pick, k) => {
        shown[pick * 3 + k] += 1 / rounds;
        if (propensities) {
          claimed[pick * 3 + k] += propensities[k];
          claims[pick * 3 + k]++;
        }
      });
    }
    let compared = 0;
    for (let cell = 0; cell < 21; cell++) {
      if (claims[cell] < 20) continue;
      compared++;
      const error = Math.sqrt((shown[cell] * (1 - shown[cell])) / rounds);
      // Each estimate is of 8 draws; their mean over hundreds of decisions is nearly free of noise.
      expect(Math.abs(claimed[cell] / claims[cell] - shown[cell])).toBeLessThan(5 * error + 0.01);
    }
    expect(compared).toBeGreaterThanOrEqual(3);
  });

  test('says of each slate, where it says so, the probability of its items one after another', () => {
    const policy = make(4);
    const four = pool([0.2, 0.4, 0.3, 0.1]);
    const random = new RandomStream(8);
    const rounds = 8_000;
    const seen = new Map<string, { count: number; claimed: number }>();
    for (let i = 0; i < rounds; i++) {
      const { picks, conditional } = policy.choose(four, 2, random);
      if (conditional === undefined) return;
      const claimed = conditional.reduce((product, p) => product * p, 1);
      const slate = seen.get(picks.join()) ?? { count: 0, claimed };
      expect(claimed).toBeCloseTo(slate.claimed, 12);
      slate.count++;
      seen.set(picks.join(), slate);
    }
    for (const { count, claimed } of seen.values()) {
      expect(Math.abs(count / rounds - claimed)).toBeLessThan(
        5 * Math.sqrt((claimed * (1 - claimed)) / rounds) + 1e-12,
      );
    }
  });

  test('has the same propensities, bit for bit, from the data alone that it hands to another thread', () => {
    const policy = make(7);
    const choice = policy.choose(pool([0.2, 0.21, 0.25, 0.15, 0.3, 0.1, 0.22]), 3, new RandomStream(1));
    expect(choice.propensities === null).toBe(choice.deferred !== undefined);
    if (choice.deferred === undefined) return;
    const { use, with: given } = structuredClone(choice.deferred);
    const propensities = PROPENSITY_FUNCTIONS[use](given, new RandomStream(2), 8);
    expect(propensities).toEqual(choice.estimate(new RandomStream(2), 8));
  });

  test('refuses rewards that are no numbers in [0, 1] and learns nothing from them', () => {
    const policy = make(3);
    const before = policy.snapshot();
    for (const reward of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
      expect(() =>
        policy.update({
          rows: Uint32Array.of(0, 1),
          scores: Float32Array.of(0.5, 0.5),
          rewards: Float64Array.of(1, reward),
        }),
      ).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }));
    }
    expect(() =>
      policy.update({ rows: Uint32Array.of(3), scores: Float32Array.of(0.5), rewards: Float64Array.of(1) }),
    ).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
    expect(policy.snapshot()).toEqual(before);
  });

  test('refuses a pool with an arm that it does not know, or without a score for each', () => {
    for (const wrong of [
      { rows: Uint32Array.of(0, 3), scores: Float32Array.of(0.5, 0.5) },
      { rows: Uint32Array.of(0, 1), scores: Float32Array.of(0.5) },
    ]) {
      for (const ask of [
        () => make(3).choose(wrong, 1, new RandomStream(1)),
        () => make(3).score(wrong),
        () => make(3).propensity(wrong, Uint32Array.of(0), new RandomStream(1), 1),
      ]) {
        expect(ask).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
      }
    }
  });

  test('expects of an arm what its score says until outcomes say otherwise', () => {
    const policy = make(3);
    const scores = [0.2, 0.3, 0.6];
    policy.score(pool(scores)).forEach((mean, i) => {
      expect(mean).toBeCloseTo(scores[i], 6);
    });
    for (let i = 0; i < 40; i++) {
      policy.update({ rows: Uint32Array.of(0), scores: Float32Array.of(0.2), rewards: Float64Array.of(1) });
    }
    const [seen, , other] = policy.score(pool(scores));
    expect(seen).toBeGreaterThan(0.25);
    expect(seen).toBeLessThanOrEqual(1);
    expect(other).toBeGreaterThan(0);
  });

  test('refuses a state with a column missing, too short, or of numbers that are none, and keeps its own', () => {
    const policy = make(3);
    policy.update({
      rows: Uint32Array.of(0, 1),
      scores: Float32Array.of(0.5, 0.5),
      rewards: Float64Array.of(1, 0.5),
    });
    const before = policy.snapshot();
    for (const name of Object.keys(before)) {
      const { [name]: values, ...others } = before;
      const wrong = [others, { ...before, [name]: Float64Array.from([...values, 1]) }];
      if (values.length > 0) wrong.push({ ...before, [name]: values.map(() => Number.NaN) });
      for (const state of wrong) {
        expect(() => policy.restore(state)).toThrowError(
          expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
        );
      }
    }
    expect(policy.snapshot()).toEqual(before);
  });

  test('refuses the state of another catalogue', () => {
    expect(() => make(3).restore(make(4).snapshot())).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('Thompson sampling', () => {
  test('with equal scores of one half and strength 1 draws from Beta(1 + successes, 1 + failures)', () => {
    // Two arms: P(arm 0 wins) for Beta(3, 2) against Beta(1, 1) is its mean, 3/5.
    const policy = new BetaThompson({ arms: 2, priorStrength: 1, floor: 0, level: 'fixed' });
    policy.update({
      rows: Uint32Array.of(0, 0, 0),
      scores: Float32Array.of(0.5, 0.5, 0.5),
      rewards: Float64Array.of(1, 1, 0),
    });
    const choice = policy.choose(pool([0.5, 0.5]), 1, new RandomStream(1, 'd'));
    const [p] = choice.estimate(new RandomStream(1, 'estimate'), 20_000);
    expect(choice.picks[0] === 0 ? p : 1 - p).toBeCloseTo(0.6, 2);
  });

  test('learns the level: scores wrong by a factor give the same slate odds once outcomes are many', () => {
    const policy = new BetaThompson({ arms: 2, floor: 0 });
    const rows = new Uint32Array(2000).map((_, i) => i % 2);
    policy.update({
      rows,
      scores: new Float32Array(2000).fill(0.01),
      // Arm 0 succeeds three times in ten, arm 1 once in ten: both far above the promised 1 %.
      rewards: Float64Array.from(rows, (row, i) => (i % 20 < (row === 0 ? 6 : 2) ? 1 : 0)),
    });
    let wins = 0;
    for (let i = 0; i < 200; i++) {
      if (policy.choose(pool([0.01, 0.01]), 1, new RandomStream(2, `d${i}`)).picks[0] === 0) wins++;
    }
    expect(wins).toBeGreaterThan(190);
  });

  test('a floor keeps every propensity of an item outside the base slate at floor / pool or more', () => {
    const policy = new BetaThompson({ arms: 50, floor: 0.2 });
    const scores = Array.from({ length: 50 }, (_, i) => (i < 5 ? 0.9 : 0.001));
    for (let i = 0; i < 40; i++) {
      const choice = policy.choose(pool(scores), 5, new RandomStream(3, `d${i}`));
      const propensities = choice.estimate(new RandomStream(3, `p${i}`), 8);
      for (const p of propensities) expect(p).toBeGreaterThanOrEqual((0.2 / 45) * 0.99);
    }
  });

  test('gives even what it would hardly ever show a propensity whose weight is finite', () => {
    const policy = new BetaThompson({ arms: 2, floor: 0, priorStrength: 1e7, level: 'fixed' });
    // Two posteriors worlds apart: no draw ever puts the second arm first.
    const scores = [0.9, 0.1];
    const choice = policy.choose(pool(scores), 1, new RandomStream(1, 'd'));
    choice.picks[0] = 1;
    const [p] = choice.estimate(new RandomStream(1, 'p'), 4);
    expect(p).toBeGreaterThan(0);
    expect(1 / p).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  test('settings outside their range are refused', () => {
    for (const bad of [{ priorStrength: 0 }, { priorStrength: Number.NaN }, { floor: 1 }, { floor: -0.1 }]) {
      expect(() => new BetaThompson({ arms: 2, ...bad })).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});

describe('regret', () => {
  test('is mu* T minus the sum of the chosen means', () => {
    const account = new RegretAccount();
    for (const chosen of [0.1, 0.9, 0.5]) account.add(0.9, chosen);
    expect(account.total).toBeCloseTo(0.9 * 3 - 1.5, 12);
    expect(account.rounds).toBe(3);
    expect(() => account.add(Number.NaN, 0)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }),
    );
  });
});
