/** Within which bounds does a value lie? Every interval without assumptions needs to know. */

import { unexpected } from '../../errors.ts';

/** Bounds that every value keeps. */
export interface ValueRange {
  /** @default 0 */
  readonly low?: number;
  /** Above `low`. @default 1 */
  readonly high?: number;
}

/** Bounds with a check. @throws ERR_SLUICE_INVALID_ARGUMENT for bounds in no order. @internal */
export function valueRange({ low = 0, high = 1 }: ValueRange): {
  readonly low: number;
  readonly high: number;
  /** The value itself. @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT for one outside. */
  check(value: number, name: string): number;
} {
  if (!Number.isFinite(low)) throw unexpected('a finite number', 'low', low);
  if (!(high > low && high < Number.POSITIVE_INFINITY))
    throw unexpected(`a number above ${low}`, 'high', high);
  return {
    low,
    high,
    check(value, name) {
      if (Number.isFinite(value) && value >= low && value <= high) return value;
      const code = Number.isFinite(value) ? 'ERR_SLUICE_INVALID_ARGUMENT' : 'ERR_SLUICE_NON_FINITE';
      throw unexpected(`a number from ${low} to ${high}`, name, value, code);
    },
  };
}
