/** When do people watch, and what do they like at that hour? The daily rhythm of a simulated world. */

import { GENRES } from './genres.ts';

/** Milliseconds in an hour. */
export const HOUR = 3_600_000;

/** Milliseconds in a day. */
export const DAY = 24 * HOUR;

/** The share of a day's visits that falls into each hour (UTC): quiet before dawn, highest at 20 to 21. Sums to 1. */
export const ACTIVITY_BY_HOUR: readonly number[] = [
  0.026, 0.016, 0.009, 0.006, 0.005, 0.006, 0.012, 0.022, 0.028, 0.027, 0.028, 0.032, 0.044, 0.042, 0.04,
  0.045, 0.052, 0.06, 0.074, 0.092, 0.106, 0.102, 0.078, 0.048,
];

/** The hour of the day (0 to 23, UTC) of a time in milliseconds since 1970. */
export function hourOf(time: number): number {
  return ((Math.floor(time / HOUR) % 24) + 24) % 24;
}

/**
 * How much better each genre is liked at each hour, in logits: `swing x cos(2 pi (hour - peakHour) / 24)`.
 *
 * @returns 24 x 18, row-major, a row per hour.
 */
export function genreShifts(): Float64Array {
  const shifts = new Float64Array(24 * GENRES.length);
  for (let hour = 0; hour < 24; hour++) {
    GENRES.forEach(({ peakHour, swing }, genre) => {
      shifts[hour * GENRES.length + genre] = swing * Math.cos((2 * Math.PI * (hour - peakHour)) / 24);
    });
  }
  return shifts;
}
