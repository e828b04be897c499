/** Which items did the sentence name outright? Those of a plain look-up. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { Source } from '../../../funnel/stage.ts';
import { onlyOptions, type StageOptions } from '../options.ts';
import { PLAN, plannedOf } from './plan.ts';

/** The source `titles`: the items that a plain look-up means, with a score of 1. It has no options. */
export function titlesSource(catalog: Catalog, options: StageOptions): Source {
  onlyOptions('titles', options, []);
  return {
    name: 'titles',
    onFailure: 'open',
    needs: [PLAN],
    retrieve(context) {
      const found = plannedOf(context).plan.title.map((id) => catalog.rowOf(id));
      const rows = Uint32Array.from(new Set(found.filter((row) => row !== undefined)));
      return { rows, scores: new Float32Array(rows.length).fill(1) };
    },
    toJSON: () => ({ use: 'titles' }),
  };
}
