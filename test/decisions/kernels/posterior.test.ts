import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/numerics/random.ts';
import { backends, DenseModel, normalRows } from './each-backend.ts';

describe.each(backends)('the posterior of the %s kernels', (_, kernels) => {
  test.each([1, 2, 7, 16, 33])('in %i dimensions has the mean and widths of a dense solve', (d) => {
    const random = new RandomStream(1, `dense ${d}`);
    const prior = Float64Array.from({ length: d }, () => random.normal());
    const posterior = kernels.posterior(d, 0.7, prior);
    const dense = new DenseModel(d, 0.7, prior);
    for (let step = 0; step < 40; step++) {
      const x = normalRows(random, 1, d);
      const [weight, amount] = [random.uniform(), random.normal()];
      posterior.learn(x, weight, amount);
      dense.learn(x, weight, amount);
      if (step % 3 === 0) {
        posterior.forget(0.9);
        dense.forget(0.9);
      }
    }
    const mean = dense.solve(dense.b);
    posterior.mean().forEach((value, i) => {
      expect(value).toBeCloseTo(mean[i], 9);
    });
    for (let i = 0; i < 5; i++) {
      const x = normalRows(random, 1, d);
      const predicted = posterior.predict(x);
      expect(predicted.mean).toBeCloseTo(
        mean.reduce((sum, value, j) => sum + value * x[j], 0),
        9,
      );
      expect(predicted.width / dense.width(x)).toBeCloseTo(1, 10);
    }
  });

  test('ranks by the mean, or the mean and alpha widths, of the vectors times the context', () => {
    const [d, n] = [20, 200];
    const random = new RandomStream(2, 'rank');
    const vectors = normalRows(random, n, d);
    const actions = kernels.actions(d);
    actions.write(0, vectors);
    const posterior = kernels.posterior(d, 1);
    for (let i = 0; i < 100; i++) posterior.learn(normalRows(random, 1, d), 1, random.normal());
    for (const context of [null, normalRows(random, 1, d)]) {
      for (const offsets of [null, normalRows(random, 50, 1)]) {
        const rows = Uint32Array.from({ length: 50 }, () => random.below(n));
        const truth = (alpha: number) =>
          Array.from(rows, (row, i) => {
            const x = vectors.slice(row * d, (row + 1) * d).map((value, j) => value * (context?.[j] ?? 1));
            const { mean, width } = posterior.predict(x);
            return mean + alpha * width + (offsets?.[i] ?? 0);
          });
        for (const [alpha, act] of [
          [0, posterior.greedy.bind(posterior)],
          [0.7, (ranking: Parameters<typeof posterior.greedy>[0]) => posterior.upperBound(ranking, 0.7)],
        ] as const) {
          const expected = truth(alpha);
          const best = Array.from(rows.keys()).sort((a, b) => expected[b] - expected[a]);
          const [picks, scores] = [new Uint32Array(5), new Float32Array(50)];
          act({ actions, rows, context, offsets, picks, scores });
          expect([...picks].map((i) => expected[i])).toEqual(
            best.slice(0, 5).map((i) => expect.closeTo(expected[i], 4)),
          );
          scores.forEach((score, i) => {
            expect(score).toBeCloseTo(expected[i], 4);
          });
          const alone = new Uint32Array(5);
          act({ actions, rows, context, offsets, picks: alone, scores: null });
          expect(alone).toEqual(picks);
        }
      }
    }
  });

  test('samples theta from N(mean, deviation^2 A^-1)', () => {
    const d = 3;
    const random = new RandomStream(3, 'sample');
    const posterior = kernels.posterior(d, 2);
    const dense = new DenseModel(d, 2);
    for (let i = 0; i < 5; i++) {
      const x = normalRows(random, 1, d);
      posterior.learn(x, 1, 1);
      dense.learn(x, 1, 1);
    }
    posterior.forget(0.8);
    dense.forget(0.8);
    const actions = kernels.actions(d);
    actions.write(0, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    const rows = Uint32Array.of(0, 1, 2);
    const [picks, scores] = [new Uint32Array(1), new Float32Array(d)];
    const mean = dense.solve(dense.b);
    const sums = new Float64Array(d * d);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      posterior.sample({ actions, rows, context: null, offsets: null, picks, scores }, 1.5, 7, i);
      for (let j = 0; j < d; j++) {
        for (let k = 0; k < d; k++) sums[j * d + k] += (scores[j] - mean[j]) * (scores[k] - mean[k]);
      }
    }
    for (let j = 0; j < d; j++) {
      const column = dense.solve(Array.from({ length: d }, (_, i) => Number(i === j)));
      for (let k = 0; k < d; k++) expect(sums[j * d + k] / draws / 2.25).toBeCloseTo(column[k], 2);
    }
  });

  test('goes on from a snapshot bit for bit', () => {
    const d = 10;
    const random = new RandomStream(4, 'snapshot');
    const [one, other] = [kernels.posterior(d, 1), kernels.posterior(d, 1)];
    for (let i = 0; i < 500; i++) {
      one.learn(normalRows(random, 1, d), 1, random.normal());
      one.forget(0.9);
    }
    other.restore(one.snapshot());
    for (let i = 0; i < 20; i++) {
      const x = normalRows(random, 1, d);
      for (const posterior of [one, other]) {
        posterior.learn(x, 0.5, 1);
        posterior.forget(0.95);
      }
      expect(other.predict(x)).toEqual(one.predict(x));
    }
    expect(other.snapshot()).toEqual(one.snapshot());
  });

  test('keeps widths within 1e-8 over updates with forgetting, in directions seldom seen too', () => {
    const d = 12;
    const random = new RandomStream(6, 'forgetting');
    const posterior = kernels.posterior(d, 1);
    const dense = new DenseModel(d, 1);
    for (let step = 0; step < 10_000; step++) {
      // Two directions are learned from, the others hardly.
      const x = normalRows(random, 1, d, 0.01);
      x[step % 2] += 1;
      posterior.learn(x, 1, random.normal());
      dense.learn(x, 1, 0);
      posterior.forget(0.9995);
      dense.forget(0.9995);
    }
    for (let i = 0; i < 20; i++) {
      const x = normalRows(random, 1, d);
      expect(Math.abs(posterior.predict(x).width / dense.width(x) - 1)).toBeLessThan(1e-8);
    }
  });
});
