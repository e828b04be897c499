/** Which words tell of gain? Ridge regression on sparse rows, by coordinates of the dual. */

import { BUCKETS, KINDS } from './n-grams.ts';
import type { TextCounts } from './text-rows.ts';

/** Rows of a sparse matrix with targets and weights. */
export interface TextProblem {
  readonly text: TextCounts;
  /** Values of the matrix, parallel to `text.columns`. */
  readonly values: Float32Array;
  /** Rows that are learned from. */
  readonly rows: Uint32Array;
  /** What is to be predicted, and how much it counts; for every row of the matrix. */
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/** Passes over the rows for each penalty; each starts from the solution of the one before. */
const PASSES = 12;

/** A pass that moves no dual variable by more than this share of the largest ends the search. */
const STILL = 1e-3;

/**
 * Weights of least `sum w (target - x weights)^2 + penalty |weights|^2` for one penalty after another, by stochastic dual
 * coordinate ascent (Shalev-Shwartz and Zhang 2013), each coordinate solved exactly.
 *
 * @param penalties descending, above 0.
 * @returns yields the same array again and again, one weight for each column.
 */
export function* textRidge(problem: TextProblem, penalties: readonly number[]): Generator<Float64Array> {
  const { text, values, rows, targets, weights } = problem;
  const { starts, columns } = text;
  const solution = new Float64Array(KINDS * BUCKETS);
  const dual = new Float64Array(rows.length);
  const squares = Float64Array.from(rows, (row) => {
    let square = 0;
    for (let at = starts[row]; at < starts[row + 1]; at++) square += values[at] * values[at];
    return square;
  });
  let before = penalties[0];
  for (const penalty of penalties) {
    const scale = before / penalty;
    for (let i = 0; i < dual.length; i++) dual[i] *= scale;
    for (let i = 0; i < solution.length; i++) solution[i] *= scale;
    before = penalty;
    for (let pass = 0; pass < PASSES; pass++) {
      let moved = 0;
      let largest = 0;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        let product = 0;
        for (let at = starts[row]; at < starts[row + 1]; at++) product += values[at] * solution[columns[at]];
        const pull = weights[row] / penalty;
        const step = (pull * (targets[row] - product) - dual[i]) / (1 + pull * squares[i]);
        dual[i] += step;
        for (let at = starts[row]; at < starts[row + 1]; at++) solution[columns[at]] += step * values[at];
        moved = Math.max(moved, Math.abs(step));
        largest = Math.max(largest, Math.abs(dual[i]));
      }
      if (moved <= STILL * largest) break;
    }
    yield solution;
  }
}

/** The product of one row with the weights. */
export function textProduct(
  text: TextCounts,
  values: Float32Array,
  row: number,
  solution: Float64Array,
): number {
  let product = 0;
  for (let at = text.starts[row]; at < text.starts[row + 1]; at++)
    product += values[at] * solution[text.columns[at]];
  return product;
}
