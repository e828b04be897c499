/** What do requests in words need of a snapshot? The planner of its catalogue and the index of its text. */

import type { TextIndex } from '../catalog/text-index/text-index.ts';
import type { Snapshot } from '../offline/snapshot.ts';
import { openPlanner } from '../reasoning/planner/open-planner.ts';
import type { Planner } from '../reasoning/planner/planner.ts';

/** Opened with the snapshot, closed with it. */
export interface Words {
  readonly planner: Planner;
  readonly text: TextIndex;
}

/** Builds the planner and opens the text index. */
export async function openWords(snapshot: Snapshot): Promise<Words> {
  return { planner: await openPlanner(snapshot.catalog), text: await snapshot.textIndex() };
}
