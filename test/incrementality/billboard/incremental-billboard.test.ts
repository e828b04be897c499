import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Feedback, IncrementalBillboard, RandomStream } from '../../../src/index.ts';
import { claimed, frequencies, poolOf } from '../../decisions/slates-of.ts';

/** So many plays of so many times shown, or withheld. */
const outcomes = (row: number, plays: number, times: number, exposed: 0 | 1, score = 0.5): Feedback => ({
  rows: new Uint32Array(times).fill(row),
  scores: new Float32Array(times).fill(score),
  rewards: Float64Array.from({ length: times }, (_, i) => (i < plays ? 1 : 0)),
  exposed: new Uint8Array(times).fill(exposed),
});

/** A title that is found anyway, one that is won by showing, and one of which little is known. */
const taught = (options: object = {}) => {
  const policy = new IncrementalBillboard({ arms: 3, ...options });
  policy.update(outcomes(0, 60, 100, 1));
  policy.update(outcomes(0, 55, 100, 0));
  policy.update(outcomes(1, 45, 100, 1));
  policy.update(outcomes(1, 15, 100, 0));
  policy.update(outcomes(2, 1, 2, 1));
  return policy;
};
const POOL = poolOf([0.5, 0.5, 0.5]);

describe('the incremental billboard', () => {
  test('believes the difference of two Beta posteriors, by its moments', () => {
    const strengths = { scorerStrength: 1, priorStrength: 2 };
    const { mean, deviation } = new IncrementalBillboard({ arms: 1, ...strengths }).posterior(poolOf([0.5]));
    // Beta(1, 1) and Beta(1, 3).
    expect(mean[0]).toBeCloseTo(0.5 - 0.25, 12);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(1 / 12 + 3 / 80), 12);
    const policy = new IncrementalBillboard({ arms: 1, ...strengths });
    policy.update(outcomes(0, 7, 10, 1));
    policy.update(outcomes(0, 2, 10, 0));
    // Pooled levels: (7 + 1) / (5 + 1) and (2 + 1) / (5 + 2).
    const [a, n] = [7 + 8 / 6, (5 + 1) / 0.5];
    const [b, m] = [2 + (2 * 3) / 7, (5 + 2) / 0.5];
    const after = policy.posterior(poolOf([0.5]));
    expect(after.mean[0]).toBeCloseTo(a / n - b / m, 12);
    const variance = (p: number, of: number) => (p * (1 - p)) / (of + 1);
    expect(after.deviation[0]).toBeCloseTo(Math.sqrt(variance(a / n, n) + variance(b / m, m)), 12);
  });

  test('prefers what is won by showing to what is more likely to be played', () => {
    const policy = taught({ exploration: 'greedy', floor: 0 });
    const { shown, mean } = policy.posterior(POOL);
    expect(shown[0]).toBeGreaterThan(shown[1]);
    expect(mean[1]).toBeGreaterThan(mean[0]);
    expect(policy.choose(POOL, 1, new RandomStream(1)).picks[0]).toBe(1);
  });

  test('is personal: who is twice as likely to play gains twice as much', () => {
    const score = taught().score({ rows: Uint32Array.of(1, 1), scores: Float32Array.of(0.25, 0.5) });
    expect(score[1]).toBeCloseTo(2 * score[0], 9);
  });

  test('says what else the slot would gain', () => {
    const policy = taught();
    const lifts = policy.score(POOL);
    const sorted = [...lifts].sort((a, b) => b - a);
    const cost = policy.opportunityCost(POOL);
    expect([...lifts].map((lift) => (lift === sorted[0] ? sorted[1] : sorted[0]))).toEqual([...cost]);
    expect(policy.opportunityCost(poolOf([0.5]))).toEqual(Float64Array.of(0));
  });

  test.each([
    ['thompson', 1],
    ['thompson', 2],
    ['greedy', 1],
    ['greedy', 2],
  ] as const)('states true propensities: %s, slates of %i', (exploration, size) => {
    const policy = taught({ exploration, floor: 0.2 });
    const seen = frequencies((random) => policy.choose(POOL, size, random), 3, size, 20_000);
    const stated = claimed(policy, POOL, size, 20_000);
    for (let place = 0; place < size; place++) {
      const sum = stated.reduce((total, p, i) => total + (i % size === place ? p : 0), 0);
      expect(sum).toBeCloseTo(1, 1);
    }
    stated.forEach((p, i) => {
      expect(Math.abs(seen[i] - p)).toBeLessThan(5 * Math.sqrt((2 * p * (1 - p)) / 20_000) + 1e-9);
    });
  });

  test('gives the propensities of a choice from the state at the choice', () => {
    const policy = taught();
    const choice = policy.choose(POOL, 1, new RandomStream(2));
    const before = choice.estimate(new RandomStream(3), 100);
    policy.update(outcomes(2, 40, 50, 1));
    expect(choice.estimate(new RandomStream(3), 100)).toEqual(before);
    expect(
      taught({ exploration: 'greedy' }).choose(POOL, 1, new RandomStream(2)).propensities,
    ).not.toBeNull();
  });

  test('restores to the same decisions bit for bit', () => {
    const policy = taught();
    const other = new IncrementalBillboard({ arms: 3 });
    other.restore(policy.snapshot());
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const pick = (of: IncrementalBillboard) => of.choose(POOL, 2, new RandomStream(seed)).picks;
        expect(pick(other)).toEqual(pick(policy));
      }),
      { seed: 6, numRuns: 50 },
    );
    for (const state of [{}, new IncrementalBillboard({ arms: 2 }).snapshot()]) {
      expect(() => other.restore(state)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
    expect(other.score(POOL)).toEqual(policy.score(POOL));
  });

  test.each([
    ['arms that are none', { arms: 1.5 }],
    ['a prior of 0', { arms: 1, priorStrength: 0 }],
    ['an infinite trust in scorers', { arms: 1, scorerStrength: Infinity }],
    ['a floor of 1', { arms: 1, floor: 1 }],
    ['another exploration', { arms: 1, exploration: 'ucb' }],
  ])('is refused with %s', (_, options) => {
    expect(() => new IncrementalBillboard(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  test.each([
    ['an unknown arm', { rows: Uint32Array.of(3) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['uneven columns', { exposed: new Uint8Array(2) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a score of 1', { scores: Float32Array.of(1) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['a reward of NaN', { rewards: Float64Array.of(Number.NaN) }, 'ERR_SLUICE_NON_FINITE'],
  ])('learns nothing from %s', (_, changes, code) => {
    const policy = taught();
    const before = policy.snapshot();
    expect(() => policy.update({ ...outcomes(0, 1, 1, 1), ...changes })).toThrow(
      expect.objectContaining({ code }),
    );
    expect(policy.snapshot()).toEqual(before);
  });
});
