/** Which of millions of items fit this person? The largest inner products with the person's vector. */

import type { Retrieved } from '../../funnel/candidates.ts';
import type { Source } from '../../funnel/stage.ts';
import type { TopK } from '../../vectors/backend.ts';
import type { Bitset } from '../../vectors/bitset.ts';
import type { Index } from '../../vectors/index.ts';
import { onlyOptions, type StageOptions, wholeOption } from './options.ts';
import { vectorOf } from './user.ts';

/** Multiplications up to which a search is done at once: a few tenths of a millisecond, less than changing threads. */
const SMALL = 2 ** 21;

/**
 * The source `nearest`: exact top-k of the factor index. Options: `k`, items to retrieve (default 1000).
 *
 * @param known rows that training knew; the others have no factors, and their score of 0 would mean something.
 */
export function nearestSource(index: Index, known: Bitset, options: StageOptions): Source {
  onlyOptions('nearest', options, ['k']);
  const k = wholeOption('nearest', options, 'k', 1000);
  return {
    name: 'nearest',
    onFailure: 'open',
    needs: ['vector'],
    retrieve(context) {
      const vector = vectorOf(context);
      if (index.size * index.dimension <= SMALL)
        return retrieved(index.searchSync(vector, { k, filter: known }));
      return index.search(vector, { k, filter: known, signal: context.signal }).then(retrieved);
    },
    toJSON: () => ({ use: 'nearest', with: { k } }),
  };
}

function retrieved({ ids, scores }: TopK): Retrieved {
  return { rows: ids, scores };
}
