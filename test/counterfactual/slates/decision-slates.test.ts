import { describe, expect, test } from 'vitest';
import type { DecidedSlate } from '../../../src/counterfactual/item/decision-choices.ts';
import { decisionSlates } from '../../../src/counterfactual/slates/decision-slates.ts';
import { evaluateSlates } from '../../../src/counterfactual/slates/evaluate.ts';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import { PlackettLuce } from '../../../src/decisions/slates/plackett-luce.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { decision } from '../../log/records.ts';

const kernels = decisionKernels('reference');
const logging = new PlackettLuce({ kernels, temperature: 0.3 });
const target = new PlackettLuce({ kernels, temperature: 0.1 });
const pool = { rows: Uint32Array.of(3, 5, 8, 9), scores: Float32Array.of(0.2, 0.3, 0.5, 0.4) };
const SLOTS = 2;

/** Slates that the logging policy chose; an item is clicked with its score, at the second place half as often. */
function decided(count: number): DecidedSlate[] {
  const random = new RandomStream(3, 'decisions');
  return Array.from({ length: count }, (_, i) => {
    const { picks, conditional, estimate } = logging.choose(pool, SLOTS, random);
    const record = decision(`d-${i}`, {
      pool,
      shown: {
        rows: picks.map((pick) => pool.rows[pick]),
        scores: Float32Array.from(picks, (pick) => pool.scores[pick]),
        propensities: estimate(new RandomStream(i), 200),
        conditional,
      },
      propensityState: 'estimated',
    });
    const rewards = Float64Array.from(picks, (pick, place) =>
      random.uniform() < pool.scores[pick] / (place + 1) ? 1 : 0,
    );
    return { record, rewards };
  });
}

/** The exact value of Plackett-Luce at a temperature. */
function valueOfTemperature(temperature: number): number {
  const weights = Array.from(pool.scores, (score) => Math.exp(score / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let value = 0;
  for (let a = 0; a < 4; a++) {
    for (let b = 0; b < 4; b++) {
      if (a === b) continue;
      const chance = (weights[a] / total) * (weights[b] / (total - weights[a]));
      value += chance * (pool.scores[a] + pool.scores[b] / 2);
    }
  }
  return value;
}

describe('slates of a decision log', () => {
  const log = decided(2500);

  test('tell the value of another Plackett-Luce policy by every estimator that needs no model', () => {
    const { slates, left } = decisionSlates(log, target, { draws: 200 });
    expect(Object.values(left).every((count) => count === 0)).toBe(true);
    if (slates === null) throw new Error('no slates');
    const { estimates, logged } = evaluateSlates(slates, { level: 0.999 });
    const truth = valueOfTemperature(0.1);
    expect(truth).toBeGreaterThan(valueOfTemperature(0.3) + 0.04);
    expect(logged.low).toBeLessThan(valueOfTemperature(0.3));
    expect(logged.high).toBeGreaterThan(valueOfTemperature(0.3));
    for (const name of [
      'standardIps',
      'independentIps',
      'rewardInteractionIps',
      'snIndependentIps',
    ] as const) {
      const found = estimates[name];
      expect(found?.refused).toBe(false);
      expect(found?.estimate?.low).toBeLessThan(truth);
      expect(found?.estimate?.high).toBeGreaterThan(truth);
    }
  });

  test('have the conditional propensities of records and target', () => {
    const { slates } = decisionSlates(log.slice(0, 5), target);
    for (let i = 0; i < 5; i++) {
      const { record } = log[i];
      const picks = record.shown.rows.map((row) => pool.rows.indexOf(row));
      const at = (column: Float64Array | undefined) => column?.slice(i * SLOTS, (i + 1) * SLOTS);
      expect(at(slates?.logging.conditional)).toEqual(record.shown.conditional);
      expect(at(slates?.target.conditional)).toEqual(target.conditional(pool, picks));
    }
    const same = decisionSlates(log.slice(0, 5), 'logged');
    expect(same.slates?.target).toEqual(same.slates?.logging);
    const uniform = decisionSlates(log.slice(0, 1), 'uniform').slates;
    expect(Array.from(uniform?.target.conditional ?? [])).toEqual([1 / 4, 1 / 3]);
    expect(Array.from(uniform?.target.marginal ?? [])).toEqual([1 / 4, 1 / 4]);
  });

  test('have marginal propensities alone where the target or a record knows no others', () => {
    const greedy = decisionSlates(log.slice(0, 3), new EpsilonGreedy({ arms: 10 }));
    expect(greedy.slates?.target.conditional).toBeUndefined();
    const [first, ...others] = log.slice(0, 3);
    const { conditional: _, ...shown } = first.record.shown;
    const bare = decisionSlates([{ ...first, record: { ...first.record, shown } }, ...others], target);
    expect(bare.slates?.logging.conditional).toBeUndefined();
    expect(bare.slates?.logging.marginal?.length).toBe(3 * SLOTS);
  });

  test('fill up short slates, teach the target with the first, and count what is left out', () => {
    const [a, b, c] = log;
    const { record } = b;
    const short = {
      record: {
        ...record,
        shown: {
          rows: record.shown.rows.slice(0, 1),
          scores: record.shown.scores.slice(0, 1),
          propensities: record.shown.propensities.slice(0, 1),
          conditional: record.shown.conditional?.slice(0, 1),
        },
      },
      rewards: b.rewards.slice(0, 1),
    };
    const { slates } = decisionSlates([a, short], target);
    expect(slates?.rewards[3]).toBe(0);
    expect(slates?.logging.conditional?.[3]).toBe(1);
    expect(slates?.target.marginal?.[3]).toBe(1);
    const learner = new EpsilonGreedy({ arms: 10 });
    const before = learner.snapshot();
    expect(decisionSlates([a, c], learner, { teach: 0.5 }).taught).toBe(1);
    expect(learner.snapshot()).not.toEqual(before);
    const nothing = decisionSlates(
      [
        { record: decision('pending'), rewards: new Float64Array(3) },
        { record: { ...a.record, degraded: true }, rewards: a.rewards },
        { record: { ...a.record, pool: null }, rewards: a.rewards },
      ],
      target,
    );
    expect(nothing.slates).toBeNull();
    expect(nothing.left).toMatchObject({ pending: 1, degraded: 1, withoutPool: 1 });
  });

  test('are refused with a code for rewards or options that do not fit', () => {
    const code = 'ERR_SLUICE_INVALID_ARGUMENT';
    const wrong = [{ record: log[0].record, rewards: new Float64Array(1) }];
    expect(() => decisionSlates(wrong, target)).toThrow(expect.objectContaining({ code }));
    expect(() => decisionSlates(log, target, { teach: 1 })).toThrow(expect.objectContaining({ code }));
    expect(() => decisionSlates(log, target, { draws: 0 })).toThrow(expect.objectContaining({ code }));
  });
});
