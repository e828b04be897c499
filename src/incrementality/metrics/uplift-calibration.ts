/** Is a predicted uplift as large as what then happens? Predictions and outcomes side by side, by bins. */

import { unexpected } from '../../errors.ts';
import type { Interval } from '../../numerics/bootstrap.ts';
import { rankRows, type ScoredRows } from './ranked-rows.ts';

/** Rows of similar predicted uplift. */
export interface UpliftBin {
  readonly rows: number;
  readonly treated: number;
  /** Mean predicted uplift. */
  readonly predicted: number;
  /** Difference of the arms' mean outcomes with its 95 % interval (normal, Neyman's variance); null without both arms. */
  readonly observed: Interval | null;
}

/** Calibration of predicted uplifts. */
export interface UpliftCalibration {
  /** Highest predicted uplift first, of as equal size as can be. */
  readonly bins: readonly UpliftBin[];
  /** Mean over rows of |predicted - observed| of their bins; chance alone makes it larger than 0. */
  readonly error: number;
}

/**
 * Compares predicted with observed uplift in bins of as equal size as can be; the observed uplifts are those of
 * scikit-uplift's `uplift_by_percentile` with `strategy='overall'`. For a trial: arms are compared as they are.
 *
 * Cost: O(n log n).
 *
 * @param bins how many, a whole number from 1 below the number of rows. @default 10
 * @throws ERR_SLUICE_INVALID_ARGUMENT for bins outside their range; otherwise as {@link qini}.
 * @example
 * ```ts
 * const rows = { uplift: [0.4, 0.4, 0, 0], treatment: [1, 0, 1, 0], outcomes: [0.5, 0, 0, 0] };
 * upliftCalibration(rows, 2).error; // 0.05
 * ```
 */
export function upliftCalibration(rows: ScoredRows, bins = 10): UpliftCalibration {
  const n = rows.uplift.length;
  if (!(Number.isInteger(bins) && bins >= 1 && bins < n)) {
    throw unexpected(`a whole number from 1 below ${n}`, 'bins', bins);
  }
  const { order, treatment, outcomes } = rankRows(rows, 'last-row-first');
  const made: UpliftBin[] = [];
  let error = 0;
  let compared = 0;
  for (let bin = 0, from = 0; bin < bins; bin++) {
    const size = Math.floor(n / bins) + (bin < n % bins ? 1 : 0);
    const arms = [new Arm(), new Arm()];
    let predicted = 0;
    for (let at = from; at < from + size; at++) {
      predicted += rows.uplift[order[at]] / size;
      arms[treatment[at]].add(outcomes[at]);
    }
    from += size;
    const [control, treated] = arms;
    let observed: Interval | null = null;
    if (control.n > 0 && treated.n > 0) {
      const mean = treated.mean - control.mean;
      const reach = 1.959963984540054 * Math.sqrt(control.variance + treated.variance);
      observed = { mean, low: mean - reach, high: mean + reach };
      error += size * Math.abs(predicted - mean);
      compared += size;
    }
    made.push({ rows: size, treated: treated.n, predicted, observed });
  }
  return { bins: made, error: error / compared };
}

/** Mean of an arm's outcomes and the variance of that mean. */
class Arm {
  n = 0;
  mean = 0;
  #squares = 0;

  add(outcome: number): void {
    this.n++;
    const change = outcome - this.mean;
    this.mean += change / this.n;
    this.#squares += change * (outcome - this.mean);
  }

  get variance(): number {
    return this.n > 1 ? this.#squares / (this.n - 1) / this.n : 0;
  }
}
