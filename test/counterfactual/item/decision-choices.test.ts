import { describe, expect, test } from 'vitest';
import {
  type DecidedSlate,
  type DecisionTarget,
  decisionChoices,
} from '../../../src/counterfactual/item/decision-choices.ts';
import { evaluateOffPolicy } from '../../../src/counterfactual/item/evaluate.ts';
import { BetaThompson } from '../../../src/decisions/context-free/beta-thompson.ts';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { BlockedArms } from '../../../src/decisions/safety/blocked-arms.ts';
import type { Choice, Policy, Pool } from '../../../src/funnel/policy.ts';
import type { DecisionRecord } from '../../../src/log/decision.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { decision } from '../../log/records.ts';

const ARMS = 30;
const POOL = 8;
const SLATE = 3;
/** An item at a lower place is seen less; scores are right but for that. */
const SEEN = [1, 0.7, 0.4];
const greedy = new EpsilonGreedy({ arms: ARMS, epsilon: 0 });
const even = new EpsilonGreedy({ arms: ARMS, epsilon: 1 });

/** One slate in two is the greedy one, the others are drawn evenly: any item may come at any place. */
const LOGGING: Policy = Object.assign(new EpsilonGreedy({ arms: ARMS }), {
  propensity(pool: Pool, picks: Uint32Array): Float64Array {
    const best = greedy.propensity(pool, picks);
    return best.map((p) => 0.5 * p + 0.5 / POOL);
  },
  choose(pool: Pool, size: number, random: RandomStream): Choice {
    const { picks } = (random.uniform() < 0.5 ? greedy : even).choose(pool, size, random);
    const propensities = LOGGING.propensity(pool, picks, random, 1);
    return { picks, propensities, estimate: () => propensities };
  },
});

function poolOf(random: RandomStream): Pool {
  const all = random.shuffle(Uint32Array.from({ length: ARMS }, (_, i) => i));
  const scores = Float32Array.from({ length: POOL }, () => 0.05 + 0.9 * random.uniform());
  return { rows: all.slice(0, POOL), scores };
}

/** Slates that the logging policy showed, and what came of them. */
function slates(count: number, seed: number, logging: Policy = LOGGING): DecidedSlate[] {
  return Array.from({ length: count }, (_, i) => {
    const random = new RandomStream(seed, `slate ${i}`);
    const { rows, scores } = poolOf(random);
    const { picks, propensities } = logging.choose({ rows, scores }, SLATE, random);
    const shown = {
      rows: Uint32Array.from(picks, (pick) => rows[pick]),
      scores: Float32Array.from(picks, (pick) => scores[pick]),
      propensities: propensities ?? new Float64Array(),
    };
    const rewards = Float64Array.from(picks, (pick, place) =>
      random.uniform() < scores[pick] * SEEN[place] ? 1 : 0,
    );
    const record = decision(`decision-${i}`, {
      pool: { rows, scores },
      shown,
      propensityState: 'exact',
      context: null,
    });
    return { record, rewards };
  });
}

/** What a policy earns at a place, by showing its own slates. */
function truth(policy: DecisionTarget, place: number): number {
  let sum = 0;
  const rounds = 6000;
  for (let i = 0; i < rounds; i++) {
    const random = new RandomStream(99, `truth ${i}`);
    const pool = poolOf(random);
    const pick =
      typeof policy === 'string' ? random.below(POOL) : policy.choose(pool, SLATE, random).picks[place];
    sum += pool.scores[pick] * SEEN[place];
  }
  return sum / rounds;
}

const LOG = slates(1500, 1);

describe('the columns of a decision log', () => {
  test.each([
    ['greedy', (): DecisionTarget => new EpsilonGreedy({ arms: ARMS, epsilon: 0 })],
    ['thompson', (): DecisionTarget => new BetaThompson({ arms: ARMS, level: 'fixed' })],
    ['uniform', (): DecisionTarget => 'uniform'],
  ])('give the value of %s at each place within its intervals', (_, make) => {
    for (const place of [0, 2]) {
      const { choices, taught } = decisionChoices(LOG, make(), { place, draws: 6 });
      expect(taught).toBe(0);
      if (choices === null) throw new Error('no choices');
      const { estimates, meanWeight } = evaluateOffPolicy(choices, { level: 0.999, resamples: 200 });
      expect(meanWeight).toBeCloseTo(1, 0);
      const value = truth(make(), place);
      for (const name of ['ips', 'snips', 'dr', 'sndr'] as const) {
        expect(estimates[name]?.low, `${name} at ${place}`).toBeLessThan(value);
        expect(estimates[name]?.high, `${name} at ${place}`).toBeGreaterThan(value);
      }
      // The scores are all that the reward depends on, so that the model is right.
      expect(Math.abs((estimates.dm?.value ?? 0) - value)).toBeLessThan(0.05);
    }
  });

  test('expect nothing of a target whose slate does not reach the place', () => {
    const rows = Array.from({ length: ARMS }, (_, row) => row);
    const blocked = new BlockedArms({ policy: even, rows });
    const { choices } = decisionChoices(LOG.slice(0, 50), blocked, { place: 1 });
    expect(choices?.targetPropensities).toEqual(new Float64Array(50));
    expect(choices?.model?.expected).toEqual(new Float64Array(50));
  });

  test('are refused where a decision has not one reward for each item', () => {
    const [{ record }] = LOG;
    expect(() => decisionChoices([{ record, rewards: Float64Array.of(1) }], 'logged')).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  test('of the logging policy itself are the log: in closed form, by its name, and by its own propensities', () => {
    const byName = decisionChoices(LOG, 'logged').choices;
    const byPolicy = decisionChoices(LOG, LOGGING).choices;
    for (const choices of [byName, byPolicy]) {
      expect(choices?.targetPropensities).toEqual(choices?.loggingPropensities);
      expect(choices?.rewards).toEqual(Float64Array.from(LOG, ({ rewards }) => rewards[0]));
    }
    expect(byName?.model?.expected).toEqual(byName?.model?.taken);
  });

  test('tell of what the logging policy could never show', () => {
    // Epsilon-greedy keeps the second best item of a slate from the first place.
    const log = slates(1000, 3, new EpsilonGreedy({ arms: ARMS, epsilon: 0.6 }));
    const warningsFor = (decided: readonly DecidedSlate[]): readonly string[] => {
      const { choices } = decisionChoices(decided, 'uniform');
      return choices === null ? [] : evaluateOffPolicy(choices, { resamples: 1 }).warnings;
    };
    expect(warningsFor(log)).toEqual([expect.stringMatching(/^the mean weight is 0\.7.*could never show/)]);
    expect(warningsFor(LOG)).toEqual([]);
  });

  test('are the same for the same seed', () => {
    const make = () => new BetaThompson({ arms: ARMS });
    const some = LOG.slice(0, 50);
    const first = decisionChoices(some, make(), { draws: 4 });
    expect(decisionChoices(some, make(), { draws: 4 })).toEqual(first);
    expect(decisionChoices(some, make(), { draws: 4, seed: 2 })).not.toEqual(first);
  });

  test('judge a target by the later decisions once the earlier ones have taught it', () => {
    const target = new BetaThompson({ arms: ARMS });
    const { choices, taught } = decisionChoices(LOG.slice(0, 100), target, { teach: 0.5, draws: 2 });
    expect(taught).toBe(50);
    expect(choices?.rewards).toEqual(Float64Array.from(LOG.slice(50, 100), ({ rewards }) => rewards[0]));
    const alike = new BetaThompson({ arms: ARMS });
    for (const { record, rewards } of LOG.slice(0, 50)) alike.update({ ...record.shown, rewards });
    expect(target.snapshot()).toEqual(alike.snapshot());
  });

  test('leave the account of a policy that spends as it was', () => {
    const inner = new EpsilonGreedy({ arms: ARMS });
    let spent = 0;
    const spending: Policy = {
      name: inner.name,
      explores: true,
      spends: true,
      score: inner.score.bind(inner),
      propensity: inner.propensity.bind(inner),
      update: () => {},
      choose(...given) {
        spent++;
        return inner.choose(...given);
      },
      snapshot: () => ({ spent: Float64Array.of(spent) }),
      restore(state) {
        spent = state['spent'][0];
      },
    };
    decisionChoices(LOG.slice(0, 10), spending);
    expect(spent).toBe(0);
  });
});

describe('a decision is left out', () => {
  const [one] = slates(1, 5);
  const { record } = one;
  const without = (changes: Partial<DecisionRecord>): DecidedSlate => ({
    record: { ...record, ...changes },
    rewards: one.rewards,
  });
  const none = { short: 0, degraded: 0, pending: 0, withoutPool: 0, outsidePool: 0, withoutContext: 0 };
  const contextual = Object.assign(new EpsilonGreedy({ arms: ARMS }), { contextual: true });

  test.each([
    ['short', { shown: { ...record.shown, rows: record.shown.rows.slice(0, 0) } }, greedy],
    ['degraded', { degraded: true }, greedy],
    ['degraded', { shown: { ...record.shown, scores: new Float32Array(SLATE).fill(Number.NaN) } }, greedy],
    [
      'pending',
      { shown: { ...record.shown, propensities: new Float64Array(SLATE).fill(Number.NaN) } },
      greedy,
    ],
    ['withoutPool', { pool: null }, greedy],
    ['outsidePool', { shown: { ...record.shown, rows: Uint32Array.of(ARMS, 0, 1) } }, 'uniform'],
    ['withoutContext', { context: null }, contextual],
  ] as const)('as %s', (why, changes, target) => {
    const { choices, left } = decisionChoices([without(changes)], target);
    expect(choices).toBeNull();
    expect(left).toEqual({ ...none, [why]: 1 });
  });

  test('but not for a missing pool where the target is the logging policy', () => {
    const poolless = LOG.slice(0, 5).map((slate) => ({ ...slate, record: { ...slate.record, pool: null } }));
    const { choices, left } = decisionChoices(poolless, 'logged');
    expect(left).toEqual(none);
    expect(choices?.rewards).toHaveLength(5);
  });

  test('and fewer than three that remain are none', () => {
    expect(decisionChoices(LOG.slice(0, 2), 'uniform').choices).toBeNull();
    expect(decisionChoices([], 'uniform').choices).toBeNull();
  });
});

test('options outside their range are refused', () => {
  for (const options of [{ place: -1 }, { place: 0.5 }, { teach: 1 }, { teach: -0.1 }, { draws: 0 }])
    expect(() => decisionChoices(LOG, 'uniform', options)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
});
