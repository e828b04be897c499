import { describe, expect, test } from 'vitest';
import { BetaThompson } from '../../../src/decisions/context-free/beta-thompson.ts';
import { CascadeModel } from '../../../src/decisions/slates/cascade-model.ts';
import { ClickCorrected } from '../../../src/decisions/slates/click-corrected.ts';
import type { ClickModel } from '../../../src/decisions/slates/click-model.ts';
import { PositionBasedModel } from '../../../src/decisions/slates/position-based-model.ts';
import type { Policy } from '../../../src/funnel/policy.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { poolOf } from '../slates-of.ts';

const ATTRACTION = [0.3, 0.6, 0.3, 0.6, 0.3, 0.3, 0.6, 0.3];
const EXAMINATION = [1, 0.5, 0.2];
const pool = poolOf(new Float32Array(8).fill(0.5));
const scores = new Float32Array(3).fill(0.5);
const thompson = () => new BetaThompson({ arms: 8, priorStrength: 1, floor: 0, level: 'fixed' });
const positions = new PositionBasedModel(EXAMINATION);
const cascade = new CascadeModel();

/** Slates shown from one round to another. */
function run(policy: Policy, model: ClickModel, from: number, to: number, seed = 1): Uint32Array[] {
  return Array.from({ length: to - from }, (_, i) => {
    const { picks } = policy.choose(pool, 3, new RandomStream(seed, from + i));
    const attraction = Array.from(picks, (pick) => ATTRACTION[pick]);
    const rewards = model.simulate(attraction, new RandomStream(seed, `clicks ${from + i}`));
    policy.update({ rows: picks, scores, rewards });
    return picks;
  });
}

const clicks = (picks: ArrayLike<number>) =>
  EXAMINATION.reduce((sum, examined, place) => sum + examined * ATTRACTION[picks[place]], 0);
const satisfied = (picks: ArrayLike<number>) =>
  1 - Array.from(picks).reduce((all, pick) => all * (1 - ATTRACTION[pick]), 1);

describe('a policy that learns through a click model', () => {
  test.each([
    ['discounted scores of the position-based model', positions, 'discounted', clicks],
    ['examined places of the position-based model', positions, 'examined', clicks],
    ['examined places of the cascade model', cascade, 'examined', satisfied],
  ] as const)('has less regret by %s than by the clicks as they are', (_, model, by, value) => {
    const regret = (make: () => Policy): number => {
      let sum = 0;
      for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
        for (const picks of run(make(), model, 0, 2000, seed)) sum += value([1, 3, 6]) - value(picks);
      }
      return sum;
    };
    const corrected = regret(() => new ClickCorrected({ policy: thompson(), model, by }));
    expect(corrected).toBeLessThan(0.9 * regret(thompson));
  });

  test('goes on after a restore in mid-run as it would have without', () => {
    for (const [model, by] of [
      [positions, 'examined'],
      [positions, 'discounted'],
      [cascade, 'examined'],
    ] as const) {
      const make = () => new ClickCorrected({ policy: thompson(), model, by });
      const whole = run(make(), model, 0, 200);
      const first = make();
      run(first, model, 0, 100);
      const second = make();
      second.restore(first.snapshot());
      expect(run(second, model, 100, 200)).toEqual(whole.slice(100));
      const picks = whole[0];
      expect(second.propensity(pool, picks, new RandomStream(1), 5)).toEqual(
        thompsonAfter(second).propensity(pool, picks, new RandomStream(1), 5),
      );
    }
  });

  test('refuses what its model does not know, and states that are not its own', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    const policy = thompson();
    expect(() => new ClickCorrected({ policy, model: cascade, by: 'discounted' })).toThrowError(invalid);
    expect(() => new ClickCorrected({ policy, model: cascade, by: 'other' as 'examined' })).toThrowError(
      invalid,
    );
    const corrected = new ClickCorrected({ policy, model: cascade });
    expect(() => corrected.restore(policy.snapshot())).toThrowError(invalid);
    const before = corrected.snapshot();
    expect(() =>
      corrected.update({
        rows: Uint32Array.of(1),
        scores: Float32Array.of(0.5),
        rewards: Float64Array.of(2),
      }),
    ).toThrowError(expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }));
    expect(corrected.snapshot()).toEqual(before);
  });
});

/** The wrapped policy alone, with what it has learned. */
function thompsonAfter(corrected: ClickCorrected): Policy {
  const policy = thompson();
  const state = corrected.snapshot();
  policy.restore({
    observed: state['policy/observed'],
    expected: state['policy/expected'],
    totals: state['policy/totals'],
  });
  return policy;
}
