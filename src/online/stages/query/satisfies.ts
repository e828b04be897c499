/** Does an item meet what was asked? The hard constraints of the plan, which nothing may soften. */

import type { Filter } from '../../../funnel/stage.ts';
import { onlyOptions, type StageOptions } from '../options.ts';
import { PLAN, plannedOf } from './plan.ts';

/** The filter `satisfies`. It has no options. */
export function satisfiesFilter(options: StageOptions): Filter {
  onlyOptions('satisfies', options, []);
  return {
    name: 'satisfies',
    onFailure: 'closed',
    needs: [PLAN],
    reads: [],
    filter(context, { rows }, kept) {
      const { allowed } = plannedOf(context);
      if (allowed === null) return;
      for (let entry = 0; entry < rows.length; entry++) if (!allowed.has(rows[entry])) kept.delete(entry);
    },
    toJSON: () => ({ use: 'satisfies' }),
  };
}
