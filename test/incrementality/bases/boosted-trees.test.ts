import { describe, expect, test } from 'vitest';
import { fitBoostedTrees } from '../../../src/incrementality/bases/boosted-trees.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const random = new RandomStream(9, 'trees');
const N = 300;
const D = 3;
const features = Float64Array.from({ length: N * D }, () => Math.round(40 * random.uniform()));
const targets = Float64Array.from(
  { length: N },
  (_, i) =>
    (features[i * D] > 20 ? 5 : 0) +
    (features[i * D + 1] > 10 && features[i * D] < 8 ? 4 : 0) +
    random.normal(),
);

/** The split of least squared error among all thresholds of all features, by brute force. */
function bestStump(leastRows: number): (row: Float64Array) => number {
  let least = Number.POSITIVE_INFINITY;
  let best = (_: Float64Array): number => 0;
  for (let j = 0; j < D; j++) {
    for (let threshold = 0.5; threshold < 40; threshold++) {
      const sides: number[][] = [[], []];
      for (let i = 0; i < N; i++) sides[features[i * D + j] < threshold ? 0 : 1].push(targets[i]);
      if (sides.some((side) => side.length < leastRows)) continue;
      const means = sides.map((side) => side.reduce((a, b) => a + b) / side.length);
      const error = sides.reduce(
        (sum, side, s) => sum + side.reduce((t, y) => t + (y - means[s]) ** 2, 0),
        0,
      );
      if (error < least) {
        least = error;
        best = (row) => means[row[j] < threshold ? 0 : 1];
      }
    }
  }
  return best;
}

describe('boosted trees', () => {
  test('of one tree with two leaves are the stump of least squared error', () => {
    const { predict } = fitBoostedTrees({ features, dimension: D, targets, trees: 1, rate: 1, leaves: 2 });
    const stump = bestStump(20);
    predict(features).forEach((y, i) => {
      expect(y).toBeCloseTo(stump(features.subarray(i * D, i * D + D)), 10);
    });
  });

  test('of many leaves give each distinct row its mean', () => {
    const few = Float64Array.from({ length: 40 }, (_, i) => i % 4);
    const values = few.map((x, i) => 10 * x + (i < 20 ? 1 : -1));
    const { predict } = fitBoostedTrees({
      features: few,
      dimension: 1,
      targets: values,
      trees: 1,
      rate: 1,
      leaves: 9,
      leastRows: 1,
    });
    predict(Float64Array.of(0, 1, 2, 3)).forEach((y, x) => {
      expect(y).toBeCloseTo(10 * x, 10);
    });
  });

  test('lower the error with every tree and find an interaction', () => {
    const error = (trees: number): number =>
      fitBoostedTrees({ features, dimension: D, targets, trees, rate: 0.2 })
        .predict(features)
        .reduce((sum, y, i) => sum + (y - targets[i]) ** 2, 0);
    expect(error(10)).toBeLessThan(error(2));
    expect(error(100)).toBeLessThan(error(10));
    expect(error(100) / N).toBeLessThan(1.1);
  });

  test('count a row of weight 2 as two rows', () => {
    const twice = {
      features: Float64Array.of(...features, ...features),
      targets: Float64Array.of(...targets, ...targets),
    };
    const doubled = fitBoostedTrees({ ...twice, dimension: D, leastRows: 40 }).predict(features);
    const weights = new Float64Array(N).fill(2);
    fitBoostedTrees({ features, targets, weights, dimension: D, leastRows: 20 })
      .predict(features)
      .forEach((y, i) => {
        expect(y).toBeCloseTo(doubled[i], 8);
      });
  });

  test('of the logistic loss tend to the shares of successes', () => {
    const arm = Float64Array.from({ length: 400 }, (_, i) => i % 2);
    const clicks = arm.map((x, i) => ((i >> 1) % 10 < (x === 1 ? 7 : 2) ? 1 : 0));
    const { predict } = fitBoostedTrees({
      features: arm,
      dimension: 1,
      targets: clicks,
      loss: 'logistic',
      trees: 300,
    });
    const [low, high] = predict(Float64Array.of(0, 1));
    expect(low).toBeCloseTo(0.2, 3);
    expect(high).toBeCloseTo(0.7, 3);
  });

  test('split more than 255 distinct values, tell neighbouring numbers apart, and take constant features', () => {
    const many = Float64Array.from({ length: 2000 }, (_, i) => i);
    const { predict } = fitBoostedTrees({
      features: many,
      dimension: 1,
      targets: many.map((x) => (x < 1000 ? 0 : 1)),
    });
    const [low, high] = predict(Float64Array.of(900, 1100));
    expect(high - low).toBeGreaterThan(0.98);
    const close = Float64Array.from({ length: 60 }, (_, i) => (i % 2 ? 1 + Number.EPSILON : 1));
    const apart = fitBoostedTrees({ features: close, dimension: 1, targets: close.map((_, i) => i % 2) });
    expect(apart.predict(Float64Array.of(1 + Number.EPSILON))[0]).toBeGreaterThan(0.9);
    const constant = fitBoostedTrees({
      features: new Float64Array(60),
      dimension: 1,
      targets: targets.slice(0, 60),
    });
    expect(constant.predict(Float64Array.of(7))[0]).toBeCloseTo(
      targets.slice(0, 60).reduce((a, b) => a + b) / 60,
      12,
    );
  });

  test('refuse options out of range', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    for (const wrong of [
      { trees: 0 },
      { leaves: 1 },
      { rate: 0 },
      { rate: 2 },
      { leastRows: 0.5 },
      { loss: 'logistic' },
    ]) {
      expect(() => fitBoostedTrees({ features, dimension: D, targets, ...(wrong as object) })).toThrow(
        invalid,
      );
    }
  });
});
