/** What reward does an action bring in a context? Regularised logistic or linear regression. */

import { unexpected } from '../../errors.ts';
import { cholesky, choleskySolve } from '../../numerics/cholesky.ts';
import type { RewardFeatures } from './features.ts';

/** What a regression learns from. */
export interface RegressionOptions {
  readonly features: RewardFeatures;
  /** The action taken in each round. */
  readonly actions: ArrayLike<number>;
  readonly rewards: ArrayLike<number>;
  /** The rounds to learn from. */
  readonly rounds: ArrayLike<number>;
  /** `logistic` for rewards in [0, 1]; `linear` for any. */
  readonly kind: 'logistic' | 'linear';
  /** Penalty on squared coefficients; above 0. @default 1 */
  readonly ridge?: number;
}

const MOST_STEPS = 50;

/**
 * Fits a reward model and returns its prediction q(round, action).
 *
 * Maximises the likelihood less ridge / 2 x (squared coefficients + the squared distance of the constant from that of
 * the mean reward), by Newton steps over a Cholesky factorisation, halved while they do not help; a linear one takes
 * one step. Cost per step: rounds x (features not 0)^2 + dimension^3 / 3.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no rounds or a ridge not above 0, ERR_SLUICE_NON_FINITE for features that
 * are not finite.
 * @example
 * ```ts
 * const q = fitRegression({
 *   features: { dimension: 1, write: (_, action, into) => void (into[0] = action) },
 *   actions: [0, 0, 1, 1],
 *   rewards: [1, 1, 3, 3],
 *   rounds: [0, 1, 2, 3],
 *   kind: 'linear',
 *   ridge: 1e-6,
 * });
 * q(0, 1); // 3
 * ```
 */
export function fitRegression({
  features,
  actions,
  rewards,
  rounds,
  kind,
  ridge = 1,
}: RegressionOptions): (round: number, action: number) => number {
  if (rounds.length === 0) throw unexpected('at least one round', 'rounds', rounds);
  if (!(ridge > 0 && ridge < Number.POSITIVE_INFINITY)) throw unexpected('a number above 0', 'ridge', ridge);
  const size = features.dimension + 1;
  const mean = kind === 'logistic' ? logistic : (x: number): number => x;
  const row = new Float64Array(size);
  const read = (round: number, action: number): void => {
    row[0] = 1;
    features.write(round, action, row.subarray(1));
  };
  let sum = 0;
  for (let i = 0; i < rounds.length; i++) sum += rewards[rounds[i]];
  // Half a success and half a failure more, so that the constant is finite without any.
  const level = kind === 'logistic' ? (sum + 0.5) / (rounds.length + 1) : sum / rounds.length;
  const centre = kind === 'logistic' ? Math.log(level / (1 - level)) : level;
  const loss = (coefficients: Float64Array): number => {
    let total = penalty(coefficients, centre, ridge);
    for (let i = 0; i < rounds.length; i++) {
      read(rounds[i], actions[rounds[i]]);
      const x = dot(row, coefficients);
      const reward = rewards[rounds[i]];
      total += kind === 'logistic' ? softplus(x) - reward * x : (x - reward) ** 2 / 2;
    }
    return total;
  };

  let coefficients = new Float64Array(size);
  coefficients[0] = centre;
  let current = loss(coefficients);
  for (let step = 0; step < (kind === 'linear' ? 1 : MOST_STEPS); step++) {
    const hessian = new Float64Array(size * size);
    const gradient = new Float64Array(size);
    for (let j = 0; j < size; j++) {
      hessian[j * size + j] = ridge;
      gradient[j] = ridge * (coefficients[j] - (j === 0 ? centre : 0));
    }
    const filled = new Uint32Array(size);
    for (let i = 0; i < rounds.length; i++) {
      read(rounds[i], actions[rounds[i]]);
      const predicted = mean(dot(row, coefficients));
      const error = predicted - rewards[rounds[i]];
      const curvature = kind === 'logistic' ? predicted * (1 - predicted) : 1;
      let count = 0;
      for (let j = 0; j < size; j++) if (row[j] !== 0) filled[count++] = j;
      for (let a = 0; a < count; a++) {
        const j = filled[a];
        gradient[j] += error * row[j];
        const scaled = curvature * row[j];
        for (let b = 0; b <= a; b++) hessian[j * size + filled[b]] += scaled * row[filled[b]];
      }
    }
    cholesky(hessian, size);
    choleskySolve(hessian, size, gradient);
    const before = current;
    for (let length = 1; length > 1e-6; length /= 2) {
      const next = coefficients.map((value, j) => value - length * gradient[j]);
      const reached = loss(next);
      if (reached <= current) {
        coefficients = next;
        current = reached;
        break;
      }
    }
    if (before - current <= 1e-10 * Math.abs(before)) break;
  }
  return (round, action) => {
    read(round, action);
    return mean(dot(row, coefficients));
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

function penalty(coefficients: Float64Array, centre: number, ridge: number): number {
  let squares = (coefficients[0] - centre) ** 2;
  for (let j = 1; j < coefficients.length; j++) squares += coefficients[j] ** 2;
  return (ridge / 2) * squares;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** ln(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
