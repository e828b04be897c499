/** What is surely earned by arms whose mean rewards have nothing in common? */

import { unexpected } from '../../errors.ts';
import type { Feedback, PolicyState, Pool } from '../../funnel/policy.ts';
import { largestWithin, smallestWithin } from '../../numerics/relative-entropy.ts';
import { checkFeedback } from '../checks.ts';
import { column, notSaved } from '../context-free/state.ts';
import type { RewardConfidence } from './reward-confidence.ts';

/** Settings of {@link ArmConfidence}. */
export interface ArmConfidenceOptions {
  /** Number of arms: rows of the catalogue. */
  readonly arms: number;
  /** Probability that some bound fails at some time, in (0, 1). @default 0.05 */
  readonly delta?: number;
}

/**
 * Confidence bounds for arms with rewards in [0, 1], each of a constant mean.
 *
 * After s rewards of an arm with mean m its true mean lies where s kl(m, mu) <= ln(2 K s (s + 1) / delta). By Chernoff's
 * bound one side fails with probability at most delta / (2 K s (s + 1)); the sum over both sides, all s and K arms is
 * delta, since sum 1 / (s (s + 1)) = 1. That holds for every count at once, and so whenever and for whatever reason an
 * arm was chosen (Wu, Shariff, Lattimore and Szepesvari, "Conservative Bandits", ICML 2016, with kl for their
 * sub-Gaussian bound). Cost: O(1) per entry.
 *
 * @example
 * ```ts
 * const confidence = new ArmConfidence({ arms: 10 });
 * const greedy = new EpsilonGreedy({ arms: 10, epsilon: 0 });
 * new ConservativePolicy({ policy: new BetaThompson({ arms: 10 }), baseline: greedy, confidence, alpha: 0.1 });
 * ```
 */
export class ArmConfidence implements RewardConfidence {
  readonly name: string;
  readonly contextual = false;
  readonly #level: number;
  readonly #weights: Float64Array;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  /** The lower bound of the margin of all arms. */
  #bound = 0;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor({ arms, delta = 0.05 }: ArmConfidenceOptions) {
    if (!(Number.isInteger(arms) && arms >= 1)) throw unexpected('a whole number of arms', 'arms', arms);
    if (!(delta > 0 && delta < 1)) throw unexpected('a probability between 0 and 1', 'delta', delta);
    this.#level = (2 * arms) / delta;
    this.#weights = new Float64Array(arms);
    this.#counts = new Float64Array(arms);
    this.#sums = new Float64Array(arms);
    this.name = `arm-confidence@1 ${JSON.stringify({ delta })}`;
  }

  lowerBound({ rows }: Pool, picks: Uint32Array, weight: number): number {
    let bound = this.#bound;
    for (const pick of picks) {
      const arm = this.#arm(rows[pick]);
      bound += this.#least(arm, this.#weights[arm] + weight) - this.#least(arm, this.#weights[arm]);
    }
    return bound;
  }

  book({ rows }: Pool, picks: Uint32Array, weight: number): void {
    for (const pick of picks) {
      const arm = this.#arm(rows[pick]);
      this.#bound -= this.#least(arm, this.#weights[arm]);
      this.#weights[arm] += weight;
      this.#bound += this.#least(arm, this.#weights[arm]);
    }
  }

  check(feedback: Feedback): void {
    checkFeedback(feedback, this.#weights.length);
  }

  learn({ rows, rewards }: Feedback): void {
    rows.forEach((arm, i) => {
      this.#bound -= this.#least(arm, this.#weights[arm]);
      this.#counts[arm]++;
      this.#sums[arm] += rewards[i];
      this.#bound += this.#least(arm, this.#weights[arm]);
    });
  }

  snapshot(): PolicyState {
    return {
      weights: this.#weights.slice(),
      counts: this.#counts.slice(),
      sums: this.#sums.slice(),
      bound: Float64Array.of(this.#bound),
    };
  }

  restore(state: PolicyState): void {
    const arms = this.#weights.length;
    const { weights, bound } = state;
    if (weights?.length !== arms || bound?.length !== 1) throw notSaved('weights', `${weights?.length}`);
    const counts = column(state, 'counts', arms);
    const sums = column(state, 'sums', arms);
    this.#weights.set(weights);
    this.#counts.set(counts);
    this.#sums.set(sums);
    this.#bound = bound[0];
  }

  /** The least that `weight` rewards of the arm may be expected to be. */
  #least(arm: number, weight: number): number {
    if (weight === 0) return 0;
    const count = this.#counts[arm];
    if (count === 0) return Math.min(weight, 0);
    const mean = Math.min(1, this.#sums[arm] / count);
    const bound = Math.log(this.#level * count * (count + 1)) / count;
    return weight * (weight > 0 ? smallestWithin(mean, bound) : largestWithin(mean, bound));
  }

  #arm(row: number): number {
    if (row < this.#weights.length) return row;
    throw unexpected(`an arm below ${this.#weights.length}`, 'rows', row);
  }
}
