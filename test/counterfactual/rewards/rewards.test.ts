import { describe, expect, test } from 'vitest';
import { crossFitRewards } from '../../../src/counterfactual/rewards/cross-fit.ts';
import { fitRegression } from '../../../src/counterfactual/rewards/regression.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const ROUNDS = 200;
const random = new RandomStream(8, 'rewards');
const x = Float64Array.from({ length: ROUNDS * 2 }, () => random.normal());
const actions = Uint32Array.from({ length: ROUNDS }, () => random.below(2));
const features = {
  dimension: 3,
  write(round: number, action: number, into: Float64Array) {
    into[0] = x[2 * round];
    into[1] = x[2 * round + 1] * action;
    into[2] = action;
  },
};
const rounds = Uint32Array.from({ length: ROUNDS }, (_, i) => i);
const row = (round: number, action: number): number[] => {
  const into = new Float64Array(3);
  features.write(round, action, into);
  return [1, ...into];
};
const linear = Float64Array.from(rounds, (i) => 1 + 2 * x[2 * i] - actions[i] + 0.1 * random.normal());
const clicks = Float64Array.from(rounds, (i) =>
  random.uniform() < 1 / (1 + Math.exp(-(x[2 * i] - 2 + actions[i]))) ? 1 : 0,
);

describe('a regression', () => {
  test('recovers a linear reward', () => {
    const q = fitRegression({ features, actions, rewards: linear, rounds, kind: 'linear', ridge: 1e-6 });
    for (const i of [0, 50, 199]) {
      expect(q(i, 0)).toBeCloseTo(1 + 2 * x[2 * i], 0.5);
      expect(q(i, 1) - q(i, 0)).toBeCloseTo(-1, 0.5);
    }
  });

  test.each([
    ['linear', linear],
    ['logistic', clicks],
  ] as const)(
    'of the %s kind stands where the gradient of its penalised likelihood is 0',
    (kind, rewards) => {
      const ridge = 2;
      const q = fitRegression({ features, actions, rewards, rounds, kind, ridge });
      const link = (p: number): number => (kind === 'linear' ? p : Math.log(p / (1 - p)));
      // Solve for the coefficients from four predictions whose rows are known.
      const picks = [0, 1, 2, 5].map((i) => [i, i % 2] as const);
      const coefficients = solve(
        picks.map(([i, a]) => row(i, a)),
        picks.map(([i, a]) => link(q(i, a))),
      );
      const sum = rewards.reduce((total, reward) => total + reward, 0);
      const level = kind === 'linear' ? sum / ROUNDS : (sum + 0.5) / (ROUNDS + 1);
      const centre = link(level);
      const gradient = coefficients.map((c, j) => ridge * (c - (j === 0 ? centre : 0)));
      for (let i = 0; i < ROUNDS; i++) {
        const error = q(i, actions[i]) - rewards[i];
        row(i, actions[i]).forEach((value, j) => {
          gradient[j] += error * value;
        });
      }
      for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-3);
    },
  );

  test('without any success predicts little, and never 0', () => {
    const rewards = new Float64Array(ROUNDS);
    const q = fitRegression({ features, actions, rewards, rounds, kind: 'logistic' });
    expect(q(0, 1)).toBeGreaterThan(0);
    expect(q(0, 1)).toBeLessThan(0.02);
  });

  test('refuses no rounds, a ridge that is none, and features that are not finite', () => {
    const options = { features, actions, rewards: clicks, rounds, kind: 'logistic' } as const;
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    expect(() => fitRegression({ ...options, rounds: [] })).toThrow(invalid);
    for (const ridge of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => fitRegression({ ...options, ridge })).toThrow(invalid);
    const broken = {
      dimension: 1,
      write: (_: number, __: number, into: Float64Array) => into.fill(Number.NaN),
    };
    expect(() => fitRegression({ ...options, features: broken })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' }),
    );
  });
});

describe('cross-fitting', () => {
  const expectBoth = (_: number, q: (action: number) => number): number => 0.5 * q(0) + 0.5 * q(1);

  test('says of a round what was learned from other rounds', () => {
    const options = { actions, features, expect: expectBoth };
    const before = crossFitRewards({ ...options, rewards: linear });
    const after = crossFitRewards({ ...options, rewards: linear.with(17, 1000) });
    expect(after.taken[17]).toBe(before.taken[17]);
    expect(after.expected[17]).toBe(before.expected[17]);
    const moved = after.taken.filter((value, i) => value !== before.taken[i]);
    // The rounds of the two other folds.
    expect(moved.length).toBeGreaterThanOrEqual(133);
    expect(moved.length).toBeLessThanOrEqual(134);
  });

  test('gives the target its own mean of the model', () => {
    const always = (_: number, q: (action: number) => number): number => q(1);
    const { taken, expected } = crossFitRewards({ actions, features, rewards: clicks, expect: always });
    rounds.forEach((i) => {
      if (actions[i] === 1) expect(expected[i]).toBe(taken[i]);
    });
  });

  test('depends on the seed alone', () => {
    const options = { actions, features, rewards: clicks, expect: expectBoth };
    expect(crossFitRewards(options)).toEqual(crossFitRewards(options));
    expect(crossFitRewards({ ...options, seed: 2 })).not.toEqual(crossFitRewards(options));
  });

  test('refuses fewer rounds than folds, one fold, and columns of different lengths', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    const options = { actions, features, rewards: clicks, expect: expectBoth };
    expect(() => crossFitRewards({ ...options, folds: 1 })).toThrow(invalid);
    expect(() => crossFitRewards({ ...options, actions: [0, 1] })).toThrow(invalid);
    expect(() => crossFitRewards({ ...options, rewards: clicks.slice(0, 2), actions: [0, 1] })).toThrow(
      invalid,
    );
  });
});

/** Gauss elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((line, i) => [...line, right[i]]);
  const n = rows.length;
  for (let j = 0; j < n; j++) {
    const pivot = rows
      .slice(j)
      .reduce((best, _, i) => (Math.abs(rows[j + i][j]) > Math.abs(rows[best][j]) ? j + i : best), j);
    [rows[j], rows[pivot]] = [rows[pivot], rows[j]];
    for (let i = 0; i < n; i++) {
      if (i === j) continue;
      const factor = rows[i][j] / rows[j][j];
      for (let k = j; k <= n; k++) rows[i][k] -= factor * rows[j][k];
    }
  }
  return rows.map((line, j) => line[n] / line[j]);
}
