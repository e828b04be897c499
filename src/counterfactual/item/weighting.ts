/** How do the estimators of single choices differ? Only in what they make of the importance weight. */

import { unexpected } from '../../errors.ts';
import type { IntervalOptions } from '../intervals/interval.ts';
import type { RoundTerms } from '../intervals/round-terms.ts';
import { importanceWeights, type LoggedChoices } from '../logged-choices.ts';

/**
 * An estimator of the form mean(q of the target) + sum v(w) (reward - q of the action) / N, where w is the importance
 * weight, v what the estimator makes of it, q the reward model (0 without one) and N the rounds or sum v(w).
 */
export interface Weighting {
  /** Maps a weight. */
  readonly weigh: (weight: number) => number;
  /** True where the reward model stands in for what the weight leaves open. */
  readonly usesModel: boolean;
  /** True where the weights are divided by their mean. */
  readonly selfNormalised: boolean;
}

/** What the range of rounds follows from. */
export interface RangeOptions {
  /** The least and the largest reward that can be, for empirical Bernstein. @default [0, 1], wider if the log is */
  readonly rewardRange?: readonly [number, number];
  /** The largest weight that can be, for empirical Bernstein. @default the largest of the log */
  readonly weightBound?: number;
}

/** How an estimate and its interval are made. */
export interface EstimatorOptions extends IntervalOptions, RangeOptions {}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for bounds of rewards in no order, or a bound of weights below 0. @internal */
export function checkRange({ rewardRange, weightBound }: RangeOptions): void {
  if (rewardRange !== undefined && !(rewardRange[0] <= rewardRange[1])) {
    throw unexpected('two numbers in ascending order', 'rewardRange', rewardRange.join(', '));
  }
  if (weightBound !== undefined && !(weightBound >= 0)) {
    throw unexpected('a number of at least 0', 'weightBound', weightBound);
  }
}

/** The terms of each round. @throws ERR_SLUICE_INVALID_ARGUMENT where a model is wanted and the log has none. */
export function roundTerms(log: LoggedChoices, weighting: Weighting, range: RangeOptions = {}): RoundTerms {
  checkRange(range);
  const { rewards } = log;
  const { weigh, usesModel, selfNormalised } = weighting;
  const model = usesModel ? log.model : undefined;
  if (usesModel && model === undefined) throw unexpected('a reward model', 'model', undefined);
  const weights = importanceWeights(log).map((weight) => weigh(weight));
  const numerator = weights.map((weight, i) => weight * (rewards[i] - (model ? model.taken[i] : 0)));
  return {
    offset: model?.expected,
    numerator,
    denominator: selfNormalised ? weights : undefined,
    range: rangeOf(log, weighting, weights, range),
  };
}

function rangeOf(
  log: LoggedChoices,
  { weigh, usesModel, selfNormalised }: Weighting,
  weights: Float64Array,
  { rewardRange, weightBound }: RangeOptions,
): number {
  let [least, most] = rewardRange ?? [0, 1];
  let largest = weightBound === undefined ? 0 : weigh(weightBound);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    least = Math.min(least, log.rewards[i]);
    most = Math.max(most, log.rewards[i]);
    largest = Math.max(largest, weights[i]);
    sum += weights[i];
  }
  const span = most - least;
  if (usesModel) {
    const scale = selfNormalised && sum > 0 ? weights.length / sum : 1;
    return span * (1 + 2 * largest * scale);
  }
  if (selfNormalised) return sum > 0 ? (span * largest * weights.length) / sum : 0;
  return largest * (Math.max(most, 0) - Math.min(least, 0));
}
