/** What does an engine run unless told otherwise? One funnel for what to see now, one for requests in words. */

import type { FunnelJson } from '../funnel/funnel-json.ts';

/** Retrieve 1000, drop seen and unavailable, score, explore. Change a copy of it and hand it to `Engine.open`. */
export const DEFAULT_FUNNEL: FunnelJson = {
  queryHydrators: [{ use: 'user' }],
  sources: [{ use: 'nearest', with: { k: 1000 } }],
  fallback: { use: 'popular', with: { k: 1000 } },
  filters: [{ use: 'seen' }, { use: 'available' }],
  scorers: [{ use: 'probability' }],
  selector: { use: 'policy', with: { pool: 256 } },
};

/**
 * Plan the sentence, retrieve what it names, says, resembles and sorts among what it allows, fuse, show the best; buy a
 * better plan and a better order where the router finds them worth their price; where no order was bought, a cross-encoder
 * gives one if the engine has it.
 */
export const QUERY_FUNNEL: FunnelJson = {
  queryHydrators: [{ use: 'user' }, { use: 'plan' }, { use: 'model-plan' }],
  sources: [
    { use: 'titles' },
    { use: 'text', with: { k: 1000 } },
    { use: 'similar', with: { k: 1000 } },
    { use: 'sorted', with: { k: 1000 } },
    { use: 'nearest', with: { k: 1000 } },
  ],
  fallback: { use: 'popular', with: { k: 1000 } },
  filters: [{ use: 'seen' }, { use: 'available' }, { use: 'satisfies' }],
  scorers: [{ use: 'probability' }, { use: 'relevance' }],
  selector: { use: 'top', with: { by: 'relevance' } },
  reasoners: [{ use: 'listwise' }, { use: 'cross-encoder' }],
};
