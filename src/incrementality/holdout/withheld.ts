/** What would have been shown, had it not been withheld? The policy is asked once more for each withheld item. */

import type { Policy, Pool } from '../../funnel/policy.ts';
import type { Withheld } from '../../funnel/stage.ts';
import { NO_PLACE } from '../../log/decision.ts';
import type { RandomStream } from '../../numerics/random.ts';

/** One request of a holdout. Entries number the candidates. */
export interface Withholding {
  readonly policy: Policy;
  /** P(success) of each candidate. */
  readonly scores: Float32Array;
  /** What the policy chooses from: at most `most` entries that are not withheld, by score, ties by lower entry. */
  readonly open: Uint32Array;
  /** Entries that are withheld. */
  readonly withheld: Uint32Array;
  readonly most: number;
  /** Items wanted. */
  readonly size: number;
  /** P(withheld). */
  readonly share: number;
  /** The pool of some entries. */
  poolOf(entries: Uint32Array): Pool;
  /** The stream of the choice, from its beginning. */
  random(): RandomStream;
}

/**
 * What a request withholds from a person, ghost exposures among it. A withheld item is a ghost exposure where the policy, choosing from its pool and this item with
 * the same random stream, shows it: the very event by which it would have been exposed. Exposed and ghost therefore
 * differ by the coin alone, whatever the policy and whatever else is withheld.
 *
 * Cost: one `choose` for each withheld item good enough for the pool, 5 % of the pool for a share of .05. What a choice
 * spends is given back.
 */
export function withheldFrom(request: Withholding): Withheld {
  const { policy, scores, withheld, size, share } = request;
  const state = policy.spends === true ? policy.snapshot() : null;
  const found: { entry: number; place: number }[] = [];
  for (const entry of withheld) {
    const entries = withEntry(request, entry);
    if (entries === null) continue;
    const { picks } = policy.choose(request.poolOf(entries), size, request.random());
    if (state !== null) policy.restore(state);
    const place = picks.indexOf(entries.indexOf(entry));
    found.push({ entry, place: place < 0 ? NO_PLACE : place });
  }
  const entries = Uint32Array.from(found, ({ entry }) => entry);
  return {
    share,
    rows: entries.length === 0 ? entries : request.poolOf(entries).rows,
    scores: Float32Array.from(entries, (entry) => scores[entry]),
    places: Uint32Array.from(found, ({ place }) => place),
  };
}

/** The open entries with one more at its rank; null where it would not be among the `most` best. */
function withEntry({ scores, open, most }: Withholding, entry: number): Uint32Array | null {
  const score = scores[entry];
  let rank = open.length;
  while (
    rank > 0 &&
    (scores[open[rank - 1]] < score || (scores[open[rank - 1]] === score && open[rank - 1] > entry))
  ) {
    rank--;
  }
  if (rank >= most) return null;
  const kept = open.subarray(0, most - 1);
  const entries = new Uint32Array(kept.length + 1);
  entries.set(kept.subarray(0, rank));
  entries[rank] = entry;
  entries.set(kept.subarray(rank), rank + 1);
  return entries;
}
