/** How often would chance show as much? Several statistics of correlated sums, calibrated together by normal draws. */

import { symmetricEigen } from '../../numerics/eigen.ts';
import { RandomStream } from '../../numerics/random.ts';
import type { EffectDirections } from './effect-directions.ts';

/** Sums along directions and their covariance under chance, of which the lower triangle is read. */
export interface ScoreMoments {
  readonly sums: Float64Array;
  readonly covariance: Float64Array;
}

const DRAWS = 2000;
/** Variance of a sum, in its own under chance, that the mixture takes for worth finding. */
const WORTH_FINDING = 8;
/** Part of the mixture that is the outcome expected anyway. */
const EXPECTED_SHARE = 0.2;
/** What linear directions count, of 1. */
const LINEAR_SHARE = 0.8;

/** The p-value of no sum differing from 0. Cost: 2000 products with a square matrix, and its eigendecomposition. */
export function calibratedP(directions: EffectDirections, moments: ScoreMoments, seed: number): number {
  const { count, straight, weights, expected } = directions;
  const { sums, covariance } = moments;
  const deviations = sums.map((_, j) => Math.sqrt(covariance[j * count + j]));
  const alive = [...deviations.keys()].filter((j) => deviations[j] > 0);
  if (alive.length === 0) return 1;
  const draw = drawsOf(covariance, deviations, alive);
  const parts = [alive.filter((j) => j < straight), alive.filter((j) => j >= straight)]
    .map((part, order) => statisticsOf(part, weights, order === 0 ? expected : -1))
    .filter((part) => part !== null);
  const observed = sums.map((sum, j) => (deviations[j] > 0 ? sum / deviations[j] : 0));
  const random = new RandomStream(seed, 'heterogeneity');
  // Entry 0 is what was observed, the others are draws: all are treated alike.
  const found = [observed, ...Array.from({ length: DRAWS }, () => draw(random))].map((z) =>
    parts.map((statistics) => statistics(z)),
  );
  const byPart = parts.map((_, part) => {
    const [sparse, dense] = [0, 1].map((which) =>
      sharesAbove(Float64Array.from(found, (one) => one[part][which])),
    );
    return sharesAbove(sparse.map((share, i) => -Math.log(share) - Math.log(dense[i])));
  });
  const [linear, second] = byPart;
  if (second === undefined) return linear[0];
  return sharesAbove(
    linear.map((share, i) => -Math.min(share / LINEAR_SHARE, second[i] / (1 - LINEAR_SHARE))),
  )[0];
}

/** Draws z-scores with the correlations of the sums. */
function drawsOf(covariance: Float64Array, deviations: Float64Array, alive: readonly number[]) {
  const size = alive.length;
  const count = deviations.length;
  const correlation = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      const [i, j] = [alive[a], alive[b]];
      correlation[a * size + b] = covariance[i * count + j] / (deviations[i] * deviations[j]);
    }
  }
  const { values, vectors } = symmetricEigen(correlation, size);
  const floor = 1e-8 * values.reduce((most, value) => Math.max(most, value), 0);
  const axes = [...values.keys()]
    .filter((k) => values[k] > floor)
    .map((k) => vectors.slice(k * size, (k + 1) * size).map((value) => value * Math.sqrt(values[k])));
  return (random: RandomStream): Float64Array => {
    const z = new Float64Array(count);
    for (const axis of axes) {
      const length = random.normal();
      for (let a = 0; a < size; a++) z[alive[a]] += length * axis[a];
    }
    return z;
  };
}

/**
 * Two statistics of some z-scores: the log of the mean likelihood ratio over directions, each with a normal effect whose
 * variance its weight says, and the weighted sum of squares.
 */
function statisticsOf(part: readonly number[], weights: Float64Array, expected: number) {
  if (part.length === 0) return null;
  const others = part.reduce((sum, j) => sum + (j === expected ? 0 : weights[j]), 0);
  const share = part.includes(expected) ? (others === 0 ? 1 : EXPECTED_SHARE) : 0;
  const start = part.map((j) =>
    Math.log(
      (j === expected ? share : ((1 - share) * weights[j]) / others) /
        Math.sqrt(1 + WORTH_FINDING * weights[j]),
    ),
  );
  const slope = part.map((j) => (0.5 * WORTH_FINDING * weights[j]) / (1 + WORTH_FINDING * weights[j]));
  return (z: Float64Array): readonly [sparse: number, dense: number] => {
    let most = Number.NEGATIVE_INFINITY;
    let dense = 0;
    part.forEach((j, k) => {
      most = Math.max(most, start[k] + slope[k] * z[j] * z[j]);
      if (j !== expected) dense += weights[j] * z[j] * z[j];
    });
    let sum = 0;
    part.forEach((j, k) => {
      sum += Math.exp(start[k] + slope[k] * z[j] * z[j] - most);
    });
    return [most + Math.log(sum), dense];
  };
}

/** For each value the share of all that are at least as large, itself included. */
function sharesAbove(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  return values.map((value) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] >= value) high = middle;
      else low = middle + 1;
    }
    return (sorted.length - low) / sorted.length;
  });
}
