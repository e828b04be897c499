/** Where does a person stand among the items, given what they liked? One regularised solve, in microseconds. */

import { unexpected } from '../errors.ts';
import { type RowProblem, solveRow } from '../numerics/row-solve.ts';

/**
 * The vector of a person with the given positives, by the loss that trained the items: the row problem of iALS
 * (Rendle, Krichene, Zhang, Koren 2021, "Revisiting the performance of iALS on item recommendation benchmarks"),
 * solved in f64 and rounded once. Someone without positives has the zero vector. A weight of 2 equals a row given
 * twice. The order of the rows may change the last bit: pass them in one order where bits matter.
 *
 * Cost: .1 ms for 50 rows in 64 dimensions, .4 ms in 128.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a row that `factors` does not have, for weights that are not finite and
 * above 0, for a regularisation that is not; ERR_SLUICE_DIMENSION_MISMATCH for factors or a Gram matrix of another
 * dimension; ERR_SLUICE_NON_FINITE for factors that are not finite.
 * @example
 * ```ts
 * const factors = Float32Array.of(1, 0, 0, 1);
 * foldIn({ factors, dimension: 2, gram: Float64Array.of(1, 0, 0, 1), rows: [0], regularization: 0.5,
 *   unobservedWeight: 0, itemCount: 2 }); // [1 / 1.5, 0]
 * ```
 */
export function foldIn(problem: RowProblem): Float32Array {
  const { factors, dimension, gram, rows, weights, regularization, unobservedWeight } = problem;
  if (!(Number.isInteger(dimension) && dimension > 0 && factors.length % dimension === 0)) {
    throw unexpected(
      'a divisor of the length of factors',
      'dimension',
      dimension,
      'ERR_SLUICE_DIMENSION_MISMATCH',
    );
  }
  if (gram.length !== dimension * dimension) {
    throw unexpected(`${dimension} x ${dimension} numbers`, 'gram', gram, 'ERR_SLUICE_DIMENSION_MISMATCH');
  }
  if (!(regularization > 0 && regularization < Infinity)) {
    throw unexpected('a finite number above 0', 'regularization', regularization);
  }
  if (!(unobservedWeight >= 0 && unobservedWeight < Infinity)) {
    throw unexpected('a finite number from 0', 'unobservedWeight', unobservedWeight);
  }
  if (weights && weights.length !== rows.length)
    throw unexpected(`${rows.length} weights`, 'weights', weights);
  for (let i = 0; i < rows.length; i++) {
    if (!Number.isInteger(rows[i])) throw unexpected('row numbers', 'rows', rows[i]);
    if (weights && !(weights[i] > 0 && weights[i] < Infinity)) {
      throw unexpected('finite numbers above 0', 'weights', weights[i]);
    }
  }
  return Float32Array.from(solveRow(problem));
}
