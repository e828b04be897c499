/** What would a policy have chosen then? A replica that learns again from the log, over the catalogue of that time. */

import { BetaThompson } from '../decisions/context-free/beta-thompson.ts';
import type { Choice, Pool } from '../funnel/policy.ts';
import type { DecisionRecord } from '../log/decision.ts';
import { RandomStream } from '../numerics/random.ts';
import type { Snapshot } from '../offline/snapshot.ts';
import type { MakePolicy } from './engine-options.ts';
import type { Memory } from './memory.ts';
import { PolicyHost } from './policy-host.ts';

/** A policy over a snapshot that has learned nothing yet; null where that snapshot is gone. */
export type ReplicaOf = (snapshot: string) => Promise<PolicyHost | null>;

/** A policy over the items of a snapshot, before it has learned anything. */
export function hostOf(
  { catalog, items }: Pick<Snapshot, 'catalog' | 'items'>,
  snapshot: string,
  memory: Memory,
  makePolicy: MakePolicy = (arms) => new BetaThompson({ arms }),
): PolicyHost {
  const { dimension, factors } = items;
  return new PolicyHost(makePolicy(catalog.size, { dimension, factors }), catalog, snapshot, memory);
}

/** What the policy was given to choose from; null where the log does not hold it. */
export function poolOf({ pool, surface, context }: DecisionRecord): Pool | null {
  return pool && { ...pool, surface, ...(context && { context }) };
}

/** True when a choice from the pool of a record is what the record says was shown. */
export function isChoiceOf({ pool, shown }: DecisionRecord, { picks }: Choice): boolean {
  return (
    picks.length === shown.rows.length && picks.every((pick, place) => pool?.rows[pick] === shown.rows[place])
  );
}

/** The random stream that a request's choice drew from. */
export function choiceStream(seed: number, decisionId: string): RandomStream {
  return new RandomStream(seed, `${decisionId} select`);
}
