/** What if people read from the top and stop at what they like? The cascade model. */

import type { Feedback } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { type ClickLog, type ClickModel, checkClickLog, countClicks, feedbackOf } from './click-model.ts';

/**
 * The cascade model (Craswell, Zoeter, Taylor and Ramsey, "An experimental comparison of click position-bias models",
 * WSDM 2008): places are examined in order, each examined item is clicked with its attraction, and the first click ends
 * the visit.
 *
 * Where a log holds several clicks in a slate, all places up to the last are taken for examined, as in the dependent
 * click model (Guo, Liu and Wang, WSDM 2009).
 *
 * @example
 * ```ts
 * const model = new CascadeModel();
 * const seen = { rows: Uint32Array.of(7, 5, 9), scores: new Float32Array(3), rewards: Float64Array.of(0, 1, 0) };
 * model.examined(seen).rows; // [7, 5]
 * ```
 */
export class CascadeModel implements ClickModel {
  readonly name = 'cascade@1';

  simulate(attraction: ArrayLike<number>, random: RandomStream): Float64Array {
    const clicks = new Float64Array(attraction.length);
    for (let place = 0; place < clicks.length; place++) {
      if (random.uniform() >= attraction[place]) continue;
      clicks[place] = 1;
      break;
    }
    return clicks;
  }

  /** The places up to the last click; all of them where nothing was clicked. */
  examined(feedback: Feedback): Feedback {
    const last = feedback.rewards.findLastIndex((reward) => reward > 0);
    const count = last < 0 ? feedback.rows.length : last + 1;
    return feedbackOf(
      feedback,
      Array.from({ length: count }, (_, place) => place),
    );
  }
}

/** Attractions as a log tells them. Columns run parallel. */
export interface CascadeFit {
  /** Rows that were examined, ascending. */
  readonly rows: Uint32Array;
  /** P(click | examined), the maximum-likelihood estimate. */
  readonly attraction: Float64Array;
  /** How often each was examined. */
  readonly examined: Float64Array;
}

/**
 * The attractions of the cascade model: clicks over examinations. Cost: O(log).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a log without the shape of {@link ClickLog}.
 * @example
 * ```ts
 * const log = { places: 2, rows: Uint32Array.of(0, 1, 1, 0), clicks: [1, 0, 0, 1] };
 * fitCascade(log).attraction; // [1, 0]
 * ```
 */
export function fitCascade(log: ClickLog): CascadeFit {
  checkClickLog(log);
  const { places, clicks } = log;
  const ends = new Uint32Array(log.rows.length / places).fill(places);
  for (let i = 0; i < clicks.length; i++) {
    const slate = Math.floor(i / places);
    if (clicks[i] === 0) continue;
    // Later clicks of a slate come later, so that the last one stays.
    ends[slate] = (i % places) + 1;
  }
  const counts = countClicks(log, (slate, place) => place < ends[slate]);
  const sum = (cells: Float64Array, i: number) =>
    cells.subarray(i * places, (i + 1) * places).reduce((total, value) => total + value, 0);
  const numbers = Array.from(counts.rows, (_, i) => i).filter((i) => sum(counts.shown, i) > 0);
  return {
    rows: Uint32Array.from(numbers, (i) => counts.rows[i]),
    attraction: Float64Array.from(numbers, (i) => sum(counts.clicked, i) / sum(counts.shown, i)),
    examined: Float64Array.from(numbers, (i) => sum(counts.shown, i)),
  };
}
