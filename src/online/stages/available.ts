/** What may be shown now? Items inside their window of availability. */

import type { Catalog } from '../../catalog/catalog.ts';
import type { Filter } from '../../funnel/stage.ts';
import { numberColumn, onlyOptions, type StageOptions, textOption } from './options.ts';

/**
 * The filter `available`: keeps items with from <= time of the request < to; an absent bound is open. Options: the
 * number columns `from` (default `availableFrom`) and `to` (default `availableTo`), in milliseconds since 1970. A
 * catalogue without the columns has everything available.
 */
export function availableFilter(catalog: Catalog, options: StageOptions): Filter {
  onlyOptions('available', options, ['from', 'to']);
  const from = textOption('available', options, 'from', 'availableFrom');
  const to = textOption('available', options, 'to', 'availableTo');
  const starts = numberColumn(catalog, from);
  const ends = numberColumn(catalog, to);
  return {
    name: 'available',
    onFailure: 'closed',
    reads: [],
    enable: () => starts !== null || ends !== null,
    filter({ time }, { rows }, kept) {
      for (let entry = 0; entry < rows.length; entry++) {
        const row = rows[entry];
        // Comparisons with NaN, an absent bound, are false and keep the item.
        if ((starts && starts[row] > time) || (ends && ends[row] <= time)) kept.delete(entry);
      }
    },
    toJSON: () => ({ use: 'available', with: { from, to } }),
  };
}
