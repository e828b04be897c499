/** What was shown to whom, and with which probability? One durable record per slate, for evaluation and replay. */

import { SluiceError } from '../errors.ts';
import type { DecisionRecord } from './decision.ts';
import { checkDecision, checkDraws, checkPropensities } from './decision-check.ts';
import { decodeDecision, encodeDecision } from './decision-codec.ts';
import type { Store, StoreWrite } from './store.ts';
import { UNSETTLED } from './unsettled.ts';

const DECISIONS = 'decisions';
const BY_TIME = 'decisions-by-time';
const PENDING = 'decisions-pending';
const OF_SNAPSHOT = 'decisions-of-snapshot';
const NOTHING = new Uint8Array(0);
const EXPIRED_AT_ONCE = 256;

/**
 * The durable log of decisions.
 *
 * @example
 * ```ts
 * const log = new DecisionLog(store);
 * await log.record(record); // propensityState: 'pending'
 * await log.complete(record.decisionId, Float64Array.of(0.5, 0.25), 200);
 * log.get(record.decisionId)?.propensityState; // 'estimated'
 * ```
 */
export class DecisionLog {
  readonly #store: Store;
  readonly #changing = new Map<string, Promise<void>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Keeps a decision; resolves once it is durable.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a field that evaluation could not use, or a decision id that is taken;
   * ERR_SLUICE_STORE_FAILED.
   */
  async record(record: DecisionRecord): Promise<void> {
    checkDecision(record);
    const { decisionId, time, snapshot } = record;
    // Encoded at once: the caller's arrays may be reused after the call.
    const writes: StoreWrite[] = [
      { table: DECISIONS, key: decisionId, value: encodeDecision(record) },
      { table: BY_TIME, key: [Math.floor(time), decisionId], value: NOTHING },
      { table: OF_SNAPSHOT, key: [snapshot, decisionId], value: NOTHING },
      { table: UNSETTLED, key: [Math.floor(time), decisionId], value: NOTHING },
    ];
    if (record.propensityState === 'pending')
      writes.push({ table: PENDING, key: decisionId, value: NOTHING });
    await this.#inTurn(decisionId, async () => {
      const place = { table: DECISIONS, key: decisionId };
      if (!(await this.#store.write(writes, { ifAbsent: [place] }))) {
        throw new SluiceError(
          'ERR_SLUICE_INVALID_ARGUMENT',
          `Expected a new decision id but received ${decisionId}, which has a record`,
          { remedy: 'Give every decision an id of its own.' },
        );
      }
    });
  }

  /**
   * Gives a pending decision the propensities that posterior draws have estimated; resolves once that is durable. A
   * record still being written is waited for.
   *
   * @param propensities one in (0, 1] per item shown.
   * @throws ERR_SLUICE_UNKNOWN_DECISION, ERR_SLUICE_INVALID_ARGUMENT when it is not pending, ERR_SLUICE_STORE_FAILED.
   */
  async complete(decisionId: string, propensities: Float64Array, draws: number): Promise<void> {
    checkDraws(draws);
    const held = propensities.slice();
    await this.#inTurn(decisionId, async () => {
      const record = this.get(decisionId);
      if (!record) {
        throw new SluiceError(
          'ERR_SLUICE_UNKNOWN_DECISION',
          `Expected a logged decision but received ${decisionId}`,
        );
      }
      if (record.propensityState !== 'pending') {
        throw new SluiceError(
          'ERR_SLUICE_INVALID_ARGUMENT',
          `Expected a pending decision but ${decisionId} is ${record.propensityState}`,
        );
      }
      checkPropensities(held, record.shown.rows.length);
      const shown = { ...record.shown, propensities: held };
      const completed: DecisionRecord = { ...record, shown, propensityState: 'estimated', draws };
      await this.#store.write([
        { table: DECISIONS, key: decisionId, value: encodeDecision(completed) },
        { table: PENDING, key: decisionId, value: null },
      ]);
    });
  }

  /** Whether there is a record of a decision. */
  has(decisionId: string): boolean {
    return this.#store.get(DECISIONS, decisionId) !== undefined;
  }

  /** The record of a decision, or undefined. @throws ERR_SLUICE_RECORD_DAMAGED, ERR_SLUICE_RECORD_TOO_NEW. */
  get(decisionId: string): DecisionRecord | undefined {
    const bytes = this.#store.get(DECISIONS, decisionId);
    return bytes && decodeDecision(bytes);
  }

  /** The decisions with `from <= time < to`, by time and then by id. @param range in milliseconds since 1970. */
  *range({
    from = 0,
    to = Infinity,
  }: {
    readonly from?: number;
    readonly to?: number;
  } = {}): Generator<DecisionRecord> {
    const end = Math.min(Math.ceil(to), Number.MAX_SAFE_INTEGER);
    for (const { key } of this.#store.range(BY_TIME, { start: [Math.floor(from), ''], end: [end, ''] })) {
      const record = this.get((key as readonly [number, string])[1]);
      if (record && record.time >= from && record.time < to) yield record;
    }
  }

  /** Ids of the decisions whose propensities are still to be computed, as a crash may leave them. */
  *pending(): Generator<string> {
    for (const { key } of this.#store.range(PENDING)) yield key as string;
  }

  /**
   * Forgets the decisions before a time, settled or not; resolves with their number once that is durable.
   *
   * @param before milliseconds since 1970.
   */
  async expire(before: number): Promise<number> {
    let expired = 0;
    for (;;) {
      const range = { end: [Math.floor(before), ''] as const, limit: EXPIRED_AT_ONCE };
      const batch = [...this.#store.range(BY_TIME, range)];
      if (batch.length === 0) return expired;
      await this.#store.write(
        batch.flatMap(({ key }) => {
          const [time, decisionId] = key as readonly [number, string];
          const snapshot = this.get(decisionId)?.snapshot;
          const places = [
            { table: BY_TIME, key: [time, decisionId] as const },
            { table: UNSETTLED, key: [time, decisionId] as const },
            { table: DECISIONS, key: decisionId },
            { table: PENDING, key: decisionId },
            ...(snapshot === undefined ? [] : [{ table: OF_SNAPSHOT, key: [snapshot, decisionId] as const }]),
          ];
          return places.map((place) => ({ ...place, value: null }));
        }),
      );
      expired += batch.length;
    }
  }

  /** Hashes of the snapshots that a record refers to, ascending: these must be kept. Cost: one read per snapshot. */
  snapshotsInUse(): string[] {
    const found: string[] = [];
    for (;;) {
      // The least text above the last one skips all its records.
      const start = found.length === 0 ? undefined : ([`${found.at(-1)}\u0000`, ''] as const);
      const [entry] = this.#store.range(OF_SNAPSHOT, { start, limit: 1 });
      if (!entry) return found;
      found.push((entry.key as readonly [string, string])[0]);
    }
  }

  /** Changes of one decision follow each other, so that none reads what another is about to replace. */
  async #inTurn(decisionId: string, change: () => Promise<void>): Promise<void> {
    const before = this.#changing.get(decisionId) ?? Promise.resolve();
    const after = before.catch(() => {}).then(change);
    this.#changing.set(decisionId, after);
    try {
      await after;
    } finally {
      if (this.#changing.get(decisionId) === after) this.#changing.delete(decisionId);
    }
  }
}
