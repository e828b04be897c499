/** What is a confidence sequence? An interval that stays valid however often one looks, and whenever one stops. */

import { unexpected } from '../../errors.ts';
import type { Interval } from '../../numerics/bootstrap.ts';

/**
 * An interval for a running average that holds at all times at once with the probability asked for: one may look after
 * every observation and stop because of what one sees (Darling and Robbins 1967; Howard et al. 2021).
 */
export interface ConfidenceSequence {
  /** Observations so far. */
  readonly count: number;
  /**
   * The estimate with its bounds, as of now; the whole range with NaN as mean before the first observation. Cost: O(1).
   */
  interval(): Interval;
  /** True if `value` lies outside the bounds now, such as 0 for a difference: evidence enough to stop. Cost: O(1). */
  excludes(value: number): boolean;
  /** Settings and sums; restores to the same bounds bit for bit. */
  snapshot(): Float64Array;
  /** @throws ERR_SLUICE_INVALID_ARGUMENT for the state of another kind or other settings. */
  restore(state: Float64Array): void;
}

/** Alpha of either side. @throws ERR_SLUICE_INVALID_ARGUMENT for a level that is not between 0 and 1. @internal */
export function alphaOfSide(level: number): number {
  if (!(level > 0 && level < 1)) throw unexpected('a number between 0 and 1', 'level', level);
  return (1 - level) / 2;
}

/** What follows the settings in a state. @throws ERR_SLUICE_INVALID_ARGUMENT where these are others. @internal */
export function afterSettings(
  state: Float64Array,
  settings: readonly number[],
  sums: number,
): readonly number[] {
  if (
    !(state instanceof Float64Array && state.length === settings.length + sums) ||
    settings.some((value, i) => state[i] !== value)
  ) {
    throw unexpected('the state of a sequence with the same settings', 'state', state);
  }
  return Array.from(state.subarray(settings.length));
}
