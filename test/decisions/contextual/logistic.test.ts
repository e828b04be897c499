import { describe, expect, test } from 'vitest';
import { expectedReward, learnReward } from '../../../src/decisions/contextual/link.ts';
import { SharedModel } from '../../../src/decisions/contextual/shared-model.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { DenseModel } from '../kernels/each-backend.ts';
import { D, normals, reference } from './settings.ts';

interface Observation {
  readonly vector: Float32Array;
  readonly reward: number;
}

/** Mode and precision of N(prior, I / lambda) times the likelihood of all rewards at once, by Newton with halved steps. */
function laplace(
  seen: Observation[],
  lambda: number,
  prior: Float64Array,
): { mode: Float64Array; at: DenseModel } {
  const loss = (theta: Float64Array) =>
    seen.reduce(
      (sum, { vector, reward }) => {
        const score = dot(vector, theta);
        return sum + Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - reward * score;
      },
      theta.reduce((sum, t, i) => sum + (lambda / 2) * (t - prior[i]) ** 2, 0),
    );
  let mode: Float64Array = prior.slice();
  for (;;) {
    const at = new DenseModel(D, lambda);
    let gradient: Float64Array = mode.map((m, i) => lambda * (prior[i] - m));
    for (const { vector, reward } of seen) {
      const p = 1 / (1 + Math.exp(-dot(vector, mode)));
      at.learn(vector, p * (1 - p), 0);
      gradient = gradient.map((g, i) => g + (reward - p) * vector[i]);
    }
    const step = at.solve(gradient);
    const before = loss(mode);
    let size = 1;
    while (size > 1e-12 && !(loss(mode.map((m, i) => m + size * step[i])) < before)) size /= 2;
    mode = mode.map((m, i) => m + size * step[i]);
    if (Math.hypot(...step) * size < 1e-12) return { mode, at };
  }
}

const dot = (x: ArrayLike<number>, y: Float64Array) => y.reduce((sum, value, i) => sum + value * x[i], 0);

describe('the logistic model', () => {
  test.each([0, 1, 0.3])('after one reward of %s equals the Laplace fit by Newton', (reward) => {
    const prior = Float64Array.of(0.5, -1, 0.25, 2, 0);
    for (const size of [0.1, 1, 10]) {
      const vector = normals(new RandomStream(1, size), D, size);
      const model = new SharedModel({ kernels: reference, dimension: D, lambda: 0.5, prior });
      learnReward(model, 'logistic', 0, vector, reward);
      const { mode, at } = laplace([{ vector, reward }], 0.5, prior);
      const random = new RandomStream(2);
      for (let probe = 0; probe < 10; probe++) {
        const x = normals(random, D);
        const { mean, width } = model.predict(0, x);
        expect(mean).toBeCloseTo(dot(x, mode), 9);
        expect(width).toBeCloseTo(at.width(x), 9);
      }
    }
  });

  test('after a thousand rewards, one by one, lies within half a width of the Laplace fit of all', () => {
    const random = new RandomStream(3);
    const theta = Float64Array.of(1, -1, 0.5, 0, -0.5);
    const seen = Array.from({ length: 1000 }, () => {
      const vector = normals(random, D);
      return { vector, reward: random.uniform() < expectedReward('logistic', dot(vector, theta)) ? 1 : 0 };
    });
    const model = new SharedModel({ kernels: reference, dimension: D });
    for (const { vector, reward } of seen) learnReward(model, 'logistic', 0, vector, reward);
    const { mode, at } = laplace(seen, 1, new Float64Array(D));
    for (let probe = 0; probe < 20; probe++) {
      const x = normals(random, D);
      const { mean, width } = model.predict(0, x);
      expect(Math.abs(mean - dot(x, mode))).toBeLessThan(0.5 * at.width(x));
      expect(Math.abs(width / at.width(x) - 1)).toBeLessThan(0.15);
    }
  });

  test('stays finite where a reward contradicts all that is believed', () => {
    const model = new SharedModel({ kernels: reference, dimension: 1, prior: Float64Array.of(800) });
    const x = Float32Array.of(1);
    learnReward(model, 'logistic', 0, x, 0);
    // The mode of N(s; 800, 1) / (1 + exp(s)): each unit of variance moves it by y - p = -1.
    expect(model.predict(0, x).mean).toBeCloseTo(799, 6);
    for (let t = 0; t < 1000; t++) learnReward(model, 'logistic', 0, x, t % 2);
    expect(Number.isFinite(model.predict(0, x).mean)).toBe(true);
  });
});
