/** Does the treatment change some rows more than others, or could chance alone look like it? */

import { symmetricEigen } from '../../numerics/eigen.ts';
import { RandomStream } from '../../numerics/random.ts';
import { weightedGram } from '../bases/gram.ts';
import { scalesOf, standardise } from '../bases/standardise.ts';
import type { Nuisances } from './effect-scores.ts';
import type { UpliftData } from './uplift-data.ts';

/** Whether effects differ between rows. */
export interface Heterogeneity {
  /** True where p is at most .05. */
  readonly found: boolean;
  /** How often chance alone would show as much, if the effect were the same for all. */
  readonly p: number;
}

const LEVEL = 0.05;
const DRAWS = 2000;

/**
 * Tests whether the effect is the same for all rows, against effects that change with a feature, with many of them, or
 * with the outcome that is expected anyway.
 *
 * Under one effect for all, the residuals ((y - m) - (t - e) effect)(t - e) are uncorrelated with the features: the
 * scores of the R-loss. Four statistics of those correlations are held against 2000 normal draws with their covariance
 * (a multiplier bootstrap, Chernozhukov, Chetverikov, Kato 2013): the largest one, that with the expected outcome, the
 * sum of squares, and Rao's score statistic; the least of the four p-values is then held against that of the draws, so
 * that p is honest. Effects that rise and fall again with a feature, and not with the expected outcome, escape it.
 * Cost: one Gram matrix and 2000 products with a matrix of dimension + 1 rows: 30 ms for 747 x 25.
 *
 * @param nuisances what {@link crossFitNuisances} says, by models of other folds.
 * @example
 * ```ts
 * const random = new RandomStream(1, 'trial');
 * const features = Float64Array.from({ length: 300 }, () => random.normal());
 * const treatment = Uint8Array.from({ length: 300 }, () => random.below(2));
 * const outcomes = features.map((x, i) => x + 2 * treatment[i] + random.normal());
 * const data = { features, dimension: 1, treatment, outcomes };
 * testHeterogeneity(data, crossFitNuisances(data, 'ridge')).found; // false
 * ```
 */
export function testHeterogeneity(data: UpliftData, nuisances: Nuisances, seed = 1): Heterogeneity {
  const { treatment, outcomes, features, dimension } = data;
  const { mean, propensities } = nuisances;
  const n = treatment.length;
  const surprise = propensities.map((e, i) => treatment[i] - e);
  const residual = outcomes.map((y, i) => y - mean[i]);
  let product = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    product += surprise[i] * residual[i];
    square += surprise[i] * surprise[i];
  }
  const effect = product / square;
  const scores = surprise.map((one, i) => one * (residual[i] - one * effect));

  const d = dimension + 1;
  const directions = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < dimension; j++) directions[i * d + j] = features[i * dimension + j];
    directions[i * d + dimension] = mean[i];
  }
  // Centred by the weights of the R-loss, the directions lose what the estimate of the one effect took.
  const weights = surprise.map((one) => one * one);
  const centred = standardise(directions, scalesOf({ features: directions, dimension: d, weights }));
  const covariance = weightedGram(
    centred,
    d,
    scores.map((one) => one * one),
  );
  const sums = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) sums[j] += centred[i * d + j] * scores[i];
  return calibrated(sums, covariance, seed);
}

function calibrated(sums: Float64Array, covariance: Float64Array, seed: number): Heterogeneity {
  const d = sums.length;
  const deviations = sums.map((_, j) => Math.sqrt(covariance[j * d + j]));
  const correlation = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      correlation[i * d + j] = covariance[i * d + j] / (deviations[i] * deviations[j] || 1);
    }
  }
  const { values, vectors } = symmetricEigen(correlation, d);
  const floor = 1e-8 * values.reduce((most, value) => Math.max(most, value), 0);
  const kept = [...values.keys()].filter((k) => values[k] > floor);
  if (kept.length === 0) return { found: false, p: 1 };
  /** The four statistics of correlations in the axes in which they are independent with variance 1. */
  const statistics = (independent: Float64Array): number[] => {
    const z = new Float64Array(d);
    kept.forEach((k, at) => {
      const scale = independent[at] * Math.sqrt(values[k]);
      for (let j = 0; j < d; j++) z[j] += scale * vectors[k * d + j];
    });
    let largest = 0;
    let squares = 0;
    for (const one of z) {
      largest = Math.max(largest, Math.abs(one));
      squares += one * one;
    }
    return [largest, Math.abs(z[d - 1]), squares, independent.reduce((sum, one) => sum + one * one, 0)];
  };
  const observed = statistics(
    Float64Array.from(kept, (k) => {
      let along = 0;
      for (let j = 0; j < d; j++) along += (vectors[k * d + j] * sums[j]) / (deviations[j] || 1);
      return along / Math.sqrt(values[k]);
    }),
  );
  const random = new RandomStream(seed, 'heterogeneity');
  const drawn = observed.map(() => new Float64Array(DRAWS));
  for (let draw = 0; draw < DRAWS; draw++) {
    const found = statistics(Float64Array.from(kept, () => random.normal()));
    for (let s = 0; s < found.length; s++) drawn[s][draw] = found[s];
  }
  const sorted = drawn.map((of) => of.slice().sort());
  const leastP = (found: readonly number[]): number =>
    Math.min(...found.map((value, s) => (1 + countFrom(sorted[s], value)) / (1 + DRAWS)));
  const least = leastP(observed);
  let asExtreme = 0;
  for (let draw = 0; draw < DRAWS; draw++) if (leastP(drawn.map((of) => of[draw])) <= least) asExtreme++;
  const p = (1 + asExtreme) / (1 + DRAWS);
  return { found: p <= LEVEL, p };
}

/** How many of sorted values are at least the given one. */
function countFrom(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] >= value) high = middle;
    else low = middle + 1;
  }
  return sorted.length - low;
}
