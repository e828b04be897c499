/** What does a click say, and what its absence? The form of click models, and of the slates they are learned from. */

import { unexpected } from '../../errors.ts';
import type { Feedback } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';

/** How people read a slate. Feedback is of one slate, first place first. */
export interface ClickModel {
  /** Name, version and settings. */
  readonly name: string;
  /** Draws clicks, 1 or 0 for each place. @param attraction P(click | examined) of the item at each place. */
  simulate(attraction: ArrayLike<number>, random: RandomStream): Float64Array;
  /**
   * The feedback of the places that were examined: what a policy that learns click rates should be given, for it takes a
   * place that nobody saw for an item that nobody wanted.
   */
  examined(feedback: Feedback, random: RandomStream): Feedback;
  /** The feedback with scores lowered to the success that was to be expected where it stood, if the model knows that. */
  discounted?(feedback: Feedback): Feedback;
}

/** Logged slates of one length. */
export interface ClickLog {
  /** Number of places. */
  readonly places: number;
  /** What was shown: slates x places, row-major. */
  readonly rows: Uint32Array;
  /** 1 for a click, else 0; the same shape. */
  readonly clicks: ArrayLike<number>;
}

/** How often each row was shown and clicked at each place. @internal */
export interface ClickCounts {
  /** The rows that occur, ascending. */
  readonly rows: Uint32Array;
  /** Rows that occur x places. */
  readonly shown: Float64Array;
  readonly clicked: Float64Array;
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for a log without that shape. @internal */
export function checkClickLog({ places, rows, clicks }: ClickLog): void {
  if (!(Number.isInteger(places) && places >= 1)) {
    throw unexpected('a whole number of at least 1', 'places', places);
  }
  if (rows.length === 0 || rows.length % places !== 0) {
    throw unexpected(`whole slates of ${places}`, 'rows', rows.length);
  }
  if (clicks.length !== rows.length) throw unexpected(`${rows.length} clicks`, 'clicks', clicks.length);
  for (let i = 0; i < clicks.length; i++) {
    if (clicks[i] !== 0 && clicks[i] !== 1) throw unexpected('1 or 0', `clicks[${i}]`, clicks[i]);
  }
}

/**
 * Counts impressions and clicks. Cost: O(log).
 *
 * @param examined whether the place of a slate counts. @internal
 */
export function countClicks(
  { places, rows, clicks }: ClickLog,
  examined: (slate: number, place: number) => boolean = () => true,
): ClickCounts {
  const known = new Set<number>(rows);
  const occurring = Uint32Array.from(known).sort();
  const numberOf = new Map(Array.from(occurring, (row, i) => [row, i]));
  const shown = new Float64Array(occurring.length * places);
  const clicked = new Float64Array(occurring.length * places);
  for (let i = 0; i < rows.length; i++) {
    const place = i % places;
    if (!examined((i - place) / places, place)) continue;
    const cell = (numberOf.get(rows[i]) as number) * places + place;
    shown[cell]++;
    clicked[cell] += clicks[i];
  }
  return { rows: occurring, shown, clicked };
}

/** The feedback of some places only. @internal */
export function feedbackOf(feedback: Feedback, places: readonly number[]): Feedback {
  const { rows, scores, rewards, features } = feedback;
  const kept = {
    ...feedback,
    rows: Uint32Array.from(places, (place) => rows[place]),
    scores: Float32Array.from(places, (place) => scores[place]),
    rewards: Float64Array.from(places, (place) => rewards[place]),
  };
  if (features === undefined) return kept;
  const dimension = features.length / rows.length;
  const vectors = new Float32Array(places.length * dimension);
  places.forEach((place, i) => {
    vectors.set(features.subarray(place * dimension, (place + 1) * dimension), i * dimension);
  });
  return { ...kept, features: vectors };
}
