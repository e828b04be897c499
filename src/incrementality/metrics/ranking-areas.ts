/** What lies under the curves of a ranking? All areas in one pass, for resamples by the hundred. */

import type { RankedRows, Tally } from './ranked-rows.ts';

/** Areas under one curve. */
export interface CurveAreas {
  /** By trapezoids from tie to tie, as scikit-uplift. */
  readonly steps: number;
  /** The heights after each row added up, as causalml. */
  readonly rows: number;
  /** The height where all rows are treated. */
  readonly end: number;
}

/** Areas under both curves of a ranking. */
export interface RankingAreas {
  /** Rows, each as often as it counts. */
  readonly n: number;
  readonly tally: Tally;
  readonly qini: CurveAreas;
  readonly gain: CurveAreas;
}

/**
 * Measures the areas. Written out with plain numbers, because a resample takes a tenth of the time that the functions
 * which draw the curves would take; tests hold both to the same libraries.
 *
 * @param counts how often each row counts, by row number, as a resample has it; absent means once.
 */
export function rankingAreas(
  { order, treatment, outcomes, ends }: RankedRows,
  counts?: Uint8Array,
): RankingAreas {
  let treated = 0;
  let controls = 0;
  let treatedSum = 0;
  let controlSum = 0;
  let qini = 0;
  let gain = 0;
  let qiniRows = 0;
  let gainRows = 0;
  let qiniSteps = 0;
  let gainSteps = 0;
  let lastX = 0;
  let lastQini = 0;
  let lastGain = 0;
  // Rows until the first control, and until both arms are seen: what causalml interpolates.
  let qiniFrom = 0;
  let gainFrom = 0;
  for (let at = 0; at < order.length; at++) {
    for (let again = counts === undefined ? 1 : counts[order[at]]; again > 0; again--) {
      if (treatment[at] === 1) {
        treated++;
        treatedSum += outcomes[at];
      } else {
        controls++;
        controlSum += outcomes[at];
      }
      const n = treated + controls;
      if (controls === 0) {
        qini = treatedSum;
        gain = treatedSum;
        continue;
      }
      qini = treatedSum - (controlSum * treated) / controls;
      if (qiniFrom === 0) {
        qiniFrom = n;
        qiniRows = (qini * (n - 1)) / 2;
      }
      qiniRows += qini;
      if (treated === 0) {
        gain = -controlSum;
        continue;
      }
      gain = (treatedSum / treated - controlSum / controls) * n;
      if (gainFrom === 0) {
        gainFrom = n;
        gainRows = (gain * (n - 1) * (2 * n - 1)) / (6 * n);
      }
      gainRows += gain;
    }
    if (ends[at] === 1) {
      const x = treated + controls;
      qiniSteps += ((x - lastX) * (qini + lastQini)) / 2;
      gainSteps += ((x - lastX) * (gain + lastGain)) / 2;
      lastX = x;
      lastQini = qini;
      lastGain = gain;
    }
  }
  // Without one of the arms nothing is defined.
  const known = treated > 0 && controls > 0;
  return {
    n: treated + controls,
    tally: { treated, controls, treatedSum, controlSum },
    qini: { steps: qiniSteps, rows: qiniRows, end: known ? qini : Number.NaN },
    gain: { steps: gainSteps, rows: gainRows, end: known ? gain : Number.NaN },
  };
}
