/** What does one decision say of another policy's value, given a model of the reward? Doubly robust, bounded below. */

import { type SluiceError, unexpected } from '../../errors.ts';

/** A decision with what both policies and the model thought of every action. Columns run parallel. */
export interface ModelledOutcome {
  /** Index of what was shown. */
  readonly action: number;
  readonly reward: number;
  /** P(action) under the target policy; sums to 1. */
  readonly target: ArrayLike<number>;
  /** P(action) under the logging policy; above 0 for what was shown. */
  readonly logging: ArrayLike<number>;
  /** Expected reward of each action by a model that has not seen this reward. */
  readonly predictions: ArrayLike<number>;
}

/** Pseudo-outcomes of the reward and of what is missing to the largest; neither below -truncation. @internal */
export interface Sides {
  readonly gain: number;
  readonly loss: number;
}

/**
 * w (R - t_A) + sum over a of target(a) t_a with t_a = min(prediction_a, truncation / w_a), and the same of 1 - R and
 * 1 - prediction (Waudby-Smith et al. 2210.10768, section 2.2), rewards and predictions as parts of a range.
 *
 * @param share maps a reward or prediction into [0, 1].
 * @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT. @internal
 */
export function pseudoOutcomes(
  { action, reward, target, logging, predictions }: ModelledOutcome,
  share: (reward: number) => number,
  truncation: number,
): Sides {
  const actions = target.length;
  if (logging.length !== actions || predictions.length !== actions) {
    const lengths = `${logging.length} propensities, ${predictions.length} predictions`;
    throw unexpected(`columns of ${actions} actions`, 'outcome', lengths);
  }
  if (!(Number.isInteger(action) && action >= 0 && action < actions)) {
    throw unexpected(`an action below ${actions}`, 'action', action);
  }
  let total = 0;
  let gain = 0;
  let loss = 0;
  let shown = 0;
  for (let a = 0; a < actions; a++) {
    const wanted = target[a];
    const logged = logging[a];
    if (!(wanted >= 0 && wanted <= 1)) throw noProbability('target', a, wanted);
    if (!(logged >= 0 && logged <= 1)) throw noProbability('logging', a, logged);
    // Any prediction is allowed; one outside the range of rewards can only be wrong.
    const prediction = Math.min(Math.max(share(predictions[a]), 0), 1);
    if (Number.isNaN(prediction)) {
      throw unexpected('a number', `predictions[${a}]`, predictions[a], 'ERR_SLUICE_NON_FINITE');
    }
    total += wanted;
    // target(a) min(prediction, truncation / w), which is 0 where the target never goes.
    const most = truncation * logged;
    gain += Math.min(wanted * prediction, most);
    loss += Math.min(wanted * (1 - prediction), most);
    if (a === action) shown = prediction;
  }
  if (Math.abs(total - 1) > 1e-6) throw unexpected('probabilities that sum to 1', 'target', total);
  if (!(logging[action] > 0)) {
    throw unexpected('a probability above 0', `logging[${action}]`, logging[action]);
  }
  const weight = checkedWeight(target[action] / logging[action]);
  if (weight === 0) return { gain, loss };
  const most = truncation / weight;
  const rewarded = share(reward);
  return {
    gain: gain + weight * (rewarded - Math.min(shown, most)),
    loss: loss + weight * (1 - rewarded - Math.min(1 - shown, most)),
  };
}

/** The largest weight whose square leaves room for a long sum. */
const LARGEST_WEIGHT = 1e140;

/** @throws ERR_SLUICE_NON_FINITE for a weight below 0 or above 1e140. @internal */
export function checkedWeight(weight: number): number {
  if (weight >= 0 && weight <= LARGEST_WEIGHT) return weight;
  throw unexpected('a number from 0 to 1e140', 'weight', weight, 'ERR_SLUICE_NON_FINITE');
}

function noProbability(name: string, action: number, value: number): SluiceError {
  const code = Number.isFinite(value) ? 'ERR_SLUICE_INVALID_ARGUMENT' : 'ERR_SLUICE_NON_FINITE';
  return unexpected('a probability', `${name}[${action}]`, value, code);
}
