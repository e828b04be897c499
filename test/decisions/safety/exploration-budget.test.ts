import { describe, expect, test } from 'vitest';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { ExplorationBudget } from '../../../src/decisions/safety/exploration-budget.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { rank } from '../../../src/numerics/rank.ts';
import { poolOf } from '../slates-of.ts';

const SCORES = [0.05, 0.4, 0.1, 0.35, 0.3, 0.2];
const GREEDY = [1, 3];

/** Chooses `rounds` times for each of two surfaces in turn and accounts for it from outside. */
function spend(policy: ExplorationBudget, window: number, rounds: number) {
  const total = { home: { explored: 0, cost: 0, earned: 0 }, detail: { explored: 0, cost: 0, earned: 0 } };
  let fallbacks = 0;
  const worst = { decisions: 0, reward: 0 };
  for (const surface of ['home', 'detail'] as const) {
    let [explored, cost, earned] = [0, 0, 0];
    for (let round = 0; round < rounds; round++) {
      if (round % window === 0) [explored, cost, earned] = [0, 0, 0];
      const pool = poolOf(SCORES, surface);
      const before = policy.propensity(pool, Uint32Array.of(0, 2), new RandomStream(1), 1);
      const { picks, propensities } = policy.choose(pool, 2, new RandomStream(5, `${surface} ${round}`));
      const greedy = picks[0] === GREEDY[0] && picks[1] === GREEDY[1];
      // The propensity of a slate that is not greedy tells whether the budget was spent.
      if (before[0] === 0) {
        fallbacks++;
        expect(greedy).toBe(true);
        expect(propensities).toEqual(Float64Array.of(1, 1));
      } else {
        expect(propensities?.[0]).toBeLessThan(1);
      }
      explored += greedy ? 0 : 1;
      cost += 0.75 - (SCORES[picks[0]] + SCORES[picks[1]]);
      earned += 0.75;
      worst.decisions = Math.max(worst.decisions, explored / ((round % window) + 1));
      worst.reward = Math.max(worst.reward, cost / earned);
      total[surface].explored += greedy ? 0 : 1;
      total[surface].cost += 0.75 - (SCORES[picks[0]] + SCORES[picks[1]]);
      total[surface].earned += 0.75;
    }
  }
  return { total, worst, fallbacks };
}

describe('an exploration budget', () => {
  const policy = new EpsilonGreedy({ arms: 6, epsilon: 0.5 });

  test('of decisions is never exceeded in any window of any surface, and is used up', () => {
    const budget = new ExplorationBudget({ policy, share: 0.25, of: 'decisions', window: 200 });
    const { total, worst, fallbacks } = spend(budget, 200, 1000);
    expect(worst.decisions).toBeLessThanOrEqual(0.25);
    expect(fallbacks).toBeGreaterThan(500);
    expect(total.home.explored).toBeGreaterThan(0.23 * 1000);
    expect(total.detail.explored).toBeGreaterThan(0.23 * 1000);
  });

  test('of reward is never exceeded in any window of any surface, and is used up', () => {
    const budget = new ExplorationBudget({ policy, share: 0.1, of: 'reward', window: 200 });
    const { total, worst, fallbacks } = spend(budget, 200, 1000);
    expect(worst.reward).toBeLessThanOrEqual(0.1 + 1e-6);
    expect(fallbacks).toBeGreaterThan(200);
    expect(total.home.cost).toBeGreaterThan(0.08 * total.home.earned);
  });

  test('keeps an account for each surface, which starts anew with each window', () => {
    const budget = new ExplorationBudget({ policy, share: 0.5, of: 'decisions', window: 3 });
    const choose = (surface?: string) => budget.choose(poolOf(SCORES, surface), 2, new RandomStream(1));
    choose('home');
    choose('home');
    expect(budget.account('home')).toMatchObject({ decisions: 2, earned: 2 });
    expect(budget.account('detail')).toEqual({ decisions: 0, spent: 0, earned: 0 });
    choose();
    expect(budget.account().decisions).toBe(1);
    choose('home');
    choose('home');
    expect(budget.account('home').decisions).toBe(1);
    const again = new ExplorationBudget({ policy, share: 0.5, of: 'decisions', window: 3 });
    again.restore(budget.snapshot());
    for (const surface of ['home', 'detail', ''])
      expect(again.account(surface)).toEqual(budget.account(surface));
  });

  test('of nothing is the greedy policy', () => {
    const budget = new ExplorationBudget({ policy, share: 0 });
    expect(budget.explores).toBe(false);
    for (let round = 0; round < 20; round++) {
      const { picks } = budget.choose(poolOf(SCORES), 4, new RandomStream(2, round));
      expect(picks).toEqual(rank(SCORES, 4));
    }
  });

  test('refuses settings outside their range, and accounts that are none', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    for (const bad of [
      { share: -0.1 },
      { share: 1.1 },
      { share: Number.NaN },
      { share: 0.1, window: 0 },
      { share: 0.1, window: 1.5 },
      { share: 0.1, of: 'money' as 'reward' },
    ]) {
      expect(() => new ExplorationBudget({ policy, ...bad })).toThrowError(invalid);
    }
    const budget = new ExplorationBudget({ policy, share: 0.1 });
    const state = budget.snapshot();
    for (const account of [Float64Array.of(1, 2), Float64Array.of(1, Number.NaN, 2)]) {
      expect(() => budget.restore({ ...state, 'accounts/home': account })).toThrowError(invalid);
    }
  });
});
