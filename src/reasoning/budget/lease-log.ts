/** How do several processes share the limit of a day? Each adds what it takes to a running total in one store. */

import { SluiceError } from '../../errors.ts';
import type { Store, StoreKey, StorePlace } from '../../log/store.ts';
import type { AccountKey, Scope } from './accounts.ts';

const LEASES = 'budget-leases';
/** Days on which anything was ever leased, and those of them on which nothing more may be. */
const OPENED = 'budget-open-days';
const CLOSED = 'budget-closed-days';
const NOTHING = new Uint8Array(0);
const DELETED_AT_ONCE = 1024;

/** Whose limit, on which day. */
export interface LeasePlace {
  readonly day: number;
  readonly scope: Scope;
  readonly key: AccountKey;
}

/**
 * The running totals of what was leased, one entry a lease: an entry is written only where there is none, so that of
 * two processes that have read the same total one tries again.
 *
 * **Invariant:** the total of a place never exceeds the largest limit that it was asked for with.
 */
export class LeaseLog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Takes up to `wanted` nano-dollars of what a limit has left, or gives back where `wanted` is negative; resolves with
   * the amount once that is durable.
   *
   * A day opens when it is later than every day before, or follows one that was open: a clock that is set back finds
   * the account of that day as it was left, and on a day that never was, nothing.
   *
   * @throws ERR_SLUICE_STORE_FAILED; nothing was then taken that could be spent.
   */
  async take(place: LeasePlace, wanted: number, limit: number): Promise<number> {
    const { day, scope, key } = place;
    for (;;) {
      const opened = this.#store.get(OPENED, day) !== undefined;
      if (this.#store.get(CLOSED, day) || !(opened || this.#opens(day))) return 0;
      const { total, entries } = this.#last(place);
      const taken = Math.min(wanted, limit - total);
      if (taken === 0 || (taken < 0 && wanted > 0)) return 0;
      const entry: StorePlace = { table: LEASES, key: [day, scope, key, entries] };
      const opening: StorePlace = { table: OPENED, key: day };
      const applied = await this.#store.write(
        [{ ...entry, value: encode(total + taken) }, ...(opened ? [] : [{ ...opening, value: NOTHING }])],
        { ifAbsent: [entry, { table: CLOSED, key: day }, ...(opened ? [] : [opening])] },
      );
      if (applied) return taken;
    }
  }

  /** What was leased in all, by every process. Cost: one step of the store. */
  total(place: LeasePlace): number {
    return this.#last(place).total;
  }

  /**
   * Closes for ever the earliest of the open days but the last `kept`, and removes their entries. It counts days that
   * were spent on and asks no clock, so that one that jumps far ahead closes nothing early. Resolves once durable.
   */
  async closeEarliest(kept: number): Promise<void> {
    const days = Array.from(this.#store.range(OPENED), ({ key }) => key as number);
    const open = days.filter((day) => this.#store.get(CLOSED, day) === undefined);
    for (const day of open.slice(0, Math.max(0, open.length - kept))) {
      await this.#store.write([{ table: CLOSED, key: day, value: NOTHING }]);
      for (;;) {
        const range = { start: [day, ''] as const, end: [day + 1, ''] as const, limit: DELETED_AT_ONCE };
        const old = Array.from(this.#store.range(LEASES, range), ({ key }) => key);
        if (old.length === 0) break;
        await this.#store.write(old.map((key) => ({ table: LEASES, key, value: null })));
      }
    }
  }

  #opens(day: number): boolean {
    if (this.#store.get(OPENED, day - 1)) return true;
    for (const { key } of this.#store.range(OPENED, { reverse: true, limit: 1 }))
      return day > (key as number);
    return true;
  }

  #last({ day, scope, key }: LeasePlace): { total: number; entries: number } {
    const start: StoreKey = [day, scope, key, 0];
    const end: StoreKey = [day, scope, key, Number.MAX_SAFE_INTEGER];
    for (const last of this.#store.range(LEASES, { start, end, reverse: true, limit: 1 })) {
      const entries = (last.key as readonly number[])[3] + 1;
      return { total: decode(last.value), entries };
    }
    return { total: 0, entries: 0 };
  }
}

function encode(total: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, total, true);
  return bytes;
}

function decode(bytes: Uint8Array): number {
  const total =
    bytes.length === 8 ? new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true) : Number.NaN;
  if (!Number.isSafeInteger(total) || total < 0)
    throw new SluiceError(
      'ERR_SLUICE_RECORD_DAMAGED',
      'Expected the total of a lease but received other bytes',
    );
  return total;
}
