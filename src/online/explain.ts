/** Why was this shown? The record of a decision, its outcomes, and whether its choice replays. */

import { SluiceError } from '../errors.ts';
import { type DecisionRecord, NO_PLACE, type PropensityState } from '../log/decision.ts';
import type { Memory } from './memory.ts';
import { choiceStream, isChoiceOf, poolOf, type ReplicaOf } from './replica.ts';

/** One item of an explained decision. */
export interface ExplainedItem {
  readonly id: string;
  /** Place from 0 in the policy's choice; a reasoner, which `route` then names, may have shown them in another order. */
  readonly position: number;
  /** P(success) as the policy was given it; null where the deadline left no time to score. */
  readonly score: number | null;
  /** P(this item at this place); null while pending. */
  readonly propensity: number | null;
  /** Place by score alone, from 0; null where the pool was not logged. */
  readonly greedyPosition: number | null;
  /** Events that name this decision and item, in the order of their arrival. */
  readonly outcomes: readonly { readonly type: string; readonly time: number; readonly value: number }[];
}

/** One item that a holdout kept from the person, though it was good enough for the pool. */
export interface WithheldItem {
  readonly id: string;
  /** P(success) as the policy would have been given it. */
  readonly score: number;
  /** Place from 0 at which it would have been shown, a ghost exposure; null where it would not have been. */
  readonly position: number | null;
}

/** What `explain` tells; plain data. */
export interface Explanation {
  readonly decisionId: string;
  readonly time: number;
  /** The caller's key of the person; null when they were forgotten. */
  readonly user: string | null;
  readonly surface: string;
  readonly snapshot: string;
  readonly policy: string;
  readonly stateSequence: number;
  readonly seed: number;
  readonly route: string;
  readonly cost: number;
  readonly degraded: boolean;
  readonly propensityState: PropensityState;
  readonly poolSize: number | null;
  readonly items: readonly ExplainedItem[];
  /** What a holdout withheld, in the order of the log; empty where none ran. */
  readonly withheld: readonly WithheldItem[];
  /**
   * True when the choice came out bit for bit from pool, seed and the state replayed from the log; false when it did
   * not; null where it cannot be replayed: no pool, another policy, one whose choices change its
   * state, or a catalogue or records that are gone.
   */
  readonly replayed: boolean | null;
}

/** Reads and replays one decision. @throws ERR_SLUICE_UNKNOWN_DECISION. */
export async function explainDecision(
  decisionId: string,
  memory: Memory,
  replicaOf: ReplicaOf,
): Promise<Explanation> {
  const record =
    typeof decisionId === 'string' && decisionId !== '' ? memory.decisions.get(decisionId) : undefined;
  if (!record) {
    throw new SluiceError(
      'ERR_SLUICE_UNKNOWN_DECISION',
      `Expected a logged decision but received ${JSON.stringify(decisionId)}`,
    );
  }
  const catalog = await memory.catalogOf(record.snapshot);
  const { shown, pool } = record;
  const idOf = (row: number): string => catalog?.idOf(row) ?? `row ${row}`;
  const outcomes = [...memory.events.ofDecision(decisionId)];
  const items = Array.from(shown.rows, (row, position): ExplainedItem => {
    const id = idOf(row);
    const place = pool
      ? Array.from(pool.scores).filter((score) => score > shown.scores[position]).length
      : null;
    return {
      id,
      position,
      score: Number.isNaN(shown.scores[position]) ? null : shown.scores[position],
      propensity: Number.isNaN(shown.propensities[position]) ? null : shown.propensities[position],
      greedyPosition: place,
      outcomes: outcomes
        .filter(({ item }) => item === id)
        .map(({ type, time, value }) => ({ type, time, value })),
    };
  });
  const { time, surface, snapshot, policy, stateSequence, seed, route, cost, degraded, propensityState } =
    record;
  return {
    decisionId,
    time,
    user: memory.keyOf(record.userNumber) ?? null,
    surface,
    snapshot,
    policy,
    stateSequence,
    seed,
    route,
    cost,
    degraded,
    propensityState,
    poolSize: pool?.rows.length ?? null,
    items,
    withheld: withheldOf(record, idOf),
    replayed: await replays(record, replicaOf),
  };
}

function withheldOf({ withheld }: DecisionRecord, idOf: (row: number) => string): WithheldItem[] {
  if (withheld === undefined) return [];
  return Array.from(withheld.rows, (row, i) => ({
    id: idOf(row),
    score: withheld.scores[i],
    position: withheld.places[i] === NO_PLACE ? null : withheld.places[i],
  }));
}

async function replays(record: DecisionRecord, replicaOf: ReplicaOf): Promise<boolean | null> {
  const { shown, seed, decisionId, snapshot, stateSequence } = record;
  const pool = poolOf(record);
  const replica = pool && (await replicaOf(snapshot));
  if (!replica) return null;
  const { policy } = replica;
  try {
    if (policy.name !== record.policy || policy.spends) return null;
    await replica.catchUp(stateSequence);
    if (replica.counters.missing > 0 || replica.stateSequence !== stateSequence) return null;
    const choice = policy.choose(pool, shown.rows.length, choiceStream(seed, decisionId));
    return isChoiceOf(record, choice);
  } finally {
    policy.close?.();
  }
}
