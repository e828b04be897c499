/** How good would another policy have been, whenever one looks? A confidence sequence from weighted rewards. */

import { unexpected } from '../../errors.ts';
import type { Interval } from '../../numerics/bootstrap.ts';
import { AnytimeMean } from './anytime-mean.ts';
import { checkedWeight, type ModelledOutcome, pseudoOutcomes, type Sides } from './pseudo-outcome.ts';
import { afterSettings, alphaOfSide, type ConfidenceSequence } from './sequence.ts';
import { type ValueRange, valueRange } from './value-range.ts';

/** Settings of {@link OffPolicySequence}; the range is that of a reward. */
export interface OffPolicySequenceOptions extends ValueRange {
  /** Probability that the bounds hold at all times, in (0, 1). @default 0.95 */
  readonly level?: number;
  /**
   * Largest product of weight and predicted reward that a model's prediction may have, at least 0; beyond it the
   * prediction is cut. Near the largest common weight it makes the bounds narrow; without a model leave it out. @default 0
   */
  readonly truncation?: number;
}

/**
 * Confidence sequence for the value of a target policy from decisions of another, whose propensities are known: Waudby-
 * Smith, Wu, Ramdas, Karampatziakis, Mineiro, "Anytime-valid off-policy inference for contextual bandits" (ACM/JMS Journal
 * of Data Science 2024, arXiv 2210.10768).
 *
 * The lower bound comes from weight x reward (or doubly robust pseudo-outcomes), the upper one from weight x (1 - reward),
 * both of which have a lower bound, so that no largest weight need be known. The logging policy may learn meanwhile. With
 * policies that change, the bounds hold for the average value so far; where logging never tries what the target does,
 * they are wide and still hold. Cost: O(1) per decision, with a model O(actions).
 *
 * @example
 * ```ts
 * const value = new OffPolicySequence();
 * for (let i = 0; i < 4000; i++) value.add({ weight: i % 4 === 0 ? 4 : 0, reward: i % 8 === 0 ? 1 : 0 });
 * value.interval().mean; // 0.5
 * value.excludes(0.3); // true
 * ```
 */
export class OffPolicySequence implements ConfidenceSequence {
  readonly #range: ReturnType<typeof valueRange>;
  readonly #settings: readonly number[];
  readonly #truncation: number;
  /** The part of the range that lies below a reward. */
  readonly #share: (reward: number) => number;
  /** Of the reward, and of what is missing to the largest reward; both as parts of the range. */
  readonly #gain: AnytimeMean;
  readonly #loss: AnytimeMean;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor(options: OffPolicySequenceOptions = {}) {
    const { level = 0.95, truncation = 0 } = options;
    if (!(truncation >= 0 && truncation < Number.POSITIVE_INFINITY)) {
      throw unexpected('a number of at least 0', 'truncation', truncation);
    }
    this.#range = valueRange(options);
    this.#truncation = truncation;
    const { low, high } = this.#range;
    this.#share = (reward) => (reward - low) / (high - low);
    this.#settings = [low, high, level, truncation];
    const alpha = alphaOfSide(level);
    this.#gain = new AnytimeMean(1 + truncation, alpha);
    this.#loss = new AnytimeMean(1 + truncation, alpha);
  }

  get count(): number {
    return this.#gain.count;
  }

  /**
   * One decision: the reward, and P(what was shown) under the target over that under the logging policy.
   *
   * @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT for a weight below 0 or above 1e140, or a reward outside the
   * range; nothing is added then.
   */
  add({ weight, reward }: { readonly weight: number; readonly reward: number }): void {
    checkedWeight(weight);
    const share = this.#share(this.#range.check(reward, 'reward'));
    this.#add({ gain: weight * share, loss: weight * (1 - share) });
  }

  /**
   * One decision with a model's predictions of all actions, made before its reward was known: doubly robust.
   *
   * @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths, an action that is none of
   * them, probabilities that are none, a propensity of 0 for what was shown; nothing is added then.
   */
  addModelled(outcome: ModelledOutcome): void {
    this.#range.check(outcome.reward, 'reward');
    this.#add(pseudoOutcomes(outcome, this.#share, this.#truncation));
  }

  interval(): Interval {
    const { low, high } = this.#range;
    if (this.count === 0) return { mean: Number.NaN, low, high };
    const least = Math.max(0, this.#gain.mean - this.#gain.radius);
    const most = Math.min(1, 1 - this.#loss.mean + this.#loss.radius);
    const reward = (share: number) => low + (high - low) * share;
    return { mean: reward(this.#gain.mean), low: reward(least), high: reward(most) };
  }

  excludes(value: number): boolean {
    const { low, high } = this.#range;
    const share = (value - low) / (high - low);
    return share < 0 || share > 1 || this.#gain.excludes(share) || this.#loss.excludes(1 - share);
  }

  snapshot(): Float64Array {
    return Float64Array.of(...this.#settings, ...this.#gain.state, ...this.#loss.state);
  }

  restore(state: Float64Array): void {
    const sums = afterSettings(state, this.#settings, 6);
    const held = this.#gain.state;
    this.#gain.state = sums.slice(0, 3);
    try {
      this.#loss.state = sums.slice(3);
    } catch (cause) {
      this.#gain.state = held;
      throw cause;
    }
  }

  #add({ gain, loss }: Sides): void {
    // A prediction above 1 might leave an outcome of -truncation more than the scale below it.
    this.#gain.add(gain, Math.min(this.#gain.shrunken(0.5), 1));
    this.#loss.add(loss, Math.min(this.#loss.shrunken(0.5), 1));
  }
}
