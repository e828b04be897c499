/** Which arms are best in one world that may be ours? Thompson sampling: rank by one draw from the posterior. */

import { unexpected } from '../../errors.ts';
import { estimateChances } from './estimate-chances.ts';
import type { Rule } from './rule.ts';

/** Ranks the pool by one joint draw of all its scores. @param deviation scales the posterior's deviations; above 0. */
export function thompson(deviation: number): Rule {
  if (!(deviation > 0 && deviation < Number.POSITIVE_INFINITY)) {
    throw unexpected('a number above 0', 'deviation', deviation);
  }
  return {
    name: `thompson ${deviation}`,
    explores: true,
    slates({ belief, size }) {
      const held = belief.hold();
      return {
        exact: false,
        draw: (random) => belief.sample(deviation, random, size),
        chances: (picks) => estimateChances(held, deviation, picks),
        data: () => ({ ...held.data(), deviation }),
      };
    },
  };
}
