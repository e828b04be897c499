import { describe, expect, test } from 'vitest';
import { fitRidge } from '../../../src/incrementality/bases/ridge.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const random = new RandomStream(5, 'ridge');
const N = 60;
const D = 4;
const features = Float64Array.from({ length: N * D }, (_, i) => (1 + (i % D)) * random.normal() + (i % D));
const targets = Float64Array.from(
  { length: N },
  (_, i) => features[i * D] - features[i * D + 2] + random.normal(),
);
const weights = Float64Array.from({ length: N }, () => random.uniform() + 0.1);

/** Gauss-Jordan elimination: an independent way to the solution. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]) > Math.abs(best[i]) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(i, 0, pivot);
    for (let r = 0; r < rows.length; r++) {
      if (r === i) continue;
      const factor = rows[r][i] / pivot[i];
      for (let c = i; c < rows[r].length; c++) rows[r][c] -= factor * pivot[c];
    }
  }
  return rows.map((row, i) => row[row.length - 1] / row[i]);
}

/** Penalised normal equations of the raw features: the penalty of a column is lambda times its variance. */
function normalEquations(lambda: number, free: number, weight: (i: number) => number): number[] {
  const total = Array.from({ length: N }, (_, i) => weight(i)).reduce((a, b) => a + b);
  const variance = Array.from({ length: D }, (_, j) => {
    let mean = 0;
    let square = 0;
    for (let i = 0; i < N; i++) mean += (weight(i) * features[i * D + j]) / total;
    for (let i = 0; i < N; i++) square += (weight(i) * (features[i * D + j] - mean) ** 2) / total;
    return square;
  });
  const column = (i: number, j: number) => (j === 0 ? 1 : features[i * D + j - 1]);
  const matrix = Array.from({ length: D + 1 }, (_, a) =>
    Array.from({ length: D + 1 }, (_, b) => {
      let sum = a === b && a > free ? lambda * variance[a - 1] : 0;
      for (let i = 0; i < N; i++) sum += weight(i) * column(i, a) * column(i, b);
      return sum;
    }),
  );
  const right = Array.from({ length: D + 1 }, (_, a) =>
    targets.reduce((sum, y, i) => sum + weight(i) * column(i, a) * y, 0),
  );
  return solve(matrix, right);
}

describe('a ridge regression', () => {
  test.each([0, 0.5, 30])('of lambda %s solves the penalised normal equations', (lambda) => {
    for (const free of [0, 1, 2]) {
      const fitted = fitRidge({ features, dimension: D, targets, lambda, free });
      const [constant, ...coefficients] = normalEquations(lambda, free, () => 1);
      expect(fitted.constant).toBeCloseTo(constant, 8);
      fitted.coefficients.forEach((one, j) => {
        expect(one).toBeCloseTo(coefficients[j], 8);
      });
    }
  });

  test('counts rows by their weights', () => {
    const fitted = fitRidge({ features, dimension: D, targets, weights, lambda: 2 });
    const [constant, ...coefficients] = normalEquations(2, 0, (i) => weights[i]);
    expect(fitted.constant).toBeCloseTo(constant, 8);
    fitted.coefficients.forEach((one, j) => {
      expect(one).toBeCloseTo(coefficients[j], 8);
    });
  });

  test('takes the penalty of least generalised cross-validation score', () => {
    const score = (lambda: number) => {
      const fitted = fitRidge({ features, dimension: D, targets, lambda });
      const residuals = fitted.predict(features).reduce((sum, y, i) => sum + (y - targets[i]) ** 2, 0);
      // Degrees of freedom as the trace of the smoother: the effect of each target on its own prediction.
      let degrees = 0;
      for (let i = 0; i < N; i++) {
        const moved = fitRidge({ features, dimension: D, targets: targets.with(i, targets[i] + 1), lambda });
        degrees += moved.predict(features)[i] - fitted.predict(features)[i];
      }
      return residuals / (N - degrees) ** 2;
    };
    const { lambda } = fitRidge({ features, dimension: D, targets });
    const chosen = score(lambda);
    for (const other of [lambda / 10, lambda / 3, lambda * 3, lambda * 10]) {
      expect(score(other)).toBeGreaterThan(chosen);
    }
  });

  test('does not mind units, constant features, or more features than rows', () => {
    const before = fitRidge({ features, dimension: D, targets }).predict(features);
    const scaled = features.map((x, i) => (i % D === 1 ? 1e6 * x - 3e6 : x));
    fitRidge({ features: scaled, dimension: D, targets })
      .predict(scaled)
      .forEach((y, i) => {
        expect(y).toBeCloseTo(before[i], 6);
      });
    const constant = Float64Array.from({ length: N * 2 }, (_, i) => (i % 2 ? 7 : features[(i / 2) * D]));
    expect(fitRidge({ features: constant, dimension: 2, targets }).coefficients[1]).toBe(0);
    const wide = Float64Array.from({ length: 10 * 40 }, () => random.normal());
    const predicted = fitRidge({ features: wide, dimension: 40, targets: targets.slice(0, 10) }).predict(
      wide,
    );
    expect(predicted.every(Number.isFinite)).toBe(true);
  });

  test('refuses a lambda below 0', () => {
    expect(() => fitRidge({ features, dimension: D, targets, lambda: -1 })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
