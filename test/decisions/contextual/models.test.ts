import { describe, expect, test } from 'vitest';
import { DisjointModel } from '../../../src/decisions/contextual/disjoint-model.ts';
import { HybridModel } from '../../../src/decisions/contextual/hybrid-model.ts';
import type { ContextualModel } from '../../../src/decisions/contextual/model.ts';
import { SharedModel } from '../../../src/decisions/contextual/shared-model.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { DenseModel } from '../kernels/each-backend.ts';
import { D, models, normals, poolOf, reference, vectorsOf } from './settings.ts';

const ARMS = 7;
const TAU = 2;
const LAMBDA = 1.5;
const PRIOR = Float64Array.of(0.3, -0.2, 0, 0.1, 0.5);

/** The weights that take one entry alone. */
const only = (entry: number): Float64Array => new Float64Array(ARMS).fill(1, entry, entry + 1);

interface Observation {
  readonly row: number;
  readonly vector: Float32Array;
  readonly weight: number;
  readonly score: number;
}

const observations = (count: number): Observation[] => {
  const random = new RandomStream(3, 'observations');
  return Array.from({ length: count }, () => ({
    row: random.below(ARMS - 1),
    vector: normals(random, D),
    weight: 0.2 + random.uniform(),
    score: random.normal(),
  }));
};

function learnAll(model: ContextualModel, seen: Observation[]): void {
  for (const { row, vector, weight, score } of seen) model.learn(row, vector, weight, weight * score);
}

/** Mean and width of one arm, and what it shares with each other arm of the pool. */
interface Truth {
  mean(row: number, vector: Float32Array): number;
  width(row: number, vector: Float32Array): number;
}

/** Theta and all intercepts in one posterior, each intercept an axis of its own. */
function joint(seen: Observation[], intercepts: boolean): Truth & { wide: typeof wide; dense: DenseModel } {
  const dense = new DenseModel(D + ARMS, LAMBDA, Float64Array.of(...PRIOR, ...new Float64Array(ARMS)));
  for (let arm = 0; arm < ARMS; arm++) dense.a[(D + arm) * (D + ARMS + 1)] = TAU;
  const wide = (row: number, vector: ArrayLike<number>): Float32Array => {
    const x = new Float32Array(D + ARMS);
    x.set(vector);
    if (intercepts) x[D + row] = 1;
    return x;
  };
  for (const { row, vector, weight, score } of seen) dense.learn(wide(row, vector), weight, weight * score);
  const mean = dense.solve(dense.b);
  return {
    wide,
    dense,
    mean: (row, vector) => wide(row, vector).reduce((sum, x, i) => sum + x * mean[i], 0),
    width: (row, vector) => dense.width(wide(row, vector)),
  };
}

const options = { kernels: reference, dimension: D, lambda: LAMBDA, prior: PRIOR };

describe.each([
  ['shared', new SharedModel({ ...options, vectors: vectorsOf(ARMS) }), false],
  ['hybrid', new HybridModel({ ...options, vectors: vectorsOf(ARMS), tau: TAU }), true],
] as const)('a %s model', (_, model, intercepts) => {
  const seen = observations(60);
  learnAll(model, seen);
  const truth = joint(seen, intercepts);
  const pool = poolOf(ARMS);
  const vectors = Array.from({ length: ARMS }, (_, row) => vectorsOf(ARMS).subarray(row * D, (row + 1) * D));

  test('predicts what the joint posterior of all its parameters says', () => {
    const random = new RandomStream(4);
    for (let row = 0; row < ARMS; row++) {
      const vector = normals(random, D);
      const { mean, width } = model.predict(row, vector);
      expect(mean).toBeCloseTo(truth.mean(row, vector), 6);
      expect(width).toBeCloseTo(truth.width(row, vector), 6);
    }
  });

  test('believes of a pool what the joint posterior says: means, bounds and covariances', () => {
    const belief = model.belief(model.inputs(pool));
    const bound = vectors.map((vector, row) => truth.mean(row, vector) + 1.7 * truth.width(row, vector));
    const order = [...bound.keys()].sort((a, b) => bound[b] - bound[a]);
    expect([...belief.upperBound(1.7, ARMS)]).toEqual(order);
    belief.means().forEach((mean, row) => {
      expect(mean).toBeCloseTo(truth.mean(row, vectors[row]), 5);
    });
    for (let i = 0; i < ARMS; i++) {
      const { mean, covariance } = belief.project(only(i));
      const direction = truth.dense.solve(truth.wide(i, vectors[i]));
      expect(mean).toBeCloseTo(truth.mean(i, vectors[i]), 6);
      covariance.forEach((shared, j) => {
        expect(shared).toBeCloseTo(
          truth.wide(j, vectors[j]).reduce((sum, x, k) => sum + x * direction[k], 0),
          6,
        );
      });
    }
  });

  test('draws scores whose means and covariances are those of the joint posterior', () => {
    const belief = model.belief(model.inputs(pool));
    const random = new RandomStream(5);
    const draws = 20_000;
    const scores = new Float32Array(ARMS);
    const sums = new Float64Array(ARMS);
    const products = new Float64Array(ARMS * ARMS);
    for (let draw = 0; draw < draws; draw++) {
      belief.sample(1, random, 1, scores);
      for (let i = 0; i < ARMS; i++) {
        sums[i] += scores[i] / draws;
        for (let j = 0; j < ARMS; j++) products[i * ARMS + j] += (scores[i] * scores[j]) / draws;
      }
    }
    for (let i = 0; i < ARMS; i++) {
      const { mean, covariance } = belief.project(only(i));
      const error = Math.sqrt(covariance[i] / draws);
      expect(Math.abs(sums[i] - mean)).toBeLessThan(5 * error);
      for (let j = 0; j < ARMS; j++) {
        expect(Math.abs(products[i * ARMS + j] - sums[i] * sums[j] - covariance[j])).toBeLessThan(0.03);
      }
    }
  });
});

describe('a hybrid model', () => {
  test('agrees with the joint posterior when every decision has another context', () => {
    const model = new HybridModel({ ...options, vectors: vectorsOf(ARMS), tau: TAU, context: true });
    const random = new RandomStream(6);
    const seen: Observation[] = [];
    for (let t = 0; t < 80; t++) {
      const context = normals(random, D);
      const row = t % 5;
      const vector = new Float32Array(D);
      model.read(model.inputs({ rows: Uint32Array.of(row), context }), 0, vector);
      seen.push({ row, vector, weight: 1, score: random.normal() });
    }
    learnAll(model, seen);
    const truth = joint(seen, true);
    const belief = model.belief(model.inputs(poolOf(ARMS)));
    const vector = new Float32Array(D);
    belief.means().forEach((mean, row) => {
      model.read(model.inputs(poolOf(ARMS)), row, vector);
      expect(mean).toBeCloseTo(truth.mean(row, vector), 5);
      expect(Math.sqrt(belief.project(only(row)).covariance[row])).toBeCloseTo(truth.width(row, vector), 5);
    });
  });

  test('lets the sums of arms fade with every observation, and the prior come back', () => {
    const model = models['hybrid']({ keep: 0.9 });
    const vector = normals(new RandomStream(7), D, 0.01);
    for (let t = 0; t < 50; t++) model.learn(0, vector, 1, 1);
    const settled = model.predict(0, vector);
    // Ten observations' worth at most: 1 / (1 - keep), against a prior of weight 2.
    expect(settled.mean).toBeCloseTo(10 / 12, 2);
    for (let t = 0; t < 200; t++) model.learn(1, vector, 1, 0);
    expect(Math.abs(model.predict(0, vector).mean)).toBeLessThan(0.01);
    expect(model.predict(0, vector).width).toBeCloseTo(Math.sqrt(1 / 2), 2);
  });
});

describe('a disjoint model', () => {
  test('has for every arm the ridge regression of its own observations', () => {
    const model = new DisjointModel({ ...options, arms: ARMS });
    const seen = observations(80);
    learnAll(model, seen);
    const vector = normals(new RandomStream(8), D);
    for (let row = 0; row < ARMS; row++) {
      const dense = new DenseModel(D, LAMBDA, PRIOR);
      for (const one of seen.filter((one) => one.row === row)) {
        dense.learn(one.vector, one.weight, one.weight * one.score);
      }
      const mean = dense.solve(dense.b).reduce((sum, theta, i) => sum + theta * vector[i], 0);
      expect(model.predict(row, vector).mean).toBeCloseTo(mean, 10);
      expect(model.predict(row, vector).width).toBeCloseTo(dense.width(vector), 10);
    }
  });
});

describe('forgetting', () => {
  test('leaves widths within 1e-8 of a fresh factorisation after many updates', () => {
    const keep = 0.9995;
    const model = new SharedModel({ ...options, keep });
    const dense = new DenseModel(D, LAMBDA, PRIOR);
    const random = new RandomStream(9);
    for (let t = 0; t < 20_000; t++) {
      // Features of low rank, for which the prior alone keeps the other axes from vanishing.
      const vector = normals(random, D, 0.02);
      vector[t % 2] += random.normal();
      const reward = random.normal();
      model.learn(0, vector, 1, reward);
      dense.forget(keep);
      dense.learn(vector, 1, reward);
    }
    for (let probe = 0; probe < 50; probe++) {
      const vector = normals(random, D);
      const { mean, width } = model.predict(0, vector);
      expect(width).toBeGreaterThan(0);
      expect(Math.abs(width / dense.width(vector) - 1)).toBeLessThan(1e-8);
      const exact = dense.solve(dense.b).reduce((sum, theta, i) => sum + theta * vector[i], 0);
      expect(mean).toBeCloseTo(exact, 8);
    }
  });
});
