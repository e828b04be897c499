/** What has this person had already? Items of their history and of the events since are not shown again. */

import type { Catalog } from '../../catalog/catalog.ts';
import type { Filter } from '../../funnel/stage.ts';
import { onlyOptions, type StageOptions } from './options.ts';
import { plannedOf } from './query/plan.ts';
import { SEEN, seenBy } from './user.ts';

/** The filter `seen`. Who looks a title up by its name gets it all the same. It has no options. */
export function seenFilter(catalog: Pick<Catalog, 'rowOf'>, options: StageOptions): Filter {
  onlyOptions('seen', options, []);
  return {
    name: 'seen',
    onFailure: 'closed',
    needs: [SEEN],
    reads: [],
    filter(context, { rows }, kept) {
      const seen = new Set(seenBy(context));
      for (const id of plannedOf(context).plan.title) seen.delete(catalog.rowOf(id) ?? -1);
      for (let entry = 0; entry < rows.length; entry++) {
        if (seen.has(rows[entry])) kept.delete(entry);
      }
    },
    toJSON: () => ({ use: 'seen' }),
  };
}
