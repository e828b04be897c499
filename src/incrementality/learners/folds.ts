/** Which rows judge what was learned from the others? Folds with equal shares of both arms. */

import { RandomStream } from '../../numerics/random.ts';
import type { UpliftData } from './uplift-data.ts';

/**
 * The fold of every row, from 0; each fold has its share of treated rows and of controls. The same seed gives the folds
 * that {@link fitUplift} predicts by. Cost: O(rows).
 *
 * @param treatment 0 or 1. @param folds from 2.
 * @example
 * ```ts
 * const fold = foldsOf(Uint8Array.of(0, 1, 0, 1), 2, 1);
 * fold[0] !== fold[2] && fold[1] !== fold[3]; // true
 * ```
 */
export function foldsOf(treatment: Uint8Array, folds: number, seed: number): Uint8Array {
  const order = new RandomStream(seed, 'uplift folds').shuffle(Uint32Array.from(treatment, (_, i) => i));
  const next = [0, 0];
  const fold = new Uint8Array(treatment.length);
  for (const i of order) fold[i] = next[treatment[i]]++ % folds;
  return fold;
}

/** Positions of the entries that pass. */
export function rowsWhere(n: number, keep: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (keep(i)) rows[count++] = i;
  return rows.slice(0, count);
}

/** Entries of a column at rows. */
export function take<T extends Float64Array | Uint8Array>(values: T, rows: Uint32Array): T {
  const out = new (values.constructor as new (length: number) => T)(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]];
  return out;
}

/** Rows of a row-major matrix. */
export function takeRows(features: Float64Array, dimension: number, rows: Uint32Array): Float64Array {
  const out = new Float64Array(rows.length * dimension);
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * dimension;
    for (let j = 0; j < dimension; j++) out[i * dimension + j] = features[at + j];
  }
  return out;
}

/** The same columns at some of the rows. */
export function subset(data: UpliftData, rows: Uint32Array): UpliftData {
  return {
    features: takeRows(data.features, data.dimension, rows),
    dimension: data.dimension,
    treatment: take(data.treatment, rows),
    outcomes: take(data.outcomes, rows),
    propensities: data.propensities === undefined ? undefined : take(data.propensities, rows),
  };
}
