/** Which items come first where the sentence asks for an order? The newest or the most popular that it allows. */

import { Bitset } from '../../../vectors/bitset.ts';
import type { Source } from '../../../funnel/stage.ts';
import { rank } from '../../../numerics/rank.ts';
import { onlyOptions, type StageOptions, wholeOption } from '../options.ts';
import { SEEN, seenBy } from '../user.ts';
import { PLAN, plannedOf } from './plan.ts';
import type { SortKeys } from './sort-keys.ts';

/**
 * The source `sorted`: where the plan sorts, the first items in that order of those that it allows and the person has
 * not seen; one pass over the catalogue. Options: `k`, items to retrieve (default 1000).
 */
export function sortedSource(keys: SortKeys, rows: number, options: StageOptions): Source {
  onlyOptions('sorted', options, ['k']);
  const k = wholeOption('sorted', options, 'k', 1000);
  return {
    name: 'sorted',
    onFailure: 'open',
    needs: [PLAN, SEEN],
    retrieve(context) {
      const { plan, allowed } = plannedOf(context);
      if (plan.sort === null) return { rows: new Uint32Array(0), scores: new Float32Array(0) };
      const eligible = allowed?.clone() ?? Bitset.full(rows);
      for (const row of seenBy(context)) eligible.delete(row);
      const values = keys(plan.sort);
      const found = rank(values, k, eligible);
      return { rows: found, scores: Float32Array.from(found, (row) => values[row]) };
    },
    toJSON: () => ({ use: 'sorted', with: { k } }),
  };
}
