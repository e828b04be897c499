import { describe, expect, test } from 'vitest';
import type { RandomStream } from '../../src/numerics/random.ts';
import { banditProblem } from '../../src/simulation/bandit-problem.ts';
import { type BanditPolicyLike, simulateRegret } from '../../src/simulation/regret.ts';

const easy9 = banditProblem('easy9');

/** Thompson sampling from Beta(1, 1), in the plainest form. */
function thompson(arms: number) {
  return (random: RandomStream): BanditPolicyLike => {
    const wins = new Float64Array(arms).fill(1);
    const losses = new Float64Array(arms).fill(1);
    return {
      choose() {
        let best = 0;
        let highest = -1;
        for (let arm = 0; arm < arms; arm++) {
          const draw = random.beta(wins[arm], losses[arm]);
          if (draw > highest) {
            highest = draw;
            best = arm;
          }
        }
        return best;
      },
      update(arm, reward) {
        wins[arm] += reward;
        losses[arm] += 1 - reward;
      },
    };
  };
}

const always = (arm: number) => (): BanditPolicyLike => ({ choose: () => arm, update() {} });

describe('regret', () => {
  test('of Thompson sampling on easy9 is 42.5 at ten thousand rounds, as in the reference', () => {
    const { mean, low, high, simulated } = simulateRegret({
      problem: easy9,
      policy: thompson(9),
      horizon: 10_000,
      seeds: 100,
    });
    expect(Math.abs(mean - 42.5)).toBeLessThan(5);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(simulated).toBe(true);
  });

  test('of a uniform choice is T (mu* - mean of means), within three standard errors', () => {
    const uniform = (random: RandomStream): BanditPolicyLike => ({
      choose: () => random.below(9),
      update() {},
    });
    const horizon = 1_000;
    const seeds = 200;
    const { mean } = simulateRegret({ problem: easy9, policy: uniform, horizon, seeds });
    // The means .1 to .9 of a uniform arm have variance .6 / 9.
    const error = Math.sqrt((horizon * (0.6 / 9)) / seeds);
    expect(Math.abs(mean - horizon * 0.4)).toBeLessThan(3 * error);
  });

  test('of the best arm is 0, and of another exactly its gap a round, whatever the rewards drawn', () => {
    const best = simulateRegret({ problem: easy9, policy: always(8), horizon: 500, seeds: 3 });
    expect(best).toMatchObject({ mean: 0, low: 0, high: 0 });
    const second = simulateRegret({ problem: easy9, policy: always(7), horizon: 500, seeds: 3 });
    expect(second.mean).toBeCloseTo(50, 9);
    for (const { t, regret } of second.curve) expect(regret).toBeCloseTo(0.1 * t, 9);
  });

  test('has a curve that ascends from the first round to the horizon', () => {
    const { mean, curve } = simulateRegret({ problem: easy9, policy: thompson(9), horizon: 777, seeds: 5 });
    expect(curve[0].t).toBe(1);
    expect(curve.at(-1)?.t).toBe(777);
    expect(curve.at(-1)?.regret).toBeCloseTo(mean, 9);
    for (let i = 1; i < curve.length; i++) {
      expect(curve[i].t).toBeGreaterThan(curve[i - 1].t);
      expect(curve[i].regret).toBeGreaterThanOrEqual(curve[i - 1].regret);
    }
  });

  test('is the same for the same seeds', () => {
    const run = () => simulateRegret({ problem: easy9, policy: thompson(9), horizon: 300, seeds: 4 });
    expect(run()).toEqual(run());
  });
});

describe('batches', () => {
  test('hold rewards back until the batch is full, and then hand them over in order', () => {
    const events: string[] = [];
    let round = 0;
    const recorder = (): BanditPolicyLike => ({
      choose() {
        events.push('choose');
        return round++ % 9;
      },
      update: (arm) => events.push(`update ${arm}`),
    });
    simulateRegret({ problem: easy9, policy: recorder, horizon: 5, seeds: 1, batch: 2 });
    expect(events.join(', ')).toBe(
      'choose, choose, update 0, update 1, choose, choose, update 2, update 3, choose',
    );
  });

  test('of more rounds than the horizon teach nothing', () => {
    let updates = 0;
    const policy = (): BanditPolicyLike => ({ choose: () => 0, update: () => updates++ });
    simulateRegret({ problem: easy9, policy, horizon: 10, seeds: 2, batch: 1e12 });
    expect(updates).toBe(0);
  });
});

describe('a simulation', () => {
  const valid = { problem: easy9, policy: always(0), horizon: 10, seeds: 2 };

  test.each([
    ['no rounds', { horizon: 0 }],
    ['no seeds', { seeds: 0 }],
    ['an empty batch', { batch: 0 }],
    ['half a round', { horizon: 0.5 }],
    ['an arm beyond the last', { policy: always(9) }],
    ['an arm that is no number', { policy: always(Number.NaN) }],
  ])('of %s is refused', (_, wrong) => {
    expect(() => simulateRegret({ ...valid, ...wrong })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
