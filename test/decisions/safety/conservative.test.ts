import { describe, expect, test } from 'vitest';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { certainChoice } from '../../../src/decisions/exact-choice.ts';
import { ArmConfidence } from '../../../src/decisions/safety/arm-confidence.ts';
import { ConservativePolicy } from '../../../src/decisions/safety/conservative-policy.ts';
import type { Policy } from '../../../src/funnel/policy.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { rank } from '../../../src/numerics/rank.ts';
import { largestWithin, smallestWithin } from '../../../src/numerics/relative-entropy.ts';
import { poolOf } from '../slates-of.ts';

const MEANS = [0.5, 0.6, 0.2, 0.3, 0.4];
const ALPHA = 0.1;
/** Arm 0 scores highest, so that the greedy policy, which never learns of others, is the default arm. */
const pool = poolOf([0.5, 0.1, 0.1, 0.1, 0.1]);

/** UCB1 with Hoeffding's index, alone in this file. */
class Ucb implements Policy {
  readonly name = 'ucb';
  readonly explores = true;
  #counts = new Float64Array(5);
  #sums = new Float64Array(5);
  #t = 0;
  score = () => this.#sums.map((sum, i) => sum / Math.max(1, this.#counts[i]));
  choose(_: unknown, size: number) {
    const index = (sum: number, i: number) =>
      this.#counts[i] === 0
        ? 9
        : sum / this.#counts[i] + Math.sqrt(Math.log(this.#t) / (2 * this.#counts[i]));
    return certainChoice(rank(this.#sums.map(index), size));
  }
  propensity(_: unknown, picks: Uint32Array) {
    const { picks: own } = this.choose(null, picks.length);
    return Float64Array.from(picks, (pick, k) => (own[k] === pick ? 1 : 0));
  }
  update({ rows, rewards }: { rows: Uint32Array; rewards: Float64Array }) {
    rows.forEach((row, i) => {
      this.#counts[row]++;
      this.#sums[row] += rewards[i];
      this.#t++;
    });
  }
  snapshot = () => ({ counts: this.#counts.slice(), sums: this.#sums.slice() });
  restore() {}
}

class DefaultArm extends EpsilonGreedy {
  constructor() {
    super({ arms: 5, epsilon: 0 });
  }
  /** What is known of it does not change. */
  override update() {}
}

interface Run {
  /** Whether the reward so far was at least (1 - alpha) of the baseline's after every round. */
  kept: boolean;
  regret: number;
  lateRegret: number;
}

/** @param delay rounds until an outcome arrives. */
function play(policy: Policy, seed: number, rounds: number, delay = 0): Run {
  const random = new RandomStream(seed, 'rewards');
  let [earned, kept, regret, lateRegret] = [0, true, 0, 0];
  const waiting: { rows: Uint32Array; scores: Float32Array; rewards: Float64Array }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const { picks } = policy.choose(pool, 1, new RandomStream(seed, round));
    const mean = MEANS[picks[0]];
    earned += mean;
    kept &&= earned >= (1 - ALPHA) * 0.5 * round - 1e-9;
    regret += 0.6 - mean;
    if (round > rounds / 2) lateRegret += 0.6 - mean;
    const rewards = Float64Array.of(random.uniform() < mean ? 1 : 0);
    waiting.push({ rows: picks, scores: Float32Array.of(0.5), rewards });
    if (waiting.length > delay) policy.update(waiting.shift() as (typeof waiting)[0]);
  }
  return { kept, regret, lateRegret };
}

const conservative = (known: boolean, delta = 0.05) =>
  new ConservativePolicy({
    policy: new Ucb(),
    baseline: new DefaultArm(),
    confidence: new ArmConfidence({ arms: 5, delta }),
    alpha: ALPHA,
    ...(known && { baselineReward: 0.5 }),
  });

describe('conservative exploration', () => {
  test.each([
    ['known', true, 0],
    ['unknown', false, 0],
    ['known, with outcomes 50 rounds late', true, 50],
  ])(
    'with a baseline %s stays above (1 - alpha) of it at every round of 475 of 500 runs',
    (_, known, delay) => {
      let kept = 0;
      for (let seed = 1; seed <= 500; seed++) {
        if (play(conservative(known), seed, 400, delay).kept) kept++;
      }
      expect(kept).toBeGreaterThanOrEqual(0.95 * 500);
    },
  );

  test('does what the unconstrained policy does not', () => {
    let broken = 0;
    for (let seed = 1; seed <= 100; seed++) if (!play(new Ucb(), seed, 400).kept) broken++;
    expect(broken).toBeGreaterThan(90);
  });

  test('comes to lose no more than the unconstrained policy, once the margin is earned', () => {
    const rounds = 20_000;
    let [own, free, ownLate, freeLate] = [0, 0, 0, 0];
    for (let seed = 1; seed <= 4; seed++) {
      const constrained = play(conservative(true), seed, rounds);
      const unconstrained = play(new Ucb(), seed, rounds);
      own += constrained.regret;
      free += unconstrained.regret;
      ownLate += constrained.lateRegret;
      freeLate += unconstrained.lateRegret;
    }
    // The baseline alone would lose .1 a round: 8000 in all.
    expect(own).toBeLessThan(1000);
    expect(own).toBeGreaterThan(free);
    expect(ownLate).toBeLessThan(freeLate + 20);
  });

  test('shows the baseline with propensity 1 until it may choose, and then the policy with its own', () => {
    const policy = new ConservativePolicy({
      policy: new EpsilonGreedy({ arms: 5, epsilon: 0.5 }),
      baseline: new DefaultArm(),
      confidence: new ArmConfidence({ arms: 5 }),
      alpha: 0.5,
      baselineReward: 0.5,
    });
    const random = new RandomStream(1);
    // One round of the baseline earns .25 of the .25 that an exploring round costs at worst.
    expect(policy.propensity(pool, Uint32Array.of(0), random, 1)[0]).toBe(1);
    expect(policy.propensity(pool, Uint32Array.of(1), random, 1)[0]).toBe(0);
    expect(policy.choose(pool, 1, random).propensities?.[0]).toBe(1);
    expect(policy.propensity(pool, Uint32Array.of(0), random, 1)[0]).toBeCloseTo(0.5, 12);
    expect(policy.propensity(pool, Uint32Array.of(1), random, 1)[0]).toBeCloseTo(0.125, 12);
    let explored = 0;
    while (explored === 0) {
      const { picks, propensities } = policy.choose(pool, 1, random);
      expect(propensities?.[0]).toBeCloseTo(picks[0] === 0 ? 0.5 : 0.125, 12);
      explored += picks[0] === 0 ? 0 : 1;
    }
  });

  test('refuses settings outside their range, and a baseline that explores', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    const good = {
      policy: new Ucb(),
      baseline: new DefaultArm(),
      confidence: new ArmConfidence({ arms: 5 }),
      alpha: 0.1,
    };
    for (const bad of [
      { alpha: 0 },
      { alpha: 1 },
      { alpha: Number.NaN },
      { baseline: new Ucb() },
      { baselineReward: 0 },
      { baselineReward: Number.NaN },
      { leastReward: 0.1 },
    ]) {
      expect(() => new ConservativePolicy({ ...good, ...bad })).toThrowError(invalid);
    }
    for (const bad of [{ arms: 0 }, { arms: 2, delta: 0 }, { arms: 2, delta: 1 }]) {
      expect(() => new ArmConfidence(bad)).toThrowError(invalid);
    }
  });
});

describe('the confidence of arms', () => {
  test('bounds a margin by the intervals of its arms, formed anew', () => {
    const confidence = new ArmConfidence({ arms: 3, delta: 0.1 });
    const rows = Uint32Array.of(0, 1, 2);
    const three = poolOf([0.5, 0.5, 0.5]);
    confidence.book(three, Uint32Array.of(0), 3);
    confidence.book(three, Uint32Array.of(1), -2);
    expect(confidence.lowerBound(three, rows.subarray(0, 0), 0)).toBe(-2);
    for (let i = 0; i < 40; i++) {
      const rewards = Float64Array.of(i % 2, i % 4 === 0 ? 1 : 0);
      confidence.learn({ rows: Uint32Array.of(0, 1), scores: new Float32Array(2), rewards });
    }
    const doubt = Math.log((2 * 3 * 40 * 41) / 0.1) / 40;
    const expected = 3 * smallestWithin(0.5, doubt) - 2 * largestWithin(0.25, doubt);
    expect(confidence.lowerBound(three, rows.subarray(0, 0), 0)).toBeCloseTo(expected, 12);
    expect(confidence.lowerBound(three, Uint32Array.of(1), 3)).toBeCloseTo(
      3 * smallestWithin(0.5, doubt) + smallestWithin(0.25, doubt),
      12,
    );
  });

  test('holds for all counts at once as often as it says', () => {
    let failed = 0;
    for (let seed = 0; seed < 400; seed++) {
      const random = new RandomStream(seed, 'arm');
      const confidence = new ArmConfidence({ arms: 1, delta: 0.2 });
      const one = poolOf([0.5]);
      confidence.book(one, Uint32Array.of(0), 1);
      let broke = false;
      for (let i = 0; i < 300; i++) {
        const rewards = Float64Array.of(random.uniform() < 0.3 ? 1 : 0);
        confidence.learn({ rows: Uint32Array.of(0), scores: new Float32Array(1), rewards });
        broke ||= confidence.lowerBound(one, new Uint32Array(0), 0) > 0.3;
        // The upper side: a margin of -1 is at least -.3 in truth.
        broke ||= confidence.lowerBound(one, Uint32Array.of(0), -2) > -0.3;
      }
      if (broke) failed++;
    }
    expect(failed / 400).toBeLessThanOrEqual(0.2);
  });
});
