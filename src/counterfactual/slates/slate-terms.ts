/** What does each estimator of slates make of a round? */

import { unexpected } from '../../errors.ts';
import type { RoundTerms } from '../intervals/round-terms.ts';
import type { LoggedSlates } from './logged-slates.ts';
import { prefixWeights, slotWeights } from './slate-weights.ts';

/** Terms of an estimator with the weight that it gives to each round, by which its overlap is judged. */
export interface SlateTerms {
  readonly terms: RoundTerms;
  /** For estimators with a weight per slot the mean over the slots of the round. */
  readonly weights: Float64Array;
}

type Builder = (log: LoggedSlates, span: number) => SlateTerms;

/** Weights per slot, each with the reward of its slot: sum over slots of mean(w_l r_l). */
const perSlot =
  (weigh: (log: LoggedSlates) => Float64Array): Builder =>
  (log, span) => {
    const weights = weigh(log);
    const products = weights.map((weight, i) => weight * log.rewards[i]);
    return {
      terms: {
        numerator: sumPerRound(products, log.slots),
        range: span * total(largestPerSlot(weights, log.slots)),
      },
      weights: meanPerRound(weights, log.slots),
    };
  };

/**
 * The same with each slot's weights divided by their mean. A sum of ratios, given as its linearisation, the mean of which
 * is the sum itself.
 */
const perSlotNormalised =
  (weigh: (log: LoggedSlates) => Float64Array): Builder =>
  (log, span) => {
    const { rewards, slots } = log;
    const weights = weigh(log);
    const rounds = rewards.length / slots;
    const linear = new Float64Array(rewards.length);
    const most = largestPerSlot(weights, slots);
    let range = 0;
    for (let slot = 0; slot < slots; slot++) {
      let above = 0;
      let below = 0;
      for (let i = slot; i < rewards.length; i += slots) {
        above += weights[i] * rewards[i];
        below += weights[i];
      }
      // Where no round weighs anything nothing is known of the slot; the overlap says so.
      if (below === 0) continue;
      const ratio = above / below;
      for (let i = slot; i < rewards.length; i += slots) {
        linear[i] = ratio + ((weights[i] * rewards[i] - ratio * weights[i]) * rounds) / below;
      }
      range += (span * most[slot] * rounds) / below;
    }
    return {
      terms: { numerator: sumPerRound(linear, slots), range },
      weights: meanPerRound(weights, slots),
    };
  };

/** One weight per round, with the sum of its rewards. */
const perSlate =
  (weigh: (log: LoggedSlates) => Float64Array, normalised: boolean): Builder =>
  (log, span) => {
    const weights = weigh(log);
    const sums = sumPerRound(log.rewards, log.slots);
    const least = weights.reduce((low, weight) => Math.min(low, weight), 0);
    const most = weights.reduce((high, weight) => Math.max(high, weight), 0);
    const mean = normalised ? Math.abs(total(weights) / weights.length) || 1 : 1;
    return {
      terms: {
        numerator: weights.map((weight, i) => weight * sums[i]),
        denominator: normalised ? weights : undefined,
        range: ((most - least) * log.slots * span) / mean,
      },
      weights,
    };
  };

const cascadeDr: Builder = (log, span) => {
  const { rewards, slots, model } = log;
  if (model === undefined) throw unexpected('a model', 'model', model);
  const weights = prefixWeights(log);
  const values = rewards.map((reward, i) => {
    const before = i % slots === 0 ? 1 : weights[i - 1];
    return weights[i] * (reward - model.taken[i]) + before * model.expected[i];
  });
  // Q_l lies within as many spans as slots are left.
  const most = largestPerSlot(weights, slots);
  let range = 0;
  for (let l = 0; l < slots; l++) range += span * (slots - l) * (2 * most[l] + (l === 0 ? 1 : most[l - 1]));
  return { terms: { numerator: sumPerRound(values, slots), range }, weights: meanPerRound(weights, slots) };
};

const wholeSlate = (log: LoggedSlates): Float64Array => {
  const weights = prefixWeights(log);
  return Float64Array.from(
    { length: weights.length / log.slots },
    (_, i) => weights[(i + 1) * log.slots - 1],
  );
};

const pseudoInverse = ({ pseudoInverseWeights }: LoggedSlates): Float64Array => {
  if (pseudoInverseWeights === undefined) {
    throw unexpected('weights', 'pseudoInverseWeights', pseudoInverseWeights);
  }
  return pseudoInverseWeights;
};

/** The estimators of slates by name; `sn` is for self-normalised. */
export const SLATE_TERMS = {
  standardIps: perSlate(wholeSlate, false),
  snStandardIps: perSlate(wholeSlate, true),
  independentIps: perSlot(slotWeights),
  snIndependentIps: perSlotNormalised(slotWeights),
  rewardInteractionIps: perSlot(prefixWeights),
  snRewardInteractionIps: perSlotNormalised(prefixWeights),
  cascadeDr,
  pseudoInverse: perSlate(pseudoInverse, false),
  snPseudoInverse: perSlate(pseudoInverse, true),
} as const satisfies Record<string, Builder>;

/** The mean sum of rewards per slate as logged. @internal */
export function loggedTerms({ rewards, slots }: LoggedSlates, span: number): RoundTerms {
  return { numerator: sumPerRound(rewards, slots), range: slots * span };
}

function sumPerRound(cells: Float64Array, slots: number): Float64Array {
  const sums = new Float64Array(cells.length / slots);
  for (let i = 0; i < cells.length; i++) sums[Math.floor(i / slots)] += cells[i];
  return sums;
}

function meanPerRound(cells: Float64Array, slots: number): Float64Array {
  return sumPerRound(cells, slots).map((sum) => sum / slots);
}

function largestPerSlot(cells: Float64Array, slots: number): Float64Array {
  const largest = new Float64Array(slots);
  for (let i = 0; i < cells.length; i++) largest[i % slots] = Math.max(largest[i % slots], cells[i]);
  return largest;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
