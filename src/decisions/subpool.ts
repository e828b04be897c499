/** How is a policy asked about a part of the pool only? */

import type { Policy, Pool } from '../funnel/policy.ts';
import type { RandomStream } from '../numerics/random.ts';
import { checkColumns, checkRows } from './checks.ts';

/** The pool of some entries, in the order given. Cost: O(pool), times the dimension where there are features. */
export function subpool(pool: Pool, entries: Uint32Array): Pool {
  checkColumns(pool);
  checkRows(pool.rows, 2 ** 32);
  const { features } = pool;
  const rows = new Uint32Array(entries.length);
  const scores = new Float32Array(entries.length);
  // Loops, because every choice passes here and `from` with a function takes several times as long.
  for (let i = 0; i < entries.length; i++) {
    rows[i] = pool.rows[entries[i]];
    scores[i] = pool.scores[entries[i]];
  }
  const part = { ...pool, rows, scores };
  if (features === undefined) return part;
  const dimension = features.length / pool.rows.length;
  const kept = new Float32Array(entries.length * dimension);
  entries.forEach((entry, i) => {
    kept.set(features.subarray(entry * dimension, (entry + 1) * dimension), i * dimension);
  });
  return { ...part, features: kept };
}

/** Indexes of the entries that are kept. */
export function entriesWhere({ rows }: Pool, keep: (row: number, entry: number) => boolean): Uint32Array {
  const entries = new Uint32Array(rows.length);
  let count = 0;
  for (let entry = 0; entry < rows.length; entry++) {
    if (keep(rows[entry], entry)) entries[count++] = entry;
  }
  return entries.subarray(0, count);
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
  const numberOf = new Int32Array(pool.rows.length).fill(-1);
  for (let i = 0; i < entries.length; i++) numberOf[entries[i]] = i;
  const asked = new Set<number>();
  for (let k = 0; k < length; k++) asked.add(numberOf[picks[k]]);
  let spare = 0;
  // A pick from outside has no chance; any other entry that the slate lacks stands in for it in the question.
  const question = Uint32Array.from(picks.subarray(0, length), (pick) => {
    if (numberOf[pick] >= 0) return numberOf[pick];
    while (asked.has(spare)) spare++;
    return spare++;
  });
  const answer = policy.propensity(subpool(pool, entries), question, random, draws);
  for (let k = 0; k < length; k++) propensities[k] = numberOf[picks[k]] >= 0 ? answer[k] : 0;
  return propensities;
}
