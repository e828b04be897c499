/** How do the solutions of a penalised quadratic depend on the penalty? All of them from one eigendecomposition. */

import { cholesky, choleskySolve } from '../../numerics/cholesky.ts';
import { symmetricEigen } from '../../numerics/eigen.ts';

/** The minimisers of b' G b / 2 - c' b + lambda / 2 x (squared coefficients but the first `free`), for every lambda. */
export interface RidgePath {
  /** Coefficients that bear a penalty, as many as the penalty leaves: sum of value / (value + lambda). */
  degrees(lambda: number): number;
  /** c' b - b' G b / 2, twice: by how much the squared residuals are below those without any feature. */
  explained(lambda: number): number;
  solution(lambda: number): Float64Array;
}

/**
 * Cost: dimension^3 once, dimension a `degrees` or `explained`, dimension^2 a `solution`.
 *
 * @param gram G, dimension x dimension, positive semidefinite; its lower triangle is read and overwritten.
 * @param cross c; overwritten.
 * @param free coefficients without a penalty, the first ones.
 */
export function ridgePath(gram: Float64Array, cross: Float64Array, free: number): RidgePath {
  const d = cross.length;
  const fixed = partialOut(gram, cross, free);
  const size = d - free;
  const inner = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) inner[i * size + j] = gram[(i + free) * d + j + free];
  }
  const { values, vectors } = symmetricEigen(inner, size);
  const floor = 1e-10 * values.reduce((most, value) => Math.max(most, value), 0);
  const along = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    for (let j = 0; j < size; j++) along[k] += vectors[k * size + j] * cross[j + free];
    // A direction in which the features do not vary has no coefficient, also without a penalty.
    if (values[k] <= floor) along[k] = 0;
  }
  const shrunk = (k: number, lambda: number): number => (values[k] <= floor ? 0 : 1 / (values[k] + lambda));
  return {
    degrees: (lambda) => values.reduce((sum, value, k) => sum + value * shrunk(k, lambda), 0),
    explained: (lambda) => {
      let sum = fixed.explained;
      for (let k = 0; k < size; k++) {
        const share = shrunk(k, lambda);
        sum += along[k] * along[k] * share * (2 - values[k] * share);
      }
      return sum;
    },
    solution: (lambda) => {
      const solution = new Float64Array(d);
      for (let k = 0; k < size; k++) {
        const share = along[k] * shrunk(k, lambda);
        for (let j = 0; j < size; j++) solution[j + free] += share * vectors[k * size + j];
      }
      fixed.complete(solution);
      return solution;
    },
  };
}

/** Removes from the others what the first columns explain, in place; `complete` finds their coefficients afterwards. */
function partialOut(gram: Float64Array, cross: Float64Array, free: number) {
  if (free === 0) return { explained: 0, complete: () => {} };
  const d = cross.length;
  const factor = new Float64Array(free * free);
  for (let i = 0; i < free; i++) {
    for (let j = 0; j <= i; j++) factor[i * free + j] = gram[i * d + j];
    // A free column that does not vary says nothing and must not stop the others.
    factor[i * free + i] += 1e-12 * (factor[i * free + i] || 1);
  }
  cholesky(factor, free);
  const own = cross.slice(0, free);
  choleskySolve(factor, free, own);
  let explained = 0;
  for (let i = 0; i < free; i++) explained += own[i] * cross[i];
  const others: Float64Array[] = [];
  for (let j = free; j < d; j++) {
    const column = gram.slice(j * d, j * d + free);
    choleskySolve(factor, free, column);
    others.push(column);
  }
  for (let j = free; j < d; j++) {
    for (let k = free; k <= j; k++) {
      for (let i = 0; i < free; i++) gram[j * d + k] -= gram[j * d + i] * others[k - free][i];
    }
    for (let i = 0; i < free; i++) cross[j] -= gram[j * d + i] * own[i];
  }
  const complete = (solution: Float64Array): void => {
    for (let i = 0; i < free; i++) {
      solution[i] = own[i];
      for (let j = free; j < d; j++) solution[i] -= others[j - free][i] * solution[j];
    }
  };
  return { explained, complete };
}
