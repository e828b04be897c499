/** What did a crash leave undone? Decisions without propensities, completed from the state of each choice. */

import type { DecisionRecord } from '../log/decision.ts';
import type { Afterwards } from './afterwards.ts';
import type { Memory } from './memory.ts';
import type { PolicyHost } from './policy-host.ts';
import type { PropensityQueue } from './propensity-queue.ts';
import { choiceStream, isChoiceOf, poolOf, type ReplicaOf } from './replica.ts';

/**
 * Completes the pending decisions that can be replayed. One that fails is told to `afterwards` and stays pending.
 *
 * Cost: one pass over the settled slates per snapshot, and the draws.
 */
export async function completePending(
  memory: Memory,
  propensities: PropensityQueue,
  afterwards: Afterwards,
  replicaOf: ReplicaOf,
): Promise<void> {
  const { decisions } = memory;
  const pending: { readonly decisionId: string; readonly stateSequence: number }[] = [];
  for (const decisionId of decisions.pending()) {
    const record = decisions.get(decisionId);
    if (record?.pool) pending.push({ decisionId, stateSequence: record.stateSequence });
  }
  // In the order of learning, so that one replica passes through the states of all.
  pending.sort((a, b) => a.stateSequence - b.stateSequence);
  const replicas = new Map<string, PolicyHost | null>();
  const complete = async (record: DecisionRecord) => {
    const { decisionId, snapshot, policy, stateSequence, seed, shown } = record;
    let replica = replicas.get(snapshot);
    if (replica === undefined) {
      replica = await replicaOf(snapshot);
      replicas.set(snapshot, replica);
    }
    const pool = poolOf(record);
    if (!pool || replica?.policy.name !== policy || replica.policy.spends) return;
    await replica.catchUp(stateSequence);
    if (replica.counters.missing > 0) return;
    const choice = replica.policy.choose(pool, shown.rows.length, choiceStream(seed, decisionId));
    if (!isChoiceOf(record, choice)) return;
    await propensities.complete(decisionId, seed, choice);
  };
  try {
    for (const { decisionId } of pending) {
      const record = decisions.get(decisionId);
      if (record) await afterwards.track(complete(record));
    }
  } finally {
    for (const replica of replicas.values()) replica?.policy.close?.();
  }
}
