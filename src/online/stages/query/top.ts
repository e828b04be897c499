/** Which dozen is shown where no policy takes part? The largest values of a column. */

import type { Selector } from '../../../funnel/stage.ts';
import { rank } from '../../../numerics/rank.ts';
import { onlyOptions, type StageOptions, textOption } from '../options.ts';

/**
 * The selector `top`: the items of largest value in a column, ties by earlier retrieval. Nothing is drawn and nothing
 * learned. Options: `by`, the column (default `relevance`).
 */
export function topSelector(options: StageOptions): Selector {
  onlyOptions('top', options, ['by']);
  const by = textOption('top', options, 'by', 'relevance');
  return {
    name: 'top',
    onFailure: 'closed',
    reads: [by],
    policy: 'none',
    explores: false,
    select: (context, candidates) => rank(candidates.column(by), context.count),
    toJSON: () => ({ use: 'top', with: { by } }),
  };
}
