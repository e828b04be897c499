/** Which of millions of items fit this person? The largest inner products with the person's vector. */

import type { Source } from '../../funnel/stage.ts';
import type { Bitset } from '../../vectors/bitset.ts';
import type { Index } from '../../vectors/index.ts';
import { onlyOptions, type StageOptions, wholeOption } from './options.ts';
import { vectorOf } from './user.ts';

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
    async retrieve(context) {
      const { signal } = context;
      const { ids, scores } = await index.search(vectorOf(context), { k, filter: known, signal });
      return { rows: ids, scores };
    },
    toJSON: () => ({ use: 'nearest', with: { k } }),
  };
}
