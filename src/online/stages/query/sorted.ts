/** Which items come first of those that a sentence allows? The newest or the most popular of them. */

import type { Source } from '../../../funnel/stage.ts';
import { rank } from '../../../numerics/rank.ts';
import { Bitset } from '../../../vectors/bitset.ts';
import { onlyOptions, type StageOptions, wholeOption } from '../options.ts';
import { SEEN, seenBy } from '../user.ts';
import { PLAN, plannedOf } from './plan.ts';
import type { SortKeys } from './sort-keys.ts';

/**
 * The source `sorted`: of what the plan allows and the person has not seen, the first items in the order that it asks
 * for, else by popularity, so that constraints are met also by items that training did not know; one pass over the
 * catalogue. A plan without order and constraints finds nothing here. Options: `k`, items to retrieve (default 1000).
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
      if (plan.sort === null && allowed === null)
        return { rows: new Uint32Array(0), scores: new Float32Array(0) };
      const eligible = allowed?.clone() ?? Bitset.full(rows);
      for (const row of seenBy(context)) eligible.delete(row);
      const values = keys(plan.sort ?? 'popular');
      const found = rank(values, k, eligible);
      return { rows: found, scores: Float32Array.from(found, (row) => values[row]) };
    },
    toJSON: () => ({ use: 'sorted', with: { k } }),
  };
}
