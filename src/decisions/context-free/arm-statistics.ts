/** What has been seen of each arm? Successes, and the successes that the scores promised. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Feedback, PolicyState } from '../../funnel/policy.ts';

/**
 * Observed and expected successes of every arm (row of the catalogue).
 *
 * An arm shown with score p adds p to what was expected and its reward to what was observed, so that their ratio is
 * the arm's lift over what the scorers believe. With one score for all it is the plain success rate, rescaled.
 */
export class ArmStatistics {
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  /** Sums over all arms. */
  totalObserved = 0;
  totalExpected = 0;

  /** @param arms number of rows of the catalogue. */
  constructor(arms: number) {
    if (!Number.isInteger(arms) || arms < 0) throw unexpected('a whole number of arms', 'arms', arms);
    this.observed = new Float64Array(arms);
    this.expected = new Float64Array(arms);
  }

  /** Adds outcomes. @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT; nothing is added then. */
  add({ rows, scores, rewards }: Feedback): void {
    if (scores.length !== rows.length || rewards.length !== rows.length) {
      throw unexpected(
        `columns of ${rows.length} entries`,
        'feedback',
        `${scores.length} scores, ${rewards.length} rewards`,
      );
    }
    for (let i = 0; i < rows.length; i++) {
      if (rows[i] >= this.observed.length) {
        throw unexpected(`an arm below ${this.observed.length}`, `rows[${i}]`, rows[i]);
      }
      if (!(rewards[i] >= 0 && rewards[i] <= 1)) {
        throw unexpected('a reward from 0 to 1', `rewards[${i}]`, rewards[i], 'ERR_SLUICE_NON_FINITE');
      }
      if (!(scores[i] > 0 && scores[i] < 1)) {
        throw unexpected('a probability between 0 and 1', `scores[${i}]`, scores[i], 'ERR_SLUICE_NON_FINITE');
      }
    }
    for (let i = 0; i < rows.length; i++) {
      this.observed[rows[i]] += rewards[i];
      this.expected[rows[i]] += scores[i];
      this.totalObserved += rewards[i];
      this.totalExpected += scores[i];
    }
  }

  snapshot(): PolicyState {
    return {
      observed: this.observed.slice(),
      expected: this.expected.slice(),
      totals: Float64Array.of(this.totalObserved, this.totalExpected),
    };
  }

  restore({ observed, expected, totals }: PolicyState): void {
    if (
      observed?.length !== this.observed.length ||
      expected?.length !== observed.length ||
      totals?.length !== 2
    ) {
      throw new SluiceError(
        'ERR_SLUICE_INVALID_ARGUMENT',
        `Expected the state of ${this.observed.length} arms but received ${observed?.length ?? 'none'}`,
        { remedy: 'Restore the state that this policy saved over the same catalogue.' },
      );
    }
    this.observed.set(observed);
    this.expected.set(expected);
    [this.totalObserved, this.totalExpected] = totals;
  }
}
