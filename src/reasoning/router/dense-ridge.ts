/** Which features tell of gain? Ridge regression on a few standardised columns, solved exactly. */

import { cholesky, choleskySolve } from '../../numerics/cholesky.ts';

/** A linear function of the features as they come. */
export interface LinearFunction {
  readonly intercept: number;
  readonly weights: Float64Array;
}

/** Rows of features with targets and weights. */
export interface DenseProblem {
  /** All of one length. */
  readonly features: readonly Float64Array[];
  /** Rows that are learned from. */
  readonly rows: Uint32Array;
  /** What is to be predicted, and how much it counts; for every row. */
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The functions of least `sum w (target - f(x))^2 + penalty |standardised weights|^2`, one for each penalty; the intercept
 * is free. A column that does not vary gets no weight. Cost: rows x columns^2 / 2 + columns^3 / 3 a penalty.
 */
export function denseRidge(problem: DenseProblem, penalties: readonly number[]): LinearFunction[] {
  const { features, rows, targets, weights } = problem;
  const d = features[rows[0]].length;
  let total = 0;
  let target = 0;
  const means = new Float64Array(d);
  for (const row of rows) {
    total += weights[row];
    target += weights[row] * targets[row];
    for (let j = 0; j < d; j++) means[j] += weights[row] * features[row][j];
  }
  target /= total;
  for (let j = 0; j < d; j++) means[j] /= total;
  const gram = new Float64Array(d * d);
  const moments = new Float64Array(d);
  const centred = new Float64Array(d);
  for (const row of rows) {
    for (let j = 0; j < d; j++) centred[j] = features[row][j] - means[j];
    for (let j = 0; j < d; j++) {
      const x = weights[row] * centred[j];
      if (x === 0) continue;
      moments[j] += x * (targets[row] - target);
      for (let k = 0; k <= j; k++) gram[j * d + k] += x * centred[k];
    }
  }
  const scales = means.map((_, j) => {
    const deviation = Math.sqrt(gram[j * d + j] / total);
    return deviation > 1e-9 ? 1 / deviation : 0;
  });
  return penalties.map((penalty) => {
    const matrix = gram.map((x, at) => x * scales[Math.floor(at / d)] * scales[at % d]);
    for (let j = 0; j < d; j++) matrix[j * d + j] += penalty;
    const solution = moments.map((x, j) => x * scales[j]);
    cholesky(matrix, d);
    choleskySolve(matrix, d, solution);
    const own = solution.map((x, j) => x * scales[j]);
    return { intercept: target - own.reduce((sum, x, j) => sum + x * means[j], 0), weights: own };
  });
}

/** The value of a linear function. */
export function linearValue({ intercept, weights }: LinearFunction, features: Float64Array): number {
  let value = intercept;
  for (let j = 0; j < weights.length; j++) value += weights[j] * features[j];
  return value;
}
