/** What can be shown when nothing else came in time? The items that most people liked. */

import type { Retrieved } from '../../funnel/candidates.ts';
import type { Source } from '../../funnel/stage.ts';
import { rank } from '../../numerics/rank.ts';
import type { Bitset } from '../../vectors/bitset.ts';
import { onlyOptions, type StageOptions, wholeOption } from './options.ts';
import { plannedOf } from './query/plan.ts';

/**
 * The source `popular`: items by number of positives in the history, ties by lower row; no waiting. Where a
 * plan has constraints, one pass over the catalogue finds what it allows. Options: `k`, items to retrieve (default 1000).
 *
 * @param popularity positives per row.
 */
export function popularSource(popularity: Uint32Array, options: StageOptions): Source {
  onlyOptions('popular', options, ['k']);
  const k = wholeOption('popular', options, 'k', 1000);
  const best = (eligible?: Bitset): Retrieved => {
    const rows = rank(popularity, k, eligible);
    return { rows, scores: Float32Array.from(rows, (row) => popularity[row]) };
  };
  const all = best();
  return {
    name: 'popular',
    onFailure: 'open',
    retrieve(context) {
      const { allowed } = plannedOf(context);
      return allowed ? best(allowed) : all;
    },
    toJSON: () => ({ use: 'popular', with: { k } }),
  };
}
