/** How is a policy asked about a part of the pool only? */

import type { Policy, Pool } from '../funnel/policy.ts';
import type { RandomStream } from '../numerics/random.ts';

/** The pool of some entries, in the order given. Cost: O(entries), times the dimension where there are features. */
export function subpool(pool: Pool, entries: Uint32Array): Pool {
  const { features } = pool;
  const part = {
    ...pool,
    rows: Uint32Array.from(entries, (entry) => pool.rows[entry]),
    scores: Float32Array.from(entries, (entry) => pool.scores[entry]),
  };
  if (features === undefined) return part;
  const dimension = features.length / pool.rows.length;
  const kept = new Float32Array(entries.length * dimension);
  entries.forEach((entry, i) => {
    kept.set(features.subarray(entry * dimension, (entry + 1) * dimension), i * dimension);
  });
  return { ...part, features: kept };
}

/** Indexes of the entries that are kept. */
export function entriesWhere(pool: Pool, keep: (row: number, entry: number) => boolean): Uint32Array {
  const entries: number[] = [];
  for (let entry = 0; entry < pool.rows.length; entry++)
    if (keep(pool.rows[entry], entry)) entries.push(entry);
  return Uint32Array.from(entries);
}

/**
 * P(pick at its place) where the policy chooses from `entries` alone: 0 for a pick outside them.
 *
 * @param picks indexes into the whole pool, distinct.
 */
export function propensityWithin(
  policy: Policy,
  pool: Pool,
  entries: Uint32Array,
  picks: Uint32Array,
  random: RandomStream,
  draws: number,
): Float64Array {
  const length = Math.min(picks.length, entries.length);
  const propensities = new Float64Array(picks.length);
  if (length === 0) return propensities;
  const place = new Map(Array.from(entries, (entry, i) => [entry, i]));
  const asked = new Set(Array.from(picks.subarray(0, length), (pick) => place.get(pick)));
  let spare = 0;
  // A pick from outside has no chance; any other entry that the slate lacks stands in for it in the question.
  const question = Uint32Array.from(picks.subarray(0, length), (pick) => {
    const own = place.get(pick);
    if (own !== undefined) return own;
    while (asked.has(spare)) spare++;
    return spare++;
  });
  const answer = policy.propensity(subpool(pool, entries), question, random, draws);
  for (let k = 0; k < length; k++) propensities[k] = place.has(picks[k]) ? answer[k] : 0;
  return propensities;
}
