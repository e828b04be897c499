/** What can be shown when nothing else came in time? The items that most people liked. */

import type { Source } from '../../funnel/stage.ts';
import { rank } from '../../numerics/rank.ts';
import { onlyOptions, type StageOptions, wholeOption } from './options.ts';

/**
 * The source `popular`: items by number of positives in the history, ties by lower row; no waiting. Options: `k`,
 * items to retrieve (default 1000).
 *
 * @param popularity positives per row.
 */
export function popularSource(popularity: Uint32Array, options: StageOptions): Source {
  onlyOptions('popular', options, ['k']);
  const k = wholeOption('popular', options, 'k', 1000);
  const rows = rank(popularity, k);
  const scores = Float32Array.from(rows, (row) => popularity[row]);
  return {
    name: 'popular',
    onFailure: 'open',
    retrieve: () => ({ rows, scores }),
    toJSON: () => ({ use: 'popular', with: { k } }),
  };
}
