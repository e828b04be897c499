import { describe, expect, test } from 'vitest';
import { BetaThompson } from '../../../src/decisions/context-free/beta-thompson.ts';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { GaussianThompson } from '../../../src/decisions/context-free/gaussian-thompson.ts';
import type { Policy, Pool } from '../../../src/funnel/policy.ts';
import { normalCdf } from '../../../src/numerics/normal.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const textbook = { priorStrength: 1, floor: 0, level: 'fixed' } as const;

const equalPool = (arms: number): Pool => ({
  rows: Uint32Array.from({ length: arms }, (_, arm) => arm),
  scores: new Float32Array(arms).fill(0.5),
});

function learn(policy: Policy, outcomes: readonly (readonly [arm: number, reward: number])[]): void {
  policy.update({
    rows: Uint32Array.from(outcomes, ([arm]) => arm),
    scores: new Float32Array(outcomes.length).fill(0.5),
    rewards: Float64Array.from(outcomes, ([, reward]) => reward),
  });
}

/** How often each entry is chosen at each place. */
function frequencies(policy: Policy, pool: Pool, size: number, rounds: number): Float64Array {
  const shown = new Float64Array(pool.rows.length * size);
  const random = new RandomStream(1, 'frequencies');
  for (let i = 0; i < rounds; i++) {
    policy.choose(pool, size, random).picks.forEach((pick, k) => {
      shown[pick * size + k] += 1 / rounds;
    });
  }
  return shown;
}

describe('discounted Thompson sampling', () => {
  test('has the posterior of the recursion S <- g S + r, F <- g F + 1 - r, also after ten thousand outcomes', () => {
    const [arms, discount] = [3, 0.9];
    const policy = new BetaThompson({ arms, ...textbook, discount });
    const wins = new Float64Array(arms);
    const losses = new Float64Array(arms);
    const random = new RandomStream(2);
    for (let t = 1; t <= 10_000; t++) {
      // Arm 2 falls asleep for good, and so must what is known of it.
      const arm = random.below(t < 9500 ? 3 : 2);
      const reward = random.uniform();
      for (let i = 0; i < arms; i++) {
        wins[i] *= discount;
        losses[i] *= discount;
      }
      wins[arm] += reward;
      losses[arm] += 1 - reward;
      learn(policy, [[arm, reward]]);
      if (t > 20 && t < 9990) continue;
      policy.score(equalPool(arms)).forEach((mean, i) => {
        expect(mean).toBeCloseTo((1 + wins[i]) / (2 + wins[i] + losses[i]), 9);
      });
    }
    expect(policy.score(equalPool(arms))[2]).toBeCloseTo(0.5, 6);
  });

  test('with a discount of 1 is plain Thompson sampling, bit for bit', () => {
    const plain = new BetaThompson({ arms: 4, ...textbook });
    const discounted = new BetaThompson({ arms: 4, ...textbook, discount: 1 });
    for (const policy of [plain, discounted])
      learn(policy, [
        [0, 1],
        [1, 0.3],
        [3, 0],
      ]);
    expect(discounted.snapshot()).toEqual(plain.snapshot());
    expect(discounted.name).toBe(plain.name);
  });
});

describe('top-two Thompson sampling', () => {
  test('of two arms shows the better one with b p + (1 - b) (1 - p), p being P(it is the better)', () => {
    // Beta(3, 2) exceeds a uniform number with the probability of its mean, 3/5.
    const policy = new BetaThompson({ arms: 2, ...textbook, leaderShare: 0.75 });
    learn(policy, [
      [0, 1],
      [0, 1],
      [0, 0],
    ]);
    const exact = 0.75 * 0.6 + 0.25 * 0.4;
    const [first] = policy.propensity(equalPool(2), Uint32Array.of(0), new RandomStream(1), 40_000);
    expect(Math.abs(first - exact)).toBeLessThan(0.005);
    const error = Math.sqrt((exact * (1 - exact)) / 20_000);
    expect(Math.abs(frequencies(policy, equalPool(2), 1, 20_000)[0] - exact)).toBeLessThan(4 * error);
  });

  test('of arms worth alike is uniform, p (b + (1 - b) (K - 1) p / (1 - p)) being 1 / K', () => {
    const policy = new BetaThompson({ arms: 5, ...textbook, leaderShare: 0.5 });
    for (const pick of [0, 4]) {
      const [p] = policy.propensity(equalPool(5), Uint32Array.of(pick), new RandomStream(pick), 4000);
      expect(p).toBeCloseTo(0.2, 2);
    }
  });

  test.each([1, 2, 3])(
    'has the propensities of what it does where one arm leads nearly always, slates of %i',
    (size) => {
      const policy = new BetaThompson({ arms: 4, ...textbook, leaderShare: 0.6, floor: 0.1 });
      const outcomes: [number, number][] = [];
      // So far ahead that ten draws often find no other favourite.
      for (let i = 0; i < 30; i++)
        outcomes.push([0, Number(i % 10 > 0)], [1, Number(i % 10 > 3)], [2, i % 2]);
      learn(policy, outcomes);
      const pool = equalPool(4);
      const rounds = 20_000;
      const shown = frequencies(policy, pool, size, rounds);
      for (let entry = 0; entry < 4; entry++) {
        for (let k = 0; k < size; k++) {
          // Any slate with the entry at that place; its propensity does not depend on the others.
          const others = [0, 1, 2, 3].filter((one) => one !== entry).slice(0, size - 1);
          const picks = Uint32Array.from([...others.slice(0, k), entry, ...others.slice(k)]);
          const p = policy.propensity(pool, picks, new RandomStream(9, k), 500)[k];
          const error = Math.sqrt((p * (1 - p)) / rounds);
          expect(Math.abs(shown[entry * size + k] - p)).toBeLessThan(4 * error + 0.01);
        }
      }
    },
  );

  test('shows the challenger in its share of the slates when all is known', () => {
    const policy = new BetaThompson({ arms: 3, ...textbook, leaderShare: 0.7 });
    for (let i = 0; i < 500; i++)
      learn(policy, [
        [0, 1],
        [1, Number(i % 2 > 0)],
        [2, 0],
      ]);
    const shown = frequencies(policy, equalPool(3), 1, 2000);
    expect(Math.abs(shown[0] - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / 2000));
    expect(shown[1]).toBeCloseTo(1 - shown[0], 9);
  });

  test('shows the one item of a pool of one', () => {
    const policy = new BetaThompson({ arms: 1, ...textbook, leaderShare: 0.5 });
    const choice = policy.choose(equalPool(1), 3, new RandomStream(1));
    expect(Array.from(choice.picks)).toEqual([0]);
    expect(choice.estimate(new RandomStream(1), 2)).toEqual(Float64Array.of(1));
  });

  test.each([0, 1.1, Number.NaN])('refuses a leader share of %d', (leaderShare) => {
    expect(() => new BetaThompson({ arms: 2, leaderShare })).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

describe('Gaussian Thompson sampling', () => {
  test('of two arms shows the first with the probability that normal posteriors give', () => {
    const policy = new GaussianThompson({ arms: 2, deviation: 0.4, priorStrength: 2, floor: 0 });
    learn(policy, [
      [0, 0.9],
      [0, 0.8],
      [1, 0.4],
    ]);
    // N((1.7 + 2 x .5) / 4, .16 / 4) against N((.4 + 2 x .5) / 3, .16 / 3).
    const exact = normalCdf((2.7 / 4 - 1.4 / 3) / Math.sqrt(0.16 / 4 + 0.16 / 3));
    const choice = policy.choose(equalPool(2), 1, new RandomStream(1));
    const [p] = choice.estimate(new RandomStream(2), 20_000);
    expect(choice.picks[0] === 0 ? p : 1 - p).toBeCloseTo(exact, 2);
    const error = Math.sqrt((exact * (1 - exact)) / 20_000);
    expect(Math.abs(frequencies(policy, equalPool(2), 1, 20_000)[0] - exact)).toBeLessThan(4 * error);
  });

  test.each([{ deviation: 0 }, { deviation: Number.NaN }, { priorStrength: 0 }, { floor: 1 }])(
    'refuses %j',
    (wrong) => {
      expect(() => new GaussianThompson({ arms: 2, ...wrong })).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    },
  );
});

describe('decaying epsilon-greedy', () => {
  test('explores with probability min(epsilon, decay K / t)', () => {
    const pool = equalPool(4);
    for (const [outcomes, epsilon] of [
      [0, 0.5],
      [15, 0.5],
      [31, 0.25],
      [79, 0.1],
    ]) {
      const fresh = new EpsilonGreedy({ arms: 4, epsilon: 0.5, decay: 2 });
      if (outcomes > 0) learn(fresh, new Array(outcomes).fill([0, 1]));
      expect(fresh.propensity(pool, Uint32Array.of(0))[0]).toBeCloseTo(1 - epsilon, 12);
      expect(fresh.propensity(pool, Uint32Array.of(3))[0]).toBeCloseTo(epsilon / 3, 12);
    }
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a decay of %d', (decay) => {
    expect(() => new EpsilonGreedy({ arms: 2, decay })).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
