/** In which order would rows be treated? By predicted uplift, highest first, with what came of each. */

import { unexpected } from '../../errors.ts';
import { noEffect } from '../learners/uplift-data.ts';

/** Rows of a trial with a prediction of the uplift of each, made without having seen the row's outcome. */
export interface ScoredRows {
  /** Predicted effects, one per row, or anything that ranks rows; finite. */
  readonly uplift: ArrayLike<number>;
  /** 1 where the row was treated, 0 where it was held out, by chance. */
  readonly treatment: ArrayLike<number>;
  /** What came of it: 0 or 1, or any finite number. */
  readonly outcomes: ArrayLike<number>;
}

/** The columns in order of predicted uplift. */
export interface RankedRows {
  /** Row numbers, highest uplift first. */
  readonly order: Uint32Array;
  readonly treatment: Uint8Array;
  readonly outcomes: Float64Array;
  /** 1 where the next row has another uplift, and at the last row: curves in steps of ties have a point here. */
  readonly ends: Uint8Array;
  /** Whether every outcome is 0 or 1. */
  readonly binary: boolean;
}

/** Which of two rows of equal uplift comes first. */
export type TieOrder = 'first-row-first' | 'last-row-first';

/**
 * Sorts rows by uplift. Cost: O(n log n).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths or a treatment that is not 0 or 1;
 * ERR_SLUICE_NON_FINITE; ERR_SLUICE_NO_EFFECT without treated rows or without controls.
 */
export function rankRows(
  { uplift, treatment, outcomes }: ScoredRows,
  ties: TieOrder = 'first-row-first',
): RankedRows {
  const n = uplift.length;
  if (treatment.length !== n) throw unexpected(`${n} entries, one per row,`, 'treatment', treatment.length);
  if (outcomes.length !== n) throw unexpected(`${n} entries, one per row,`, 'outcomes', outcomes.length);
  let treated = 0;
  let binary = true;
  for (let i = 0; i < n; i++) {
    if (treatment[i] !== 0 && treatment[i] !== 1) throw unexpected('0 or 1', 'treatment', treatment[i]);
    treated += treatment[i];
    binary &&= outcomes[i] === 0 || outcomes[i] === 1;
    if (!Number.isFinite(uplift[i]))
      throw unexpected('finite numbers', 'uplift', uplift[i], 'ERR_SLUICE_NON_FINITE');
    if (!Number.isFinite(outcomes[i]))
      throw unexpected('finite numbers', 'outcomes', outcomes[i], 'ERR_SLUICE_NON_FINITE');
  }
  if (treated === 0) throw noEffect('no row was treated');
  if (treated === n) throw noEffect('all rows were treated, and there are no controls to compare them with');
  const turn = ties === 'first-row-first' ? 1 : -1;
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((a, b) => uplift[b] - uplift[a] || turn * (a - b));
  return {
    order,
    treatment: Uint8Array.from(order, (i) => treatment[i]),
    outcomes: Float64Array.from(order, (i) => outcomes[i]),
    ends: Uint8Array.from(order, (i, at) => (at + 1 < n && uplift[order[at + 1]] === uplift[i] ? 0 : 1)),
    binary,
  };
}

/** What the rows down to some place of a ranking hold. */
export interface Tally {
  readonly treated: number;
  readonly controls: number;
  /** Sum of the outcomes of treated rows. */
  readonly treatedSum: number;
  /** Sum of the outcomes of controls. */
  readonly controlSum: number;
}

/** Goes down a ranking and calls `visit` after each row, with whether rows of another uplift follow. */
export function walk(
  { treatment, outcomes, ends }: RankedRows,
  visit: (tally: Tally, end: boolean) => void,
): void {
  const tally = { treated: 0, controls: 0, treatedSum: 0, controlSum: 0 };
  for (let at = 0; at < ends.length; at++) {
    if (treatment[at] === 1) {
      tally.treated++;
      tally.treatedSum += outcomes[at];
    } else {
      tally.controls++;
      tally.controlSum += outcomes[at];
    }
    visit(tally, ends[at] === 1);
  }
}
