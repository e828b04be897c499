/** What has happened? Events in the order of their arrival, each acknowledged once it is durable. */

import { SluiceError } from '../errors.ts';
import type { Event, LoggedEvent } from './event.ts';
import { CLOCK_SKEW_MS, checkEvent } from './event-check.ts';
import { decodeEvent, encodeEvent } from './event-codec.ts';
import type { KeyMap } from './key-map.ts';
import type { Store, StoreKey, StoreWrite } from './store.ts';

const EVENTS = 'events';
const SEQUENCE_OF = 'event-sequence-of-id';
const OF_USER = 'events-of-user';
const OF_DECISION = 'events-of-decision';
const NOTHING = new Uint8Array(0);
const MOST_AT_ONCE = 1024;

/** Settings of an event log. */
export interface EventLogOptions {
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** How far ahead of this clock an event's time may be, in milliseconds. @default 5 minutes */
  readonly maxClockSkewMs?: number;
  /** An event older than this on arrival is accepted and flagged late, in milliseconds. @default 24 hours */
  readonly lateAfterMs?: number;
  /** Throws for an event that those who read the log could not use; `append` then rejects with that. */
  readonly check?: (event: LoggedEvent) => void;
}

/** What `append` says of an event once it is durable. */
export interface Appended {
  readonly sequence: number;
  /** An event of this id was there already; nothing changed. */
  readonly duplicate: boolean;
  /** It happened longer ago than `lateAfterMs`. */
  readonly late: boolean;
}

/** Counts since the log was opened. */
export interface EventCounters {
  appended: number;
  duplicates: number;
  /** Events that were refused for what they hold, those of the future included. */
  refused: number;
  late: number;
  /** Events that were refused because their time lies in the future. */
  future: number;
}

interface Waiting {
  readonly event: Omit<LoggedEvent, 'sequence'>;
  resolve(result: { sequence: number; duplicate: boolean }): void;
  reject(error: unknown): void;
}

/**
 * The durable log of events.
 *
 * Times: an event keeps the time its sender gave. Any age is accepted; one older than `lateAfterMs` is flagged late.
 * One within `maxClockSkewMs` ahead of this clock is accepted, one beyond it refused.
 *
 * **Invariant:** sequences run from 1 without gaps, whatever fails and whichever process appends.
 * **Invariant:** `append` resolves only after the event and its indexes are flushed, in one batch.
 *
 * @example
 * ```ts
 * const log = new EventLog(store, new KeyMap(store));
 * await log.append({ id: 'e1', user: 'ada', item: 'alien', type: 'play', time: Date.now() });
 * // { sequence: 1, duplicate: false, late: false }
 * ```
 */
export class EventLog {
  readonly #store: Store;
  readonly #users: KeyMap;
  readonly #clock: () => number;
  readonly #maxClockSkewMs: number;
  readonly #lateAfterMs: number;
  readonly #check: (event: LoggedEvent) => void;
  readonly #inFlight = new Map<string, Promise<{ sequence: number; duplicate: boolean }>>();
  readonly #listeners = new Set<(event: LoggedEvent) => void>();
  readonly #counters: EventCounters = { appended: 0, duplicates: 0, refused: 0, late: 0, future: 0 };
  #queue: Waiting[] = [];
  #draining = false;

  constructor(store: Store, users: KeyMap, options: EventLogOptions = {}) {
    this.#store = store;
    this.#users = users;
    this.#clock = options.clock ?? Date.now;
    this.#maxClockSkewMs = options.maxClockSkewMs ?? CLOCK_SKEW_MS;
    this.#lateAfterMs = options.lateAfterMs ?? 24 * 3_600_000;
    this.#check = options.check ?? (() => {});
  }

  /** Sequence of the last durable event; 0 when there is none. Cost: one read of the store. */
  get lastSequence(): number {
    for (const { key } of this.#store.range(EVENTS, { reverse: true, limit: 1 })) return key as number;
    return 0;
  }

  get counters(): Readonly<EventCounters> {
    return { ...this.#counters };
  }

  /**
   * Takes an event in; resolves once it is durable. Events that come while a flush is under way share the next one.
   *
   * An id that was seen before, even in an append still under way, is acknowledged as a duplicate when the first is
   * durable; if the first fails, so does the repetition.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT naming the field, ERR_SLUICE_EVENT_IN_FUTURE, ERR_SLUICE_STORE_FAILED.
   */
  async append(event: Event): Promise<Appended> {
    const receivedAt = this.#clock();
    try {
      checkEvent(event, receivedAt, this.#maxClockSkewMs);
    } catch (error) {
      this.#counters.refused++;
      if (SluiceError.is(error, 'ERR_SLUICE_EVENT_IN_FUTURE')) this.#counters.future++;
      throw error;
    }
    const late = event.time < receivedAt - this.#lateAfterMs;
    const earlier = this.#inFlight.get(event.id);
    if (earlier) {
      const { sequence } = await earlier;
      this.#counters.duplicates++;
      return { sequence, duplicate: true, late };
    }
    const appending = this.#append({ ...event }, receivedAt).finally(() => this.#inFlight.delete(event.id));
    this.#inFlight.set(event.id, appending);
    const result = await appending;
    if (result.duplicate) this.#counters.duplicates++;
    else {
      this.#counters.appended++;
      if (late) this.#counters.late++;
    }
    return { ...result, late };
  }

  /**
   * Calls back with every event that this object appended, after its flush and before `append` resolves, in the order
   * of sequences. The callback must not throw: what it throws rejects an append whose event is durable.
   *
   * @returns a function that ends it.
   */
  onAppended(listener: (event: LoggedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The events after a sequence, in order, as of the first step. */
  *read({
    after = 0,
    limit,
  }: {
    readonly after?: number;
    readonly limit?: number;
  } = {}): Generator<LoggedEvent> {
    for (const { key, value } of this.#store.range(EVENTS, { start: after + 1, limit })) {
      yield decodeEvent(key as number, value);
    }
  }

  /** The events of a person, in the order of their arrival. Cost: two reads of the store per event. */
  ofUser(userNumber: number): Generator<LoggedEvent> {
    return this.#indexed(OF_USER, userNumber);
  }

  /** The outcomes of a decision, in the order of their arrival. Cost: two reads of the store per event. */
  ofDecision(decisionId: string): Generator<LoggedEvent> {
    return this.#indexed(OF_DECISION, decisionId);
  }

  *#indexed(table: string, owner: string | number): Generator<LoggedEvent> {
    const start: StoreKey = [owner, 0];
    const end: StoreKey = [owner, Number.MAX_SAFE_INTEGER];
    for (const { key } of this.#store.range(table, { start, end })) {
      const sequence = (key as readonly [string | number, number])[1];
      const bytes = this.#store.get(EVENTS, sequence);
      if (!bytes) {
        throw new SluiceError(
          'ERR_SLUICE_RECORD_DAMAGED',
          `Expected event ${sequence} of the index ${table} but it is absent`,
        );
      }
      yield decodeEvent(sequence, bytes);
    }
  }

  async #append(
    { id, user, item, type, time, value = 1, decisionId }: Event,
    receivedAt: number,
  ): Promise<{ sequence: number; duplicate: boolean }> {
    const userNumber = this.#users.lookup(user) ?? (await this.#users.numberOf(user));
    const event = { id, userNumber, item, type, time, value, receivedAt, ...(decisionId && { decisionId }) };
    try {
      this.#check({ sequence: 0, ...event });
    } catch (error) {
      this.#counters.refused++;
      throw error;
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ event, resolve, reject });
      if (!this.#draining) void this.#drain();
    });
  }

  /** One batch at a time: a batch that fails leaves no gap, since the next one takes its sequences. */
  async #drain(): Promise<void> {
    this.#draining = true;
    // Appends of one turn of the event loop share a batch.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, MOST_AT_ONCE);
      this.#queue = this.#queue.slice(MOST_AT_ONCE);
      try {
        await this.#writeBatch(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#draining = false;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    // Read before the ids are looked up: whatever another process appends from here on takes `first` and is noticed.
    const first = this.lastSequence + 1;
    const fresh = batch.filter(({ event, resolve }) => {
      const sequence = this.#sequenceOf(event.id);
      if (sequence !== undefined) resolve({ sequence, duplicate: true });
      return sequence === undefined;
    });
    if (fresh.length === 0) return;
    const writes = fresh.flatMap(({ event }, i) => writesOf(first + i, event));
    const applied = await this.#store.write(writes, { ifAbsent: [{ table: EVENTS, key: first }] });
    if (!applied) this.#queue = [...fresh, ...this.#queue];
    else for (const [i, waiting] of fresh.entries()) this.#acknowledge(waiting, first + i);
  }

  #acknowledge({ event, resolve, reject }: Waiting, sequence: number): void {
    try {
      const logged = { sequence, ...event };
      for (const listener of this.#listeners) listener(logged);
      resolve({ sequence, duplicate: false });
    } catch (error) {
      reject(error);
    }
  }

  #sequenceOf(id: string): number | undefined {
    const bytes = this.#store.get(SEQUENCE_OF, id);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  }
}

function writesOf(sequence: number, event: Omit<LoggedEvent, 'sequence'>): StoreWrite[] {
  const ofId = new Uint8Array(8);
  new DataView(ofId.buffer).setFloat64(0, sequence, true);
  const writes: StoreWrite[] = [
    { table: EVENTS, key: sequence, value: encodeEvent(event) },
    { table: SEQUENCE_OF, key: event.id, value: ofId },
    { table: OF_USER, key: [event.userNumber, sequence], value: NOTHING },
  ];
  if (event.decisionId !== undefined) {
    writes.push({ table: OF_DECISION, key: [event.decisionId, sequence], value: NOTHING });
  }
  return writes;
}
