/** How sure is a Qini curve? Its heights at even shares of the rows, with bounds from resamples. */

import { unexpected } from '../../errors.ts';
import { quantile } from '../../numerics/bootstrap.ts';
import { RandomStream } from '../../numerics/random.ts';
import { type RankedRows, rankRows, type ScoredRows } from './ranked-rows.ts';

/** How a band is made. */
export interface QiniBandOptions {
  /** Steps of the curve. @default 50 */
  readonly points?: number;
  /** @default 200 */
  readonly resamples?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** A Qini curve with 95 % bounds at each of its points, not of all at once; `points` + 1 numbers in each column. */
export interface QiniBand {
  /** Shares of the rows that are treated, from 0 to 1. */
  readonly shares: Float64Array;
  /** Incremental outcomes of the treated rows among so many. */
  readonly heights: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The Qini curve at even shares, with percentile bootstrap bounds over rows. Cost: `resamples` passes.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for options outside their range; otherwise as {@link qini}.
 * @example
 * ```ts
 * const rows = { uplift: [4, 3, 2, 1], treatment: [1, 0, 1, 0], outcomes: [1, 0, 0, 0] };
 * qiniBand(rows, { points: 2 }).heights; // [0, 1, 1]
 * ```
 */
export function qiniBand(
  rows: ScoredRows,
  { points = 50, resamples = 200, seed = 1 }: QiniBandOptions = {},
): QiniBand {
  for (const [name, value] of Object.entries({ points, resamples })) {
    if (!(Number.isInteger(value) && value >= 1)) throw unexpected('a whole number from 1', name, value);
  }
  const ranked = rankRows(rows);
  const n = ranked.order.length;
  const counts = new Uint8Array(n).fill(1);
  const heights = heightsAt(ranked, counts, points);
  const random = new RandomStream(seed, 'qini band');
  const drawn = Array.from({ length: points + 1 }, () => new Float64Array(resamples));
  for (let r = 0; r < resamples; r++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[random.below(n)]++;
    const values = heightsAt(ranked, counts, points);
    for (let point = 0; point <= points; point++) drawn[point][r] = values[point];
  }
  for (const values of drawn) values.sort();
  return {
    shares: Float64Array.from(drawn, (_, point) => point / points),
    heights,
    low: Float64Array.from(drawn, (values) => quantile(values, 0.025)),
    high: Float64Array.from(drawn, (values) => quantile(values, 0.975)),
  };
}

function heightsAt(
  { order, treatment, outcomes }: RankedRows,
  counts: Uint8Array,
  points: number,
): Float64Array {
  const heights = new Float64Array(points + 1);
  const n = order.length;
  let treated = 0;
  let controls = 0;
  let treatedSum = 0;
  let controlSum = 0;
  let point = 1;
  for (let at = 0; at < n; at++) {
    const count = counts[order[at]];
    if (treatment[at] === 1) {
      treated += count;
      treatedSum += count * outcomes[at];
    } else {
      controls += count;
      controlSum += count * outcomes[at];
    }
    for (; point <= points && (treated + controls) * points >= point * n; point++) {
      heights[point] = treatedSum - (controls === 0 ? 0 : (controlSum * treated) / controls);
    }
  }
  return heights;
}
