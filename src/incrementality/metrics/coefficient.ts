/** How good is a ranking by uplift, in one number? Qini coefficient and area under the uplift curve. */

import { unexpected } from '../../errors.ts';
import { noEffect } from '../learners/uplift-data.ts';
import { gainHeight, heightOf, qiniHeight, type UpliftConvention } from './curve.ts';
import { rankRows, type ScoredRows, type Tally } from './ranked-rows.ts';
import { type RankingAreas, rankingAreas } from './ranking-areas.ts';

/**
 * The Qini coefficient: the area between the Qini curve and the diagonal (Radcliffe 2007); 0 for a random ranking.
 *
 * `scikit-uplift` equals its `qini_auc_score`, `causalml` its `qini_score`. Cost: O(n log n).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths, a treatment other than 0 and 1, or outcomes other
 * than 0 and 1 with `scikit-uplift`; ERR_SLUICE_NON_FINITE; ERR_SLUICE_NO_EFFECT without treated rows, without
 * controls, or where the convention would divide by 0.
 * @example
 * ```ts
 * const rows = { uplift: [4, 3, 2, 1], treatment: [1, 0, 1, 0], outcomes: [1, 0, 0, 0] };
 * qini(rows, 'scikit-uplift'); // 1
 * ```
 */
export function qini(rows: ScoredRows, convention: UpliftConvention): number {
  return checked(qiniOf, rows, convention);
}

/**
 * The area under the uplift curve; `scikit-uplift` counts from the diagonal, so that a random ranking has 0, as its
 * `uplift_auc_score`; `causalml` from the axis, so that it has about 1/2, as its `auuc_score`. Cost: O(n log n).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_NON_FINITE, ERR_SLUICE_NO_EFFECT as {@link qini}.
 * @example
 * ```ts
 * const rows = { uplift: [4, 3, 2, 1], treatment: [1, 0, 1, 0], outcomes: [1, 0, 0, 0] };
 * auuc(rows, 'scikit-uplift'); // 0.5
 * ```
 */
export function auuc(rows: ScoredRows, convention: UpliftConvention): number {
  return checked(auucOf, rows, convention);
}

function checked(score: typeof qiniOf, rows: ScoredRows, convention: UpliftConvention): number {
  const ranked = rankRows(rows);
  if (convention === 'scikit-uplift' && !ranked.binary) {
    throw unexpected('0 or 1, as scikit-uplift takes,', 'outcomes', rows.outcomes);
  }
  const value = score(rankingAreas(ranked), convention);
  if (Number.isFinite(value)) return value;
  throw noEffect(`the ${convention} convention divides by 0 here: no ranking is better than another`);
}

/** {@link qini} of the areas of a ranking; NaN where it is not defined. */
export function qiniOf(
  { tally, n, qini: { steps, rows, end } }: RankingAreas,
  convention: UpliftConvention,
): number {
  if (convention === 'scikit-uplift') {
    return (steps - (n * end) / 2) / (perfectArea(tally, QINI_GROUPS, qiniHeight) - (n * end) / 2);
  }
  const mean = rows / (n + 1) - end / 2;
  return convention === 'causalml' ? mean / Math.abs(end) : mean / n;
}

/** {@link auuc} of the areas of a ranking; NaN where it is not defined. */
export function auucOf(
  { tally, n, gain: { steps, rows, end } }: RankingAreas,
  convention: UpliftConvention,
): number {
  if (convention === 'scikit-uplift') {
    const { treated, treatedSum, controlSum } = tally;
    const groups =
      controlSum > treated - treatedSum ? UPLIFT_GROUPS : [...UPLIFT_GROUPS.slice(0, 2), ...SWAPPED];
    return (steps - (n * end) / 2) / (perfectArea(tally, groups, gainHeight) - (n * end) / 2);
  }
  const mean = rows / (n + 1);
  return convention === 'causalml' ? mean / Math.abs(end) : mean / n;
}

/** Groups of a perfect ranking, best first: [arm, outcome] pairs that tie. */
type Groups = readonly (readonly (readonly [arm: 0 | 1, outcome: 0 | 1])[])[];

const QINI_GROUPS: Groups = [
  [[1, 1]],
  [
    [0, 0],
    [1, 0],
  ],
  [[0, 1]],
];

/** As scikit-uplift ranks when more controls responded than treated rows did not. */
const UPLIFT_GROUPS: Groups = [[[1, 1]], [[0, 0]], [[0, 1]], [[1, 0]]];
const SWAPPED: Groups = [[[1, 0]], [[0, 1]]];

/** The area under the curve of a perfect ranking, which four counts determine. */
function perfectArea(
  { treated, controls, treatedSum, controlSum }: Tally,
  groups: Groups,
  height: (tally: Tally) => number,
): number {
  const counts = [
    [controls - controlSum, controlSum],
    [treated - treatedSum, treatedSum],
  ];
  const now = { treated: 0, controls: 0, treatedSum: 0, controlSum: 0 };
  let area = 0;
  let x = 0;
  let y = 0;
  for (const group of groups) {
    for (const [arm, outcome] of group) {
      const count = counts[arm][outcome];
      if (arm === 1) now.treated += count;
      else now.controls += count;
      if (arm === 1) now.treatedSum += outcome * count;
      else now.controlSum += outcome * count;
    }
    const next = now.treated + now.controls;
    if (next === x) continue;
    const height_ = heightOf(now, height);
    area += ((next - x) * (height_ + y)) / 2;
    x = next;
    y = height_;
  }
  return area;
}
