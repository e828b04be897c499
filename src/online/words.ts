/** What do requests in words need of a snapshot? The planner of its catalogue and the index of its text. */

import type { TextIndex } from '../catalog/text-index/text-index.ts';
import { SluiceError } from '../errors.ts';
import type { Snapshot } from '../offline/snapshot.ts';
import { openPlanner } from '../reasoning/planner/open-planner.ts';
import type { Planner } from '../reasoning/planner/planner.ts';

/** Opened with the snapshot, closed with it. */
export interface Words {
  readonly planner: Planner;
  /** Or why there is none. */
  readonly text: TextIndex | SluiceError;
}

/**
 * Builds the planner and opens the text index. Where only the addon could and there is none, the engine serves all the
 * same: requests in words are told so, by the failure of the source that needs it.
 */
export async function openWords(snapshot: Snapshot): Promise<Words> {
  const planner = await openPlanner(snapshot.catalog);
  const text = await snapshot.textIndex().catch((error: unknown) => {
    if (SluiceError.is(error, 'ERR_SLUICE_NATIVE_REQUIRED')) return error;
    throw error;
  });
  return { planner, text };
}
