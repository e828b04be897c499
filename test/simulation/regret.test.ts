import { describe, expect, test } from 'vitest';
import type { BanditProblem } from '../../src/simulation/bandit-problem.ts';
import { banditProblem } from '../../src/simulation/named-problems.ts';
import { simulateRegret } from '../../src/simulation/regret.ts';
import { plainPolicy } from './plain-policy.ts';

const easy9 = banditProblem('easy9');

/** Thompson sampling from Beta(1, 1), in the plainest form. */
function thompson() {
  const wins = new Float64Array(9).fill(1);
  const losses = new Float64Array(9).fill(1);
  return plainPolicy(
    (_, random) => {
      let best = 0;
      let highest = -1;
      for (let arm = 0; arm < 9; arm++) {
        const draw = random.beta(wins[arm], losses[arm]);
        if (draw > highest) {
          highest = draw;
          best = arm;
        }
      }
      return best;
    },
    ({ rows, rewards }) => {
      wins[rows[0]] += rewards[0];
      losses[rows[0]] += 1 - rewards[0];
    },
  );
}

const always = (arm: number) => () => plainPolicy(() => arm);

describe('regret', () => {
  test('of Thompson sampling on easy9 is 42.5 at ten thousand rounds, as in the reference', () => {
    const { mean, low, high, simulated } = simulateRegret({
      problem: easy9,
      policy: thompson,
      horizon: 10_000,
      seeds: 100,
    });
    expect(Math.abs(mean - 42.5)).toBeLessThan(5);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(simulated).toBe(true);
  });

  test('of a uniform choice is T (mu* - mean of means), within three standard errors', () => {
    const uniform = () => plainPolicy((_, random) => random.below(9));
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
    const { mean, curve } = simulateRegret({ problem: easy9, policy: thompson, horizon: 777, seeds: 5 });
    expect(curve[0].t).toBe(1);
    expect(curve.at(-1)?.t).toBe(777);
    expect(curve.at(-1)?.regret).toBeCloseTo(mean, 9);
    for (let i = 1; i < curve.length; i++) {
      expect(curve[i].t).toBeGreaterThan(curve[i - 1].t);
      expect(curve[i].regret).toBeGreaterThanOrEqual(curve[i - 1].regret);
    }
  });

  test('is the same for the same seeds', () => {
    const run = () => simulateRegret({ problem: easy9, policy: thompson, horizon: 300, seeds: 4 });
    expect(run()).toEqual(run());
  });
});

describe('batches', () => {
  test('hold rewards back until the batch is full, and then hand them over in order', () => {
    const events: string[] = [];
    let round = 0;
    const recorder = () =>
      plainPolicy(
        () => {
          events.push('choose');
          return round++ % 9;
        },
        ({ rows }) => events.push(`update ${rows[0]}`),
      );
    simulateRegret({ problem: easy9, policy: recorder, horizon: 5, seeds: 1, batch: 2 });
    expect(events.join(', ')).toBe(
      'choose, choose, update 0, update 1, choose, choose, update 2, update 3, choose',
    );
  });

  test('of more rounds than the horizon teach nothing', () => {
    let updates = 0;
    const policy = () =>
      plainPolicy(
        () => 0,
        () => updates++,
      );
    simulateRegret({ problem: easy9, policy, horizon: 10, seeds: 2, batch: 1e12 });
    expect(updates).toBe(0);
  });
});

describe('a problem with context', () => {
  test('hands back the context and the features that the chosen entry had in its round, however late', () => {
    const pool = {
      rows: Uint32Array.of(4, 7),
      scores: Float32Array.of(0.5, 0.5),
      context: new Float32Array(3),
      features: new Float32Array(4),
    };
    const problem: BanditProblem = {
      name: 'of one pool, overwritten each round',
      arms: 8,
      start: () => (t) => {
        pool.context.fill(t);
        pool.features.set([t, -t, 10 * t, -10 * t]);
        return { pool, means: Float64Array.of(0, t), pull: (pick) => pick / 10 };
      },
    };
    const learned: unknown[] = [];
    let round = 0;
    const policy = () =>
      plainPolicy(
        () => round++ % 2,
        ({ rows, rewards, context, features }) =>
          learned.push([rows[0], rewards[0], Array.from(context ?? []), Array.from(features ?? [])]),
      );
    const { mean } = simulateRegret({ problem, policy, horizon: 4, seeds: 1, batch: 2 });
    expect(learned).toEqual([
      [4, 0, [1, 1, 1], [1, -1]],
      [7, 0.1, [2, 2, 2], [20, -20]],
      [4, 0, [3, 3, 3], [3, -3]],
      [7, 0.1, [4, 4, 4], [40, -40]],
    ]);
    expect(mean).toBe(1 + 3);
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
    ['more rounds than the problem has', { problem: { ...easy9, rounds: 9 } }],
  ])('of %s is refused', (_, wrong) => {
    expect(() => simulateRegret({ ...valid, ...wrong })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
