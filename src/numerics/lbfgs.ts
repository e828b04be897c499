/** Where is a smooth function least? Limited-memory quasi-Newton steps, in f64. */

import { SluiceError, unexpected } from '../errors.ts';

/** How long {@link lbfgs} goes on. */
export interface LbfgsOptions {
  /** Most steps; at least 1. @default 200 */
  readonly iterations?: number;
  /** Ends when no component of the gradient is larger. @default 1e-6 */
  readonly tolerance?: number;
  /** Longest step, so that none leaps out of the valley where it starts, if there are others. @default no limit */
  readonly longestStep?: number;
}

/** A point that {@link lbfgs} found. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  /** Steps taken. */
  readonly iterations: number;
}

/** Pairs of steps and gradient changes that are kept. */
const MEMORY = 10;

/**
 * A local minimum by L-BFGS (Liu and Nocedal 1989) with ten pairs and halving steps until Armijo's rule holds. The value
 * never rises. Cost: one or two evaluations and 40 n multiplications a step.
 *
 * @param evaluate returns the value at a point and writes its gradient; both finite at the start.
 * @param start not changed.
 * @throws ERR_SLUICE_NON_FINITE where the function is not finite at the start, ERR_SLUICE_INVALID_ARGUMENT.
 * @example
 * ```ts
 * const bowl = (x: Float64Array, gradient: Float64Array) => {
 *   gradient[0] = 2 * (x[0] - 3);
 *   return (x[0] - 3) ** 2;
 * };
 * lbfgs(bowl, Float64Array.of(0)).point; // [3]
 * ```
 */
export function lbfgs(
  evaluate: (point: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  { iterations = 200, tolerance = 1e-6, longestStep = Number.POSITIVE_INFINITY }: LbfgsOptions = {},
): Minimum {
  if (!(Number.isInteger(iterations) && iterations >= 1)) {
    throw unexpected('a whole number from 1', 'iterations', iterations);
  }
  let point = start.slice();
  let gradient = new Float64Array(point.length);
  let value = evaluate(point, gradient);
  if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) {
    throw new SluiceError(
      'ERR_SLUICE_NON_FINITE',
      `Expected a finite value and gradient at the start but received ${value}`,
    );
  }
  const pairs: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  let taken = 0;
  while (taken < iterations && gradient.some((slope) => Math.abs(slope) > tolerance)) {
    const direction = descent(gradient, pairs);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      pairs.length = 0;
      for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
      slope = dot(gradient, direction);
    }
    const next = new Float64Array(point.length);
    const nextGradient = new Float64Array(point.length);
    // Without memory the direction has the gradient's length, which says nothing of the distance.
    let length = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    length = Math.min(length, longestStep / Math.sqrt(dot(direction, direction)));
    let nextValue = Number.POSITIVE_INFINITY;
    for (; length > 1e-12; length /= 2) {
      for (let i = 0; i < next.length; i++) next[i] = point[i] + length * direction[i];
      nextValue = evaluate(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope && nextGradient.every(Number.isFinite)) break;
    }
    if (length <= 1e-12) break;
    taken++;
    const step = next.map((x, i) => x - point[i]);
    const change = nextGradient.map((x, i) => x - gradient[i]);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      pairs.push({ step, change, curvature });
      if (pairs.length > MEMORY) pairs.shift();
    }
    point = next;
    gradient = nextGradient;
    value = nextValue;
  }
  return { point, value, iterations: taken };
}

/** Minus the inverse Hessian, as the pairs know it, times the gradient: the two-loop recursion. */
function descent(
  gradient: Float64Array,
  pairs: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const along: number[] = [];
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { step, change, curvature } = pairs[p];
    along[p] = dot(step, direction) / curvature;
    addScaled(direction, change, -along[p]);
  }
  const last = pairs[pairs.length - 1];
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (let p = 0; p < pairs.length; p++) {
    const { step, change, curvature } = pairs[p];
    addScaled(direction, step, along[p] - dot(change, direction) / curvature);
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
}
