/** Does a log say anything about the target policy? Effective sample size, largest weight, overlap; else a refusal. */

import { unexpected } from '../errors.ts';
import { importanceWeights, type LoggedChoices } from './logged-choices.ts';

/** How far the log and the target policy agree. */
export interface Overlap {
  /** Logged rounds. */
  readonly n: number;
  /** (sum w)^2 / sum w^2 (Kish 1965): as many rounds under the target policy would tell as much; 0 without overlap. */
  readonly effectiveSampleSize: number;
  /** The largest importance weight. */
  readonly largestWeight: number;
  /** Its share of all weight, in [0, 1]. */
  readonly largestShare: number;
  /** The mean weight: 1 but for chance where the logging policy could take every action of the target. */
  readonly meanWeight: number;
  /** mean(min(1, w)): 1 less the total variation distance of the policies, in [0, 1]; 1 where they are the same. */
  readonly overlap: number;
}

/** Below this effective sample size there is no answer. */
export const LEAST_EFFECTIVE_SAMPLE_SIZE = 100;

/** Above this share of one round in all weight there is no answer. */
export const LARGEST_SHARE = 0.2;

/**
 * Measures the overlap of a log and its target policy. Cost: O(rounds).
 *
 * @example
 * ```ts
 * const same = Float64Array.of(0.5, 0.25, 0.5);
 * const { effectiveSampleSize, overlap } = overlapOf({
 *   rewards: Float64Array.of(1, 0, 1),
 *   loggingPropensities: same,
 *   targetPropensities: same,
 * });
 * effectiveSampleSize; // 3
 * overlap; // 1
 * ```
 */
export function overlapOf(log: LoggedChoices): Overlap {
  return overlapOfWeights(importanceWeights(log));
}

/**
 * The same of the weights of rounds, which may be negative where an estimator makes them so. Cost: O(rounds).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no rounds, ERR_SLUICE_NON_FINITE for a weight that is no number.
 */
export function overlapOfWeights(weights: Float64Array): Overlap {
  const n = weights.length;
  if (n === 0) throw unexpected('at least one round', 'weights', weights);
  const bad = weights.findIndex(Number.isNaN);
  if (bad >= 0) throw unexpected('a number', `weights[${bad}]`, weights[bad], 'ERR_SLUICE_NON_FINITE');
  // Over the largest one, for the square of a tiny propensity's weight is no f64.
  const largestWeight = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  let sum = 0;
  let size = 0;
  let squares = 0;
  let common = 0;
  for (const weight of weights) {
    // Beside a weight beyond f64 those within it are nothing.
    const whole = Math.abs(weight) === largestWeight ? Math.sign(weight) : weight / largestWeight;
    const share = largestWeight === 0 ? 0 : whole;
    sum += share;
    size += Math.abs(share);
    squares += share * share;
    common += Math.max(0, Math.min(1, weight));
  }
  return {
    n,
    effectiveSampleSize: squares === 0 ? 0 : (sum * sum) / squares,
    largestWeight,
    largestShare: size === 0 ? 0 : 1 / size,
    meanWeight: (sum * largestWeight) / n,
    overlap: common / n,
  };
}

/** Why nothing can be said, in words; null where something can. */
export function refusalOf({ effectiveSampleSize, largestWeight, largestShare, n }: Overlap): string | null {
  if (largestWeight === 0) return `the log never shows what the target policy would show, in ${n} choices`;
  // Asked first: it implies an effective sample size below 25, and says more.
  if (largestShare > LARGEST_SHARE) {
    return (
      `one choice has ${(100 * largestShare).toFixed(1)} % of all weight, ` +
      `above ${100 * LARGEST_SHARE} %: the answer would rest on it`
    );
  }
  if (effectiveSampleSize < LEAST_EFFECTIVE_SAMPLE_SIZE) {
    return (
      `the effective sample size is ${effectiveSampleSize.toFixed(1)} of ${n} choices, ` +
      `below ${LEAST_EFFECTIVE_SAMPLE_SIZE}: the logging policy too rarely chose as the target policy would`
    );
  }
  return null;
}

/** That the bootstrap sees no chance where every logged reward is the same. */
export function sameRewardWarnings(rewards: Float64Array, interval = 'bootstrap'): string[] {
  if (interval !== 'bootstrap' || !rewards.every((reward) => reward === rewards[0])) return [];
  return [
    `every reward of the log is ${rewards[0]}, so that the bootstrap cannot tell how far off an estimate is; ` +
      'empirical Bernstein intervals can',
  ];
}

/** From this far off 1 the mean weight is told, if chance cannot explain it. */
const MEAN_WEIGHT_SLACK = 0.02;

/** What one should know before one believes the estimates: a mean weight that chance cannot explain. */
export function warningsOf({ meanWeight, effectiveSampleSize, n }: Overlap): string[] {
  if (effectiveSampleSize === 0) return [];
  const error = meanWeight * Math.sqrt(Math.max(0, n / effectiveSampleSize - 1) / n);
  const off = Math.abs(meanWeight - 1);
  if (off <= MEAN_WEIGHT_SLACK || off <= 5 * error) return [];
  const why =
    meanWeight < 1
      ? 'the logging policy could never show part of what the target policy would, and of that nothing is known'
      : 'the logged propensities are not those of the choices';
  return [`the mean weight is ${meanWeight.toFixed(3)}, where 1 is expected, beyond chance: ${why}`];
}
