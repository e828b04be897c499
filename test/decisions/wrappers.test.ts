import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BetaThompson } from '../../src/decisions/context-free/beta-thompson.ts';
import { EpsilonGreedy } from '../../src/decisions/context-free/epsilon-greedy.ts';
import { decisionKernels } from '../../src/decisions/kernels/select.ts';
import { ArmConfidence } from '../../src/decisions/safety/arm-confidence.ts';
import { BlockedArms } from '../../src/decisions/safety/blocked-arms.ts';
import { ConservativePolicy } from '../../src/decisions/safety/conservative-policy.ts';
import { ExplorationBudget } from '../../src/decisions/safety/exploration-budget.ts';
import { MinimumTraffic } from '../../src/decisions/safety/minimum-traffic.ts';
import { PinnedArms } from '../../src/decisions/safety/pinned-arms.ts';
import { DiverseSlates } from '../../src/decisions/slates/diverse-slates.ts';
import { PlackettLuce } from '../../src/decisions/slates/plackett-luce.ts';
import type { Policy } from '../../src/funnel/policy.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import { claimed, frequencies, poolOf } from './slates-of.ts';

const kernels = await decisionKernels('reference');
const vectors = Float32Array.from({ length: 40 * 4 }, (_, i) => Math.sin(1 + i * i));
const thompson = (arms: number) => new BetaThompson({ arms, floor: 0.1 });
const epsilonGreedy = (arms: number) => new EpsilonGreedy({ arms, epsilon: 0.4 });
const greedy = (arms: number) => new EpsilonGreedy({ arms, epsilon: 0 });
const shares = new Map([
  [1, 0.2],
  [3, 0.1],
]);

/** Whether propensities are exact, and how to make it over so many arms. */
const policies: [string, boolean, (arms: number) => Policy][] = [
  ['blocked arms', true, (arms) => new BlockedArms({ policy: epsilonGreedy(arms), rows: [2] })],
  ['blocked arms over Thompson', false, (arms) => new BlockedArms({ policy: thompson(arms), rows: [0, 2] })],
  [
    'pinned arms',
    true,
    (arms) => new PinnedArms({ policy: epsilonGreedy(arms), pins: [{ row: 4, place: 1 }] }),
  ],
  [
    'pinned arms over Thompson, within blocked ones',
    false,
    (arms) =>
      new BlockedArms({
        policy: new PinnedArms({ policy: thompson(arms), pins: [{ row: 4, place: 0 }] }),
        rows: [1],
      }),
  ],
  ['minimum traffic', true, (arms) => new MinimumTraffic({ policy: epsilonGreedy(arms), shares })],
  ['minimum traffic over Thompson', false, (arms) => new MinimumTraffic({ policy: thompson(arms), shares })],
  [
    'diverse slates by MMR over Thompson',
    false,
    (arms) =>
      new DiverseSlates({ policy: thompson(arms), vectors, dimension: 4, method: 'mmr', shortlist: 4 }),
  ],
  [
    'diverse slates by DPP, certain but for a floor',
    true,
    (arms) => new DiverseSlates({ policy: greedy(arms), vectors, dimension: 4, floor: 0.3, shortlist: 5 }),
  ],
  [
    'Plackett-Luce over Thompson',
    false,
    (arms) => new PlackettLuce({ kernels, policy: thompson(arms), temperature: 0.1, floor: 0.05 }),
  ],
  [
    'an exploration budget that is not spent',
    true,
    (arms) => new ExplorationBudget({ policy: epsilonGreedy(arms), share: 1, of: 'decisions' }),
  ],
];

const spenders: [string, (arms: number) => Policy][] = [
  [
    'an exploration budget',
    (arms) => new ExplorationBudget({ policy: epsilonGreedy(arms), share: 0.1, window: 70 }),
  ],
  [
    'an exploration budget of decisions over Thompson',
    (arms) => new ExplorationBudget({ policy: thompson(arms), share: 0.2, of: 'decisions', window: 100 }),
  ],
  [
    'conservative exploration',
    (arms) =>
      new ConservativePolicy({
        policy: thompson(arms),
        baseline: greedy(arms),
        confidence: new ArmConfidence({ arms }),
        alpha: 0.4,
      }),
  ],
  [
    'conservative exploration of a known baseline, with pinned arms',
    (arms) =>
      new PinnedArms({
        pins: [{ row: 3, place: 1 }],
        policy: new ConservativePolicy({
          policy: epsilonGreedy(arms),
          baseline: greedy(arms),
          confidence: new ArmConfidence({ arms }),
          alpha: 0.2,
          baselineReward: 0.3,
        }),
      }),
  ],
];

const SCORES = [0.2, 0.21, 0.25, 0.15, 0.3, 0.1, 0.22];

function teach(policy: Policy): void {
  policy.update({
    rows: Uint32Array.of(0, 6, 4),
    scores: Float32Array.of(0.2, 0.2, 0.3),
    rewards: Float64Array.of(1, 0, 1),
  });
}

describe.each(policies)('%s', (name, exact, make) => {
  test('says propensities that add up to one at every place', () => {
    const policy = make(7);
    teach(policy);
    const table = claimed(policy, poolOf(SCORES), 3, 3000);
    for (let place = 0; place < 3; place++) {
      let sum = 0;
      for (let item = 0; item < 7; item++) sum += table[item * 3 + place];
      expect(Math.abs(sum - 1)).toBeLessThan(exact ? 1e-12 : 0.08);
    }
  });

  test('shows items at places as often as it says, and says it with each choice', () => {
    const policy = make(7);
    teach(policy);
    const pool = poolOf(SCORES);
    const rounds = exact ? 20_000 : 8000;
    const table = claimed(policy, pool, 3, 3000);
    const shown = frequencies((random) => policy.choose(pool, 3, random), 7, 3, rounds);
    shown.forEach((frequency, cell) => {
      const variance = table[cell] * (1 - table[cell]) * (1 / rounds + (exact ? 0 : 1 / 3000));
      expect(Math.abs(frequency - table[cell])).toBeLessThan(5 * Math.sqrt(variance) + 1e-4);
    });
    for (let round = 0; round < 5; round++) {
      const choice = policy.choose(pool, 3, new RandomStream(6, round));
      expect(choice.propensities !== null).toBe(exact);
      // Learning after the choice does not change what its propensities were.
      teach(policy);
      const estimate = choice.estimate(new RandomStream(7, round), 2000);
      choice.picks.forEach((pick, place) => {
        const expected = table[pick * 3 + place];
        expect(Math.abs(estimate[place] - expected)).toBeLessThan(exact ? 1e-12 : 0.08);
        if (choice.propensities) expect(choice.propensities[place]).toBe(estimate[place]);
      });
      policy.restore(make(7).snapshot());
      teach(policy);
    }
    expect(policy.name).toContain('@1');
    expect(name).not.toBe('');
  });
});

describe.each([...policies.map(([name, , make]) => [name, make] as const), ...spenders])('%s', (_, make) => {
  test('chooses distinct entries of the pool', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer(),
        (n, size, seed) => {
          const random = new RandomStream(seed, 'pool');
          const pool = poolOf(Array.from({ length: n }, () => 0.01 + 0.9 * random.uniform()));
          const { picks, propensities } = make(40).choose(pool, size, random);
          expect(new Set(picks).size).toBe(picks.length);
          expect(picks.every((pick) => pick < n)).toBe(true);
          expect(picks.length).toBeLessThanOrEqual(size);
          expect(picks.length).toBeGreaterThanOrEqual(Math.min(size, n - 2));
          if (propensities) expect(propensities.every((p) => p > 0 && p <= 1 + 1e-12)).toBe(true);
        },
      ),
      { seed: 12, numRuns: 100 },
    );
  });

  test('goes on after a restore in mid-run as it would have without', () => {
    const run = (policy: Policy, from: number, to: number): string[] => {
      const shown: string[] = [];
      for (let round = from; round < to; round++) {
        const scores = SCORES.map((score) => score + 0.05 * Math.sin(round * score * 100));
        const { picks, propensities } = policy.choose(
          poolOf(scores, round % 3 === 0 ? 'home' : 'detail'),
          3,
          new RandomStream(3, `decision ${round}`),
        );
        shown.push(`${picks} ${propensities}`);
        policy.update({
          rows: picks,
          scores: Float32Array.from(picks, (pick) => scores[pick]),
          rewards: Float64Array.from(picks, (pick) => ((pick + round) % 3 === 0 ? 1 : 0)),
        });
      }
      return shown;
    };
    const whole = run(make(7), 0, 300);
    const first = make(7);
    run(first, 0, 150);
    const second = make(7);
    second.restore(first.snapshot());
    expect(run(second, 150, 300)).toEqual(whole.slice(150));
  });

  test('refuses the state of another catalogue, and outcomes that are no rewards', () => {
    const policy = make(7);
    teach(policy);
    expect(() => policy.restore(make(8).snapshot())).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
    const before = policy.snapshot();
    const one = { rows: Uint32Array.of(0), scores: Float32Array.of(0.2) };
    for (const reward of [Number.NaN, 2]) {
      expect(() => policy.update({ ...one, rewards: Float64Array.of(reward) })).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }),
      );
    }
    expect(() =>
      policy.update({ ...one, rows: Uint32Array.of(7), rewards: Float64Array.of(1) }),
    ).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
    expect(policy.snapshot()).toEqual(before);
  });
});
