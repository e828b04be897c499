/** Which gain does a score mean? A curve through knots, linear between them and level beyond the ends. */

/** An expected gain in quality with bounds, each in [-1, 1]: quality with reasoning less quality without. */
export interface Gain {
  readonly mean: number;
  /** Lower bound of the expected gain; the router buys by it. */
  readonly low: number;
  readonly high: number;
}

/** A calibration curve; parallel arrays, at least one knot. */
export interface GainCurve {
  /** Ascending. */
  readonly scores: readonly number[];
  /** Expected gains, in [-1, 1], ascending or level, as are the bounds. */
  readonly means: readonly number[];
  readonly lows: readonly number[];
  readonly highs: readonly number[];
}

/** The gain that a score means. Cost: a binary search over the knots. */
export function gainAt({ scores, means, lows, highs }: GainCurve, score: number): Gain {
  let low = 0;
  let high = scores.length - 1;
  if (!(score > scores[low])) high = low;
  else if (score >= scores[high]) low = high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle] <= score) low = middle;
    else high = middle;
  }
  const share = high > low ? (score - scores[low]) / (scores[high] - scores[low]) : 0;
  const between = (values: readonly number[]) => values[low] + share * (values[high] - values[low]);
  return { mean: between(means), low: between(lows), high: between(highs) };
}
