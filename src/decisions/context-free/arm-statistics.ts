/** What has been seen of each arm? Successes, and the successes that the scores promised. */

import { unexpected } from '../../errors.ts';
import type { Feedback, PolicyState, Pool } from '../../funnel/policy.ts';
import { checkArms, checkFeedback, checkPool } from '../checks.ts';
import { column, notSaved } from './state.ts';

/** Sums of discounted outcomes are scaled down when the weight of the newest exceeds this; exact, as a power of 2. */
const RESCALE = 2 ** 500;

/**
 * Observed and expected successes of every arm (row of the catalogue).
 *
 * An arm shown with score p adds p to what was expected and its reward to what was observed, so that their ratio is
 * the arm's lift over what the scorers believe. With one score for all it is the plain success rate, rescaled.
 *
 * With a discount below 1 every outcome multiplies all that was before it by the discount. Instead of touching all
 * arms, the newest outcome weighs ever more: sums are to be divided by {@link ArmStatistics.weight}.
 */
export class ArmStatistics {
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  /** Sums over all arms. */
  totalObserved = 0;
  totalExpected = 0;
  /** Outcomes learned. */
  outcomes = 0;
  /** What the newest outcome weighs in all sums; 1 without a discount. */
  weight = 1;
  readonly #discount: number;

  /** @param arms number of rows of the catalogue. @param discount in (0, 1]. */
  constructor(arms: number, discount = 1) {
    checkArms(arms);
    if (!(discount > 0 && discount <= 1)) throw unexpected('above 0 and at most 1', 'discount', discount);
    this.observed = new Float64Array(arms);
    this.expected = new Float64Array(arms);
    this.#discount = discount;
  }

  /** Adds outcomes. @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT; nothing is added then. */
  add(feedback: Feedback): void {
    const { rows, scores, rewards } = feedback;
    checkFeedback(feedback, this.observed.length);
    checkPromises(scores);
    for (let i = 0; i < rows.length; i++) {
      this.weight /= this.#discount;
      if (this.weight > RESCALE) this.#rescale();
      this.observed[rows[i]] += this.weight * rewards[i];
      this.expected[rows[i]] += this.weight * scores[i];
      this.totalObserved += this.weight * rewards[i];
      this.totalExpected += this.weight * scores[i];
    }
    this.outcomes += rows.length;
  }

  /** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_NON_FINITE for a pool whose outcomes could not be added. */
  checkPool(pool: Pool): void {
    checkPool(pool, this.observed.length);
    checkPromises(pool.scores);
  }

  snapshot(): PolicyState {
    return {
      observed: this.observed.slice(),
      expected: this.expected.slice(),
      totals: Float64Array.of(this.totalObserved, this.totalExpected, this.outcomes, this.weight),
    };
  }

  restore(state: PolicyState): void {
    const observed = column(state, 'observed', this.observed.length);
    const expected = column(state, 'expected', this.expected.length);
    const totals = column(state, 'totals', 4);
    if (totals[3] === 0) throw notSaved('totals', 'a weight of 0');
    this.observed.set(observed);
    this.expected.set(expected);
    [this.totalObserved, this.totalExpected, this.outcomes, this.weight] = totals;
  }

  #rescale(): void {
    for (const sums of [this.observed, this.expected]) {
      for (let arm = 0; arm < sums.length; arm++) sums[arm] /= RESCALE;
    }
    this.totalObserved /= RESCALE;
    this.totalExpected /= RESCALE;
    this.weight /= RESCALE;
  }
}

/** A promise of 0 or 1 leaves no ratio to learn. */
function checkPromises(scores: Float32Array): void {
  for (let i = 0; i < scores.length; i++) {
    if (!(Number.isFinite(scores[i]) && scores[i] > 0 && scores[i] < 1)) {
      throw unexpected('a probability between 0 and 1', `scores[${i}]`, scores[i], 'ERR_SLUICE_NON_FINITE');
    }
  }
}
