/** Which of millions of items fit this person? The largest inner products with the person's vector. */

import type { Source } from '../../funnel/stage.ts';
import type { Bitset } from '../../vectors/bitset.ts';
import type { Index } from '../../vectors/index.ts';
import { onlyOptions, type StageOptions, wholeOption } from './options.ts';
import { plannedOf } from './query/plan.ts';
import { SEEN, seenBy, VECTOR, vectorOf } from './user.ts';

/**
 * The source `nearest`: exact top-k of the factor index among what the person has not seen, since somebody of long
 * history has seen most of what is nearest, and among what a plan allows, where there is one. It finds nothing for a vector of zeros. Options: `k`, items to retrieve
 * (default 1000).
 *
 * @param known rows that training knew; the others have no factors, and their score of 0 would mean something.
 */
export function nearestSource(index: Index, known: Bitset, options: StageOptions): Source {
  onlyOptions('nearest', options, ['k']);
  const k = wholeOption('nearest', options, 'k', 1000);
  return {
    name: 'nearest',
    onFailure: 'open',
    needs: [VECTOR, SEEN],
    async retrieve(context) {
      const vector = vectorOf(context);
      if (vector.every((value) => value === 0))
        return { rows: new Uint32Array(0), scores: new Float32Array(0) };
      const filter = known.clone();
      for (const row of seenBy(context)) filter.delete(row);
      const { allowed } = plannedOf(context);
      if (allowed) filter.and(allowed);
      const { ids, scores } = await index.search(vector, { k, filter, signal: context.signal });
      return { rows: ids, scores };
    },
    toJSON: () => ({ use: 'nearest', with: { k } }),
  };
}
