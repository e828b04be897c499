/** How much does treating the rows of highest predicted uplift bring? Qini and uplift curves, by their conventions. */

import { type RankedRows, rankRows, type ScoredRows, type Tally, walk } from './ranked-rows.ts';

/**
 * Whose formula a curve or coefficient follows; they differ in scale, never in sign.
 *
 * - `scikit-uplift`: area above the diagonal over that of a perfect ranking; curves step from tie to tie; outcomes 0 or 1.
 * - `causalml`: mean height (of Qini: above the diagonal) of the curve, over the curve's end, where all are treated;
 *   a point for each row, ties in order of rows.
 * - `per-row`: causalml's without normalisation, over the number of rows, in units of the outcome: what a small overall
 *   effect does not blow up.
 */
export type UpliftConvention = 'scikit-uplift' | 'causalml' | 'per-row';

/** A curve over the share of rows treated. */
export interface UpliftCurve {
  /** Numbers of rows, from 0, ascending. */
  readonly x: Float64Array;
  /** Incremental outcomes among so many rows. */
  readonly y: Float64Array;
}

/**
 * The Qini curve: incremental outcomes of the *treated* rows among the first x by predicted uplift, controls scaled to
 * as many (Radcliffe 2007).
 *
 * Equals scikit-uplift's `qini_curve` and causalml's `get_qini` (which interpolates from 0 until both arms are seen).
 * Cost: O(n log n).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_NON_FINITE, ERR_SLUICE_NO_EFFECT as {@link qini}.
 * @example
 * ```ts
 * const rows = { uplift: [4, 3, 2, 1], treatment: [1, 0, 1, 0], outcomes: [1, 0, 0, 0] };
 * qiniCurve(rows, 'scikit-uplift').y; // [0, 1, 1, 1, 1]
 * ```
 */
export function qiniCurve(rows: ScoredRows, convention: UpliftConvention): UpliftCurve {
  return curveOf(rankRows(rows), convention, qiniHeight);
}

/**
 * The uplift curve, or cumulative gain: difference of the arms' mean outcomes among the first x rows by predicted
 * uplift, times x (Gutierrez and Gerardy 2016).
 *
 * Equals scikit-uplift's `uplift_curve` and causalml's `get_cumgain`. Cost: O(n log n).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_NON_FINITE, ERR_SLUICE_NO_EFFECT as {@link qini}.
 * @example
 * ```ts
 * const rows = { uplift: [4, 3, 2, 1], treatment: [1, 0, 1, 0], outcomes: [1, 0, 0, 0] };
 * upliftCurve(rows, 'scikit-uplift').y; // [0, 1, 2, 1.5, 2]
 * ```
 */
export function upliftCurve(rows: ScoredRows, convention: UpliftConvention): UpliftCurve {
  return curveOf(rankRows(rows), convention, gainHeight);
}

/** Incremental outcomes of the treated; NaN where it is 0 / 0 to causalml. */
export function qiniHeight({ treated, controls, treatedSum, controlSum }: Tally): number {
  return treatedSum - (controlSum * treated) / controls;
}

/** Mean uplift times rows; NaN while an arm is missing. */
export function gainHeight({ treated, controls, treatedSum, controlSum }: Tally): number {
  return (treatedSum / treated - controlSum / controls) * (treated + controls);
}

/** scikit-uplift's height, which takes the mean of an arm without rows for 0. */
export function heightOf(tally: Tally, height: (tally: Tally) => number): number {
  const { treated, controls, treatedSum, controlSum } = tally;
  if (treated > 0 && controls > 0) return height(tally);
  if (height === qiniHeight) return treatedSum;
  return treated > 0 ? treatedSum : -controlSum;
}

function curveOf(
  ranked: RankedRows,
  convention: UpliftConvention,
  height: (tally: Tally) => number,
): UpliftCurve {
  const x = [0];
  const y = [0];
  if (convention === 'scikit-uplift') {
    walk(ranked, (tally, end) => {
      if (!end) return;
      x.push(tally.treated + tally.controls);
      y.push(heightOf(tally, height));
    });
    return { x: Float64Array.from(x), y: Float64Array.from(y) };
  }
  walk(ranked, (tally) => {
    x.push(tally.treated + tally.controls);
    y.push(height(tally));
  });
  const first = y.findIndex((value, i) => i > 0 && !Number.isNaN(value));
  for (let i = 1; i < first; i++) y[i] = y[first] * interpolated(i, first, height);
  if (convention === 'per-row') for (let i = 0; i < y.length; i++) y[i] /= ranked.order.length;
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** The share of the first defined height that causalml draws at row i before it: of a gain it interpolates the mean. */
function interpolated(i: number, first: number, height: (tally: Tally) => number): number {
  return height === qiniHeight ? i / first : (i / first) ** 2;
}
