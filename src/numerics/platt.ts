/** Which probability does a score mean? A logistic curve through labelled scores (Platt scaling). */

import { unexpected } from '../errors.ts';

/** P(success | score) = 1 / (1 + exp(-(slope x score + intercept))). */
export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

/** The probability of a score, kept inside (1e-6, 1 - 1e-6) so that policies can divide by it. */
export function plattProbability({ slope, intercept }: Platt, score: number): number {
  const p = 1 / (1 + Math.exp(-(slope * score + intercept)));
  return Math.min(Math.max(p, 1e-6), 1 - 1e-6);
}

/**
 * Fits a Platt curve by Newton's method with step halving, to Platt's smoothed targets (Platt 1999; Lin, Lin, Weng
 * 2007). Cost: some ten passes.
 *
 * @param scores finite. @param labels as many as scores: 0 or 1, or something between; not all 0 and not all 1.
 * @param weights how often each label counts, at least 0. @default 1 each
 * @throws ERR_SLUICE_INVALID_ARGUMENT when the lengths differ or one label never occurs.
 * @example
 * ```ts
 * const curve = fitPlatt(Float64Array.of(0, 1, 2, 3), Uint8Array.of(0, 0, 1, 1));
 * plattProbability(curve, 3) > plattProbability(curve, 0); // true
 * ```
 */
export function fitPlatt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Platt {
  const n = scores.length;
  if (labels.length !== n) throw unexpected(`${n} labels`, 'labels', labels.length);
  if (weights !== undefined && weights.length !== n)
    throw unexpected(`${n} weights`, 'weights', weights.length);
  const weightOf = weights === undefined ? () => 1 : (i: number) => weights[i];
  let positives = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    positives += weightOf(i) * labels[i];
    total += weightOf(i);
  }
  if (!(positives > 0 && positives < total)) {
    throw unexpected('labels of both kinds', 'labels', `${positives} ones of ${total}`);
  }
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (total - positives + 2);
  const targetOf = (i: number): number => low + (high - low) * labels[i];
  let slope = 0;
  let intercept = Math.log((positives + 1) / (total - positives + 1));
  let loss = crossEntropy(scores, targetOf, weightOf, slope, intercept);
  for (let iteration = 0; iteration < 100; iteration++) {
    let g0 = 0;
    let g1 = 0;
    let h00 = 1e-12;
    let h01 = 0;
    let h11 = 1e-12;
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + Math.exp(-(slope * scores[i] + intercept)));
      const error = weightOf(i) * (p - targetOf(i));
      const weight = weightOf(i) * p * (1 - p);
      g0 += error * scores[i];
      g1 += error;
      h00 += weight * scores[i] * scores[i];
      h01 += weight * scores[i];
      h11 += weight;
    }
    if (Math.abs(g0) < 1e-9 * total && Math.abs(g1) < 1e-9 * total) break;
    const determinant = h00 * h11 - h01 * h01;
    const stepSlope = -(h11 * g0 - h01 * g1) / determinant;
    const stepIntercept = -(h00 * g1 - h01 * g0) / determinant;
    let size = 1;
    let next = loss;
    for (; size > 1e-10; size /= 2) {
      next = crossEntropy(
        scores,
        targetOf,
        weightOf,
        slope + size * stepSlope,
        intercept + size * stepIntercept,
      );
      if (next < loss) break;
    }
    if (!(next < loss)) break;
    slope += size * stepSlope;
    intercept += size * stepIntercept;
    loss = next;
  }
  return { slope, intercept };
}

function crossEntropy(
  scores: ArrayLike<number>,
  targetOf: (i: number) => number,
  weightOf: (i: number) => number,
  slope: number,
  intercept: number,
): number {
  let loss = 0;
  for (let i = 0; i < scores.length; i++) {
    const z = slope * scores[i] + intercept;
    // ln(1 + e^z) - target z, in the form that does not overflow.
    loss +=
      weightOf(i) * ((z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z))) - targetOf(i) * z);
  }
  return loss;
}
