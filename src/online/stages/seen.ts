/** What has this person had already? Items of their history and of the events since are not shown again. */

import type { Filter } from '../../funnel/stage.ts';
import { onlyOptions, type StageOptions } from './options.ts';
import { SEEN, seenBy } from './user.ts';

/** The filter `seen`. It has no options. */
export function seenFilter(options: StageOptions): Filter {
  onlyOptions('seen', options, []);
  return {
    name: 'seen',
    onFailure: 'closed',
    needs: [SEEN],
    reads: [],
    filter(context, { rows }, kept) {
      const seen = new Set(seenBy(context));
      for (let entry = 0; entry < rows.length; entry++) {
        if (seen.has(rows[entry])) kept.delete(entry);
      }
    },
    toJSON: () => ({ use: 'seen' }),
  };
}
