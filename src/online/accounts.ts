/** What has answering cost, and how dear is money at this time of the day? Booked after each answer, kept in the store. */

import type { RequestContext } from '../funnel/context.ts';
import type { FunnelResult } from '../funnel/stage.ts';
import { RecordReader, RecordWriter } from '../log/codec.ts';
import type { Store } from '../log/store.ts';
import { Pacer, type PacerOptions, type PacerState } from '../reasoning/budget/pacing/pacer.ts';
import { Ledger, type LedgerReport, type LedgerState } from '../reasoning/ledger/ledger.ts';
import { samePlan } from '../reasoning/planner/same-plan.ts';
import { parsedOf, plannedOf } from './stages/query/plan.ts';

const TABLE = 'accounts';
const VERSION = 1;
/** A crash loses the bookings of this time; money itself is in the books of the limits. */
const SAVE_EVERY_MS = 60_000;

/** Reasons of decisions that money alone decided. */
const BY_MONEY: readonly string[] = ['gain-above-price', 'gain-below-price', 'explored', 'budget'];

/** How the accounts are kept. */
export interface AccountsOptions {
  /** What an hour of one processor costs, in nano-dollars. */
  readonly cpuHour: number;
  /** The day that money must last for; null where it has no limit. */
  readonly pacing: Pick<PacerOptions, 'budget' | 'utcOffsetMinutes'> | null;
}

/** The ledger of an engine and, where a limit binds its days, the pacer. */
export class Accounts {
  readonly #store: Store;
  readonly #ledger: Ledger;
  readonly #pacer: Pacer | null;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  #savedAt: number;

  /** @throws ERR_SLUICE_RECORD_DAMAGED, ERR_SLUICE_RECORD_TOO_NEW; ERR_SLUICE_INVALID_ARGUMENT for the options. */
  constructor(
    { store, now }: { readonly store: Store; readonly now: () => number },
    { cpuHour, pacing }: AccountsOptions,
    onError: (error: unknown) => void = () => {},
  ) {
    this.#store = store;
    this.#now = now;
    this.#onError = onError;
    const [ledger, paced] = [saved<LedgerState>(store, 'ledger'), saved<PacerState>(store, 'pacer')];
    this.#ledger = new Ledger({ cpuHour, ...(ledger && { state: ledger }) });
    this.#pacer = pacing && new Pacer({ ...pacing, ...(paced && { state: paced }) });
    this.#savedAt = now();
  }

  /** Price of a nano-dollar in worth; 1 without a limit of the day. */
  get lambda(): number {
    return this.#pacer?.lambda ?? 1;
  }

  report(): LedgerReport {
    return this.#ledger.report();
  }

  /**
   * Books a request that is through.
   *
   * @param result null for one that failed or was aborted: what it had bought by then is paid for all the same.
   * @param value what a gain of 1 was worth, in nano-dollars.
   */
  record(context: RequestContext, result: FunnelResult | null, value: number): void {
    const { stages, routings } = context.receipt;
    const moved = result?.order?.some((from, place) => from !== place) ?? false;
    const parsed = parsedOf(context)?.plan;
    const replanned = parsed !== undefined && !samePlan(parsed, plannedOf(context).plan);
    const changed = result !== null && (moved || replanned);
    this.#ledger.record({ route: result?.route ?? 'failed', stages, routings, changed });
    // The clock of the limits, not the time that the request names.
    const time = this.#now();
    for (const { reason, gain, expectedCost, cost } of routings) {
      if (expectedCost === null || !BY_MONEY.includes(reason)) continue;
      const worth = Math.max(0, value * gain.low);
      this.#pacer?.observe({ time, worth, cost: expectedCost, spent: cost });
    }
    if (Math.abs(time - this.#savedAt) > SAVE_EVERY_MS) {
      this.#savedAt = time;
      this.save().catch(this.#onError);
    }
  }

  /** Writes both, durably. */
  async save(): Promise<void> {
    const write = (key: string, state: object) => ({
      table: TABLE,
      key,
      value: new RecordWriter(VERSION).text(JSON.stringify(state)).finish(),
    });
    await this.#store.write([
      write('ledger', this.#ledger.snapshot()),
      ...(this.#pacer ? [write('pacer', this.#pacer.snapshot())] : []),
    ]);
  }
}

function saved<T>(store: Store, key: string): T | undefined {
  const bytes = store.get(TABLE, key);
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, 'account', VERSION);
  const state = JSON.parse(reader.text()) as T;
  reader.finish();
  return state;
}
