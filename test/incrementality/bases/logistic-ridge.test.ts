import { describe, expect, test } from 'vitest';
import { fitLogisticRidge } from '../../../src/incrementality/bases/logistic-ridge.ts';
import { lbfgs } from '../../../src/numerics/lbfgs.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const random = new RandomStream(7, 'logistic');
const N = 400;
const D = 3;
const features = Float64Array.from({ length: N * D }, () => random.normal());
const targets = Float64Array.from({ length: N }, (_, i) =>
  random.uniform() < 1 / (1 + Math.exp(0.5 - features[i * D] + features[i * D + 1])) ? 1 : 0,
);

describe('a logistic ridge regression', () => {
  test.each([0.01, 5, 200])('of lambda %s is where another optimiser ends', (lambda) => {
    const deviations = Array.from({ length: D }, (_, j) => {
      const column = Array.from({ length: N }, (_, i) => features[i * D + j]);
      const mean = column.reduce((a, b) => a + b) / N;
      return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / N);
    });
    const loss = (at: Float64Array, gradient: Float64Array): number => {
      gradient.fill(0);
      let total = 0;
      for (let i = 0; i < N; i++) {
        let odds = at[0];
        for (let j = 0; j < D; j++) odds += at[j + 1] * features[i * D + j];
        const p = 1 / (1 + Math.exp(-odds));
        total -= Math.log(targets[i] === 1 ? p : 1 - p);
        gradient[0] += p - targets[i];
        for (let j = 0; j < D; j++) gradient[j + 1] += (p - targets[i]) * features[i * D + j];
      }
      for (let j = 1; j <= D; j++) {
        total += (lambda / 2) * (at[j] * deviations[j - 1]) ** 2;
        gradient[j] += lambda * at[j] * deviations[j - 1] ** 2;
      }
      return total;
    };
    const { point } = lbfgs(loss, new Float64Array(D + 1), { tolerance: 1e-9 });
    const fitted = fitLogisticRidge({ features, dimension: D, targets, lambda });
    expect(fitted.constant).toBeCloseTo(point[0], 5);
    fitted.coefficients.forEach((one, j) => {
      expect(one).toBeCloseTo(point[j + 1], 5);
    });
  });

  test('shrinks noise away and keeps what is there', () => {
    const { lambda, coefficients } = fitLogisticRidge({ features, dimension: D, targets });
    expect(coefficients[0]).toBeGreaterThan(0.6);
    expect(coefficients[1]).toBeLessThan(-0.6);
    const noise = Float64Array.from({ length: N }, () => random.below(2));
    const ofNoise = fitLogisticRidge({ features, dimension: D, targets: noise });
    expect(ofNoise.lambda).toBeGreaterThan(10 * lambda);
    expect(Math.max(...ofNoise.coefficients.map(Math.abs))).toBeLessThan(0.15);
  });

  test('counts a row of weight 2 as two rows', () => {
    const doubled = {
      features: Float64Array.of(...features, ...features),
      targets: Float64Array.of(...targets, ...targets),
    };
    const twice = fitLogisticRidge({ ...doubled, dimension: D, lambda: 3 });
    const weighted = fitLogisticRidge({
      features,
      targets,
      weights: new Float64Array(N).fill(2),
      dimension: D,
      lambda: 3,
    });
    expect(weighted.constant).toBeCloseTo(twice.constant, 6);
    expect(weighted.coefficients[0]).toBeCloseTo(twice.coefficients[0], 6);
  });

  test('stays finite where a feature separates the outcomes, and predicts outcomes that are all alike', () => {
    const separated = Float64Array.from({ length: N }, (_, i) => (features[i * D] > 0 ? 1 : 0));
    for (const free of [0, 1]) {
      const { coefficients, predict } = fitLogisticRidge({
        features,
        dimension: D,
        targets: separated,
        free,
      });
      expect(coefficients.every(Number.isFinite)).toBe(true);
      expect(predict(Float64Array.of(1, 0, 0))[0]).toBeGreaterThan(0.95);
    }
    const ones = fitLogisticRidge({ features, dimension: D, targets: new Float64Array(N).fill(1) });
    expect(ones.predict(features.subarray(0, 2 * D))).toEqual(Float64Array.of(1, 1));
  });

  test('refuses outcomes other than 0 and 1, and a lambda that is not above 0', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    expect(() => fitLogisticRidge({ features, dimension: D, targets: targets.with(0, 0.5) })).toThrow(
      invalid,
    );
    expect(() => fitLogisticRidge({ features, dimension: D, targets, lambda: 0 })).toThrow(invalid);
  });
});
