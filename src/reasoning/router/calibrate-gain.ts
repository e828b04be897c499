/** Which gain does a score mean? Isotonic blocks where there are labels enough, a logistic curve or the base rate below. */

import { isotonic } from '../../numerics/isotonic.ts';
import { fitPlatt } from '../../numerics/platt.ts';
import type { GainCurve } from './gain-curve.ts';

/** Labels from which on the isotonic curve is taken; below, it overfits. */
export const ISOTONIC_FROM = 1000;

/** Below this many labels only the base rate is told. */
export const CURVE_FROM = 50;

/** Standard errors to either bound: the expected gain lies above the lower one with 95 %. */
const BOUND = 1.645;

/** Labels that are pooled before blocks are formed, so that no end of the curve hangs on a few. */
const POOLED = 20;
const BINS = 100;

/** Knots of a smooth curve. */
const KNOTS = 33;

/** Labelled scores; parallel arrays. */
export interface LabelledScores {
  /** Scores by models that did not see the label. */
  readonly scores: Float64Array;
  /** Gains, or estimates of them without bias. */
  readonly gains: Float64Array;
  /** How much each counts, above 0. */
  readonly weights: Float64Array;
}

/** How many labels of equal weight are worth as much (Kish 1965). */
export function effectiveLabels(weights: ArrayLike<number>): number {
  let sum = 0;
  let square = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i];
    square += weights[i] * weights[i];
  }
  return square > 0 ? (sum * sum) / square : 0;
}

/**
 * The curve from scores to gains, rising. The bounds are those of the expected gain, not of a single one: 1.645 standard
 * errors around the mean of a block, or of the fitted curve, then made to rise as the mean does.
 */
export function calibrateGain(labels: LabelledScores): GainCurve {
  const count = effectiveLabels(labels.weights);
  const rate = baseRate(labels);
  const varies = labels.gains.some((gain) => gain !== labels.gains[0]);
  if (count < CURVE_FROM || !varies || Math.abs(rate.means[0]) === 1) return rate;
  return count >= ISOTONIC_FROM ? isotonicCurve(labels) : logisticCurve(labels);
}

/** One level: the mean, with one label each of 1 and -1 added. */
function baseRate({ gains, weights }: LabelledScores): GainCurve {
  const own = asLabels(weights);
  let total = 2;
  let sum = 0;
  let square = 2;
  for (let i = 0; i < gains.length; i++) {
    const weight = own[i];
    total += weight;
    sum += weight * gains[i];
    square += weight * gains[i] * gains[i];
  }
  const mean = sum / total;
  const error = Math.sqrt(Math.max(0, square / total - mean * mean) / total);
  return risingBounds([0], [mean], [mean - BOUND * error], [mean + BOUND * error]);
}

/** Pooled in order of score, then pooled where they fall (PAV); straight lines join the centres of blocks. */
function isotonicCurve(labels: LabelledScores): GainCurve {
  const { scores, weights } = labels;
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b] || a - b);
  const edges = equalMass(order, weights, Math.min(BINS, Math.floor(effectiveLabels(weights) / POOLED)));
  const bins = edges.slice(1).map((to, bin) => pool(labels, order.subarray(edges[bin], to)));
  const blocks = isotonic(
    bins.map(({ gain }) => gain),
    bins.map(({ weight }) => weight),
  );
  const ends = [...blocks.starts.slice(1), bins.length];
  const pooled = ends.map((end, b) => pool(labels, order.subarray(edges[blocks.starts[b]], edges[end])));
  // A block of few labels that happen to agree is not sure: its variance is mixed with that of all.
  const count = pooled.reduce((sum, block) => sum + block.count, 0);
  const typical = pooled.reduce((sum, block) => sum + block.count * block.variance, 0) / count;
  const errors = pooled.map((block) => {
    const variance = (block.count * block.variance + POOLED * typical) / (block.count + POOLED);
    return BOUND * Math.sqrt(variance / block.count);
  });
  const means = [...blocks.means];
  return risingBounds(
    pooled.map(({ score }) => score),
    means,
    means.map((mean, b) => mean - errors[b]),
    means.map((mean, b) => mean + errors[b]),
  );
}

/** Ends of `count` parts of about equal weight, in an order; from 0. */
function equalMass(order: Uint32Array, weights: Float64Array, count: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const edges = [0];
  let below = 0;
  order.forEach((row, at) => {
    below += weights[row];
    if (below >= (edges.length / count) * total * (1 - 1e-12)) edges.push(at + 1);
  });
  edges[edges.length - 1] = order.length;
  return edges;
}

/** Means over some labels, the variance of their gains, and how many labels they are worth. */
function pool({ scores, gains, weights }: LabelledScores, rows: Uint32Array) {
  let [weight, squared, score, gain] = [0, 0, 0, 0];
  for (const row of rows) {
    weight += weights[row];
    squared += weights[row] ** 2;
    score += weights[row] * scores[row];
    gain += weights[row] * gains[row];
  }
  gain /= weight;
  let meat = 0;
  for (const row of rows) meat += (weights[row] * (gains[row] - gain)) ** 2;
  // variance / count is the variance of the mean, whatever each label's own may be.
  return { weight, score: score / weight, gain, count: weight ** 2 / squared, variance: meat / squared };
}

/**
 * gain = 2 / (1 + exp(-(slope x score + intercept))) - 1, its slope shrunk towards none, which is the base rate, by the
 * share of its square that is noise (positive-part James and Stein 1961).
 */
function logisticCurve({ scores, gains, weights }: LabelledScores): GainCurve {
  const own = asLabels(weights);
  let total = 0;
  let centre = 0;
  own.forEach((weight, i) => {
    total += weight;
    centre += weight * scores[i];
  });
  centre /= total;
  // Around their mean the slope and the level do not disturb each other.
  const centred = scores.map((score) => score - centre);
  const shares = gains.map((gain) => (1 + gain) / 2);
  const fitted = fitPlatt(centred, shares, own);
  const [levelVariance, slopeVariance] = variances(fitted, centred, shares, own);
  const kept = fitted.slope > 0 ? Math.max(0, 1 - slopeVariance / fitted.slope ** 2) : 0;
  const slope = kept * fitted.slope;
  const { intercept } = kept > 0 ? fitted : { intercept: Math.log(odds(shares, own)) };
  const sorted = scores.slice().sort();
  const [from, to] = [sorted[0], sorted[sorted.length - 1]];
  const knots =
    slope > 0 ? Array.from({ length: KNOTS }, (_, k) => from + (k / (KNOTS - 1)) * (to - from)) : [centre];
  const gainOf = (z: number) => 2 / (1 + Math.exp(-z)) - 1;
  const line = knots.map((knot) => slope * (knot - centre) + intercept);
  const errors = knots.map((knot) => BOUND * Math.sqrt(levelVariance + (knot - centre) ** 2 * slopeVariance));
  return risingBounds(
    knots,
    line.map(gainOf),
    line.map((z, k) => gainOf(z - errors[k])),
    line.map((z, k) => gainOf(z + errors[k])),
  );
}

/** Variances of level and slope of a fitted curve, the labels' own spread taken into account (sandwich; Huber 1967). */
function variances(
  { slope, intercept }: { slope: number; intercept: number },
  scores: Float64Array,
  shares: Float64Array,
  weights: Float64Array,
): [number, number] {
  let [h0, h1, m0, m1] = [0, 0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    const p = 1 / (1 + Math.exp(-(slope * scores[i] + intercept)));
    const bend = weights[i] * p * (1 - p);
    const pull = (weights[i] * (shares[i] - p)) ** 2;
    h0 += bend;
    h1 += bend * scores[i] ** 2;
    m0 += pull;
    m1 += pull * scores[i] ** 2;
  }
  return [m0 / h0 ** 2, h1 > 0 ? m1 / h1 ** 2 : 0];
}

/** Odds of the mean share, with half a label each of 0 and 1 added. */
function odds(shares: Float64Array, weights: Float64Array): number {
  let yes = 0.5;
  let no = 0.5;
  shares.forEach((share, i) => {
    yes += weights[i] * share;
    no += weights[i] * (1 - share);
  });
  return Math.max(yes, 0.5) / Math.max(no, 0.5);
}

/** Inside [-1, 1]; a bound that holds for a lower score holds for a higher one too, as the gain rises. */
function risingBounds(scores: number[], means: number[], lows: number[], highs: number[]): GainCurve {
  const kept = (x: number) => Math.min(1, Math.max(-1, x));
  const rising = lows.map(kept);
  for (let k = 1; k < rising.length; k++) rising[k] = Math.max(rising[k], rising[k - 1]);
  const falling = highs.map(kept);
  for (let k = falling.length - 2; k >= 0; k--) falling[k] = Math.min(falling[k], falling[k + 1]);
  const middle = means.map(kept);
  return {
    scores,
    means: middle,
    lows: rising.map((low, k) => Math.min(low, middle[k])),
    highs: falling.map((high, k) => Math.max(high, middle[k])),
  };
}

/** The weights, scaled to sum to the labels that they are worth. */
function asLabels(weights: Float64Array): Float64Array {
  const unit = weights.reduce((sum, weight) => sum + weight, 0) / effectiveLabels(weights);
  return weights.map((weight) => weight / unit);
}
