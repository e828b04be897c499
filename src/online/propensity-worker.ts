/** What does the thread do that computes propensities? Runs there, of `new Worker`, and nowhere else. */

import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { PROPENSITY_FUNCTIONS } from '../decisions/propensity-functions.ts';
import type { PropensityTask } from '../funnel/policy.ts';
import { drawPropensities, type PropensityDraws } from './propensity-draws.ts';

/** What the thread is asked. */
export interface PropensityCall extends PropensityDraws {
  readonly id: number;
  readonly task: PropensityTask;
}

/** The reply to the call `id`; null where it cannot compute that: whoever asked then does, and sees why. */
export interface PropensityReply {
  readonly id: number;
  readonly propensities: Float64Array | null;
}

// A thread's own on Linux, of the whole process elsewhere: requests come first where the processors are few.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

parentPort!.on('message', ({ id, task, ...draws }: PropensityCall) => {
  parentPort!.postMessage({ id, propensities: computed(task, draws) } satisfies PropensityReply);
});

function computed(task: PropensityTask, draws: PropensityDraws): Float64Array | null {
  try {
    const estimate = PROPENSITY_FUNCTIONS[task.use];
    const parts = drawPropensities((random, count) => estimate(task.with, random, count), draws);
    for (;;) {
      const { done, value } = parts.next();
      if (done) return value;
    }
  } catch {
    return null;
  }
}
