/** How do penalties come to mean the same for every feature? Columns less their means, over their standard deviations. */

import type { TrainingRows } from './regression.ts';

/** Weighted means and standard deviations of columns; a column that does not vary has deviation 1. */
export interface Scales {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Measures the columns, weighted by rows. Cost: two passes. */
export function scalesOf({ features, dimension, weights }: Omit<TrainingRows, 'targets'>): Scales {
  const rows = features.length / dimension;
  const means = new Float64Array(dimension);
  const squares = new Float64Array(dimension);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights?.[i] ?? 1;
    total += weight;
    for (let j = 0; j < dimension; j++) means[j] += weight * features[i * dimension + j];
  }
  for (let j = 0; j < dimension; j++) means[j] /= total;
  for (let i = 0; i < rows; i++) {
    const weight = weights?.[i] ?? 1;
    for (let j = 0; j < dimension; j++) squares[j] += weight * (features[i * dimension + j] - means[j]) ** 2;
  }
  const deviations = squares.map((sum, j) => {
    const deviation = Math.sqrt(sum / total);
    // What rounding alone leaves of a constant column is no variation.
    return deviation > 1e-12 * Math.abs(means[j]) && deviation > 0 ? deviation : 1;
  });
  return { means, deviations };
}

/** The rows in units of standard deviations from the mean. Cost: one pass. */
export function standardise(features: Float64Array, { means, deviations }: Scales): Float64Array {
  const d = means.length;
  const out = new Float64Array(features.length);
  for (let at = 0; at < features.length; at += d) {
    for (let j = 0; j < d; j++) out[at + j] = (features[at + j] - means[j]) / deviations[j];
  }
  return out;
}
