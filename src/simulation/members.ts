/** Who visits a simulated world, and how often? */

import type { RandomStream } from '../index.ts';

/** The most that one member visits, in multiples of the mean. */
const MOST_ACTIVE = 6;

/** The people of a simulated world; row numbers are member numbers. */
export interface Members {
  /** `member-1`, `member-2`, ... */
  readonly keys: readonly string[];
  /** How often the member visits, in multiples of about the mean: log-normal with sigma 0.8, at most 6. */
  readonly activity: Float32Array;
}

/** Members with log-normal activity. */
export function createMembers(count: number, random: RandomStream): Members {
  const sigma = 0.8;
  return {
    keys: Array.from({ length: count }, (_, member) => `member-${member + 1}`),
    activity: Float32Array.from({ length: count }, () =>
      Math.min(MOST_ACTIVE, Math.exp(sigma * random.normal() - sigma ** 2 / 2)),
    ),
  };
}
