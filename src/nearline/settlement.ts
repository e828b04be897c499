/** Which shown items succeeded, and which failed? Decided once per slate, when its attribution window has closed. */

import { unexpected } from '../errors.ts';
import { RecordReader, RecordWriter } from '../log/codec.ts';
import type { DecisionRecord } from '../log/decision.ts';
import type { DecisionLog } from '../log/decision-log.ts';
import type { LoggedEvent } from '../log/event.ts';
import { CLOCK_SKEW_MS } from '../log/event-check.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Store, StoreWrite } from '../log/store.ts';
import { UNSETTLED } from '../log/unsettled.ts';
import { defaultStrength, type Strength } from './strength.ts';

const SETTLED = 'settled';
const SETTLED_OF_DECISION = 'settled-of-decision';
/** Since version 2 with what was played in whatever way, where a holdout ran. */
const VERSION = 2;
const MOST_AT_ONCE = 256;

/** The outcome of one slate. Columns run parallel. */
export interface SettledDecision {
  /** Position among the settled, from 1, without gaps: policies learn in this order. */
  readonly settledSequence: number;
  readonly decisionId: string;
  /** The rows shown, of `snapshot`. */
  readonly rows: Uint32Array;
  /** 1 where a positive event of this decision and item came in time, else 0. */
  readonly rewards: Float64Array;
  readonly snapshot: string;
  /**
   * 1 where the person had a positive event of the item in the window, in whatever way they came to it; only where a
   * holdout ran. What showing causes is the difference of these.
   */
  readonly plays?: {
    /** One per row shown. */
    readonly shown: Float64Array;
    /** One per item of the record's `withheld`. */
    readonly withheld: Float64Array;
  };
}

/** Where items stand in a snapshot. */
export interface ItemRows {
  /** The row of an item, or undefined for one that the snapshot does not hold. */
  rowOf(item: string): number | undefined;
}

/** What settlement reads and how it judges. */
export interface SettlementOptions {
  readonly store: Store;
  readonly events: EventLog;
  readonly decisions: DecisionLog;
  /** The items of a snapshot by its hash; undefined when it is gone for good. Asked only where there are outcomes. */
  readonly catalogOf: (snapshot: string) => Promise<ItemRows | undefined>;
  /** How long after a decision its outcomes count, in milliseconds. @default 30 minutes */
  readonly windowMs?: number;
  /** An event is a positive when this is above 0. @default defaultStrength */
  readonly strength?: Strength;
}

const NO_TALLY = { late: 0, early: 0, repeated: 0, unmatched: 0, lost: 0 };
const TALLIED = Object.keys(NO_TALLY) as (keyof typeof NO_TALLY)[];

/** Counts since opening. */
export interface SettlementCounters {
  settled: number;
  /** Positive events of a decision that were not credited: after its window, or after it was settled. */
  late: number;
  /** Positive events that say they happened before their decision by more than clocks lie apart; not credited. */
  early: number;
  /** Positive events of an item that had been credited; it stays credited once. */
  repeated: number;
  /** Positive events whose item the slate did not show, or the snapshot does not hold. */
  unmatched: number;
  /** Positive events that came before the record of their decision, which credits them when it comes, or without one. */
  unrecorded: number;
  /** Decisions with outcomes whose snapshot is gone: they are never settled, since nobody can tell what succeeded. */
  lost: number;
}

/**
 * Turns decisions and events into rewards, exactly once.
 *
 * A decision settles at the first `advance` whose clock lies a millisecond beyond its time plus the window. A positive
 * event counts for it when it names the decision and a shown item, happened within the window and has arrived by then.
 * Whoever names a decision has seen it: a time before it, by up to five minutes, is taken for a clock that is behind.
 *
 * **Invariant:** a settlement never changes; after a crash, or with another clock, `replay` gives the same.
 *
 * @example
 * ```ts
 * const settlement = new Settlement({ store, events, decisions, catalogOf: async () => catalog });
 * for (const { rows, rewards } of await settlement.advance(Date.now())) learn(rows, rewards);
 * ```
 */
export class Settlement {
  readonly #options: SettlementOptions;
  readonly #windowMs: number;
  readonly #strength: Strength;
  readonly #counters: SettlementCounters = { settled: 0, unrecorded: 0, ...NO_TALLY };
  #advancing: Promise<unknown> = Promise.resolve();

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a window that is not finite and at least 0. */
  constructor(options: SettlementOptions) {
    const { windowMs = 30 * 60_000, strength = defaultStrength } = options;
    if (!(windowMs >= 0 && windowMs < Infinity))
      throw unexpected('milliseconds from 0', 'windowMs', windowMs);
    this.#options = options;
    this.#windowMs = windowMs;
    this.#strength = strength;
  }

  /** Number of the last settlement; 0 before the first. Cost: one read of the store. */
  get lastSequence(): number {
    for (const { key } of this.#options.store.range(SETTLED, { reverse: true, limit: 1 }))
      return key as number;
    return 0;
  }

  get counters(): Readonly<SettlementCounters> {
    return { ...this.#counters };
  }

  /**
   * Settles every decision whose window has closed, by time and then by id; resolves with them once they are durable.
   * Calls under way follow each other.
   *
   * @param now milliseconds since 1970: the clock, or in a simulation the time of the world.
   * @throws ERR_SLUICE_STORE_FAILED; decisions settled before the failure are in `replay`.
   */
  advance(now: number): Promise<SettledDecision[]> {
    const advanced = this.#advancing.then(() => this.#advance(now));
    this.#advancing = advanced.catch(() => {});
    return advanced;
  }

  /** Settlements in their order. @param range those after one sequence, up to and with another. */
  *replay({
    after = 0,
    upTo = Infinity,
  }: {
    readonly after?: number;
    readonly upTo?: number;
  } = {}): Generator<SettledDecision> {
    const end = Math.min(upTo, Number.MAX_SAFE_INTEGER - 1) + 1;
    for (const { key, value } of this.#options.store.range(SETTLED, { start: after + 1, end })) {
      yield decodeSettled(key as number, value);
    }
  }

  /** Counts a logged event if it is a positive of a decision that has been settled, or is not recorded. */
  apply(event: LoggedEvent): void {
    if (event.decisionId === undefined || !this.#isPositive(event)) return;
    if (this.#options.store.get(SETTLED_OF_DECISION, event.decisionId)) this.#counters.late++;
    else if (!this.#options.decisions.has(event.decisionId)) this.#counters.unrecorded++;
  }

  async #advance(now: number): Promise<SettledDecision[]> {
    if (!Number.isFinite(now)) throw unexpected('milliseconds since 1970', 'now', now);
    const { store, decisions } = this.#options;
    const settled: SettledDecision[] = [];
    const end = [Math.floor(Math.max(0, now - this.#windowMs)), ''] as const;
    for (;;) {
      // Read first: whatever another process settles from here on takes this number and is noticed.
      const first = this.lastSequence + 1;
      const due = [...store.range(UNSETTLED, { end, limit: MOST_AT_ONCE })];
      if (due.length === 0) return settled;
      const batch: SettledDecision[] = [];
      const writes: StoreWrite[] = [];
      // Counted once the batch is durable, since it may have to be judged again.
      const tally = { ...NO_TALLY };
      for (const { key } of due) {
        writes.push({ table: UNSETTLED, key, value: null });
        const record = decisions.get((key as readonly [number, string])[1]);
        const rewards = record && (await this.#rewardsOf(record, tally));
        const plays = record && (await this.#playsOf(record));
        if (!record || !rewards || plays === null) continue;
        const { decisionId, snapshot, shown } = record;
        batch.push({
          settledSequence: first + batch.length,
          decisionId,
          rows: shown.rows,
          rewards,
          snapshot,
          ...(plays && { plays }),
        });
      }
      for (const decision of batch) writes.push(...writesOf(decision));
      if (!(await store.write(writes, { ifAbsent: [{ table: SETTLED, key: first }] }))) continue;
      this.#counters.settled += batch.length;
      for (const name of TALLIED) this.#counters[name] += tally[name];
      for (const decision of batch) settled.push(decision);
    }
  }

  /** One reward per item shown; null when the snapshot that would tell is gone. */
  async #rewardsOf(
    { decisionId, time, snapshot, shown }: DecisionRecord,
    tally: typeof NO_TALLY,
  ): Promise<Float64Array | null> {
    const rewards = new Float64Array(shown.rows.length);
    const positives = [...this.#options.events.ofDecision(decisionId)].filter((event) =>
      this.#isPositive(event),
    );
    if (positives.length === 0) return rewards;
    const catalog = await this.#options.catalogOf(snapshot);
    if (!catalog) {
      tally.lost++;
      return null;
    }
    for (const event of positives) {
      const position = shown.rows.indexOf(catalog.rowOf(event.item) ?? -1);
      if (position === -1) tally.unmatched++;
      else if (event.time > time + this.#windowMs) tally.late++;
      else if (event.time < time - CLOCK_SKEW_MS) tally.early++;
      else if (rewards[position] === 1) tally.repeated++;
      else rewards[position] = 1;
    }
    return rewards;
  }

  /** What was played in the window; undefined without a holdout, null when the snapshot that would tell is gone. */
  async #playsOf({ userNumber, time, snapshot, shown, withheld }: DecisionRecord) {
    if (withheld === undefined) return undefined;
    const rows = new Set<number | undefined>();
    const plays = [...this.#options.events.ofUser(userNumber)].filter(
      (event) => event.time >= time && event.time <= time + this.#windowMs && this.#isPositive(event),
    );
    if (plays.length > 0) {
      const catalog = await this.#options.catalogOf(snapshot);
      if (!catalog) return null;
      for (const { item } of plays) rows.add(catalog.rowOf(item));
    }
    const played = (of: Uint32Array) => Float64Array.from(of, (row) => (rows.has(row) ? 1 : 0));
    return { shown: played(shown.rows), withheld: played(withheld.rows) };
  }

  #isPositive(event: LoggedEvent): boolean {
    return (this.#strength(event) ?? 0) > 0;
  }
}

function writesOf(settled: SettledDecision): StoreWrite[] {
  const { settledSequence, decisionId, rows, rewards, snapshot, plays } = settled;
  const writer = new RecordWriter(VERSION)
    .text(decisionId)
    .text(snapshot)
    .uint32s(rows)
    .float64s(rewards)
    .byte(plays === undefined ? 0 : 1);
  if (plays !== undefined) writer.float64s(plays.shown).float64s(plays.withheld);
  const value = writer.finish();
  return [
    { table: SETTLED, key: settledSequence, value },
    { table: SETTLED_OF_DECISION, key: decisionId, value: new Uint8Array(0) },
  ];
}

function decodeSettled(settledSequence: number, bytes: Uint8Array): SettledDecision {
  const reader = new RecordReader(bytes, `settlement ${settledSequence}`, VERSION);
  const decisionId = reader.text();
  const snapshot = reader.text();
  const settled = {
    settledSequence,
    decisionId,
    snapshot,
    rows: reader.uint32s(),
    rewards: reader.float64s(),
  };
  const counted = reader.version >= 2 && reader.byte() === 1;
  const plays = counted ? { shown: reader.float64s(), withheld: reader.float64s() } : undefined;
  reader.finish();
  return { ...settled, ...(plays && { plays }) };
}
