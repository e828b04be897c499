/** What does an engine run unless told otherwise? Retrieve 1000, drop seen and unavailable, score, explore. */

import type { FunnelJson } from '../funnel/funnel-json.ts';

/** The default funnel as a JSON value; change a copy of it and hand it to `Engine.open`. */
export const DEFAULT_FUNNEL: FunnelJson = {
  queryHydrators: [{ use: 'user' }],
  sources: [{ use: 'nearest', with: { k: 1000 } }],
  fallback: { use: 'popular', with: { k: 1000 } },
  filters: [{ use: 'seen' }, { use: 'available' }],
  scorers: [{ use: 'probability' }],
  selector: { use: 'policy', with: { pool: 256 } },
};
