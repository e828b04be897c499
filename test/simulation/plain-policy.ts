/** How does a test bring a policy of its own? Two functions as a `Policy`. */

import { expect } from 'vitest';
import type { Feedback, Policy, Pool } from '../../src/funnel/policy.ts';
import type { RandomStream } from '../../src/numerics/random.ts';

/** A policy that chooses one entry of the pool and learns; the rest of the interface is not asked of it. */
export function plainPolicy(
  choose: (pool: Pool, random: RandomStream) => number,
  update: (feedback: Feedback) => void = () => {},
): Policy {
  const unasked = () => expect.unreachable();
  return {
    name: 'plain@1',
    explores: true,
    choose: (pool, _, random) => {
      const one = Float64Array.of(1);
      return { picks: Uint32Array.of(choose(pool, random)), propensities: one, estimate: () => one };
    },
    update,
    score: unasked,
    propensity: unasked,
    snapshot: unasked,
    restore: unasked,
  };
}
