/** What does a machine remember that dies at the worst moment? A store that loses whatever was not flushed. */

import { SluiceError } from '../../src/errors.ts';
import type { Store, StoreKey, StorePlace, StoreRange, StoreWrite } from '../../src/log/store.ts';
import { checkKey } from '../../src/log/store-key.ts';

type Entry = { readonly key: StoreKey; readonly value: Uint8Array };
type Tables = Map<string, Map<string, Entry>>;
type Batch = {
  readonly writes: readonly StoreWrite[];
  readonly ifAbsent: readonly StorePlace[];
  resolve(applied: boolean): void;
  reject(error: unknown): void;
};

/**
 * A store in memory. Batches wait apart until the next flush makes them durable: by itself in the next turn of the
 * event loop, or when `flush` is called if `flushes` is `held`.
 */
export class ForgetfulStore implements Store {
  readonly #flushes: 'automatic' | 'held';
  readonly #durable: Tables;
  #unflushed: Batch[] = [];
  #state: 'open' | 'closed' | 'crashed' = 'open';
  /** Set it and the next flush fails: nothing of its batches is kept, and their writes are rejected. */
  failNextFlush: Error | null = null;

  constructor(
    { flushes = 'automatic' }: { flushes?: 'automatic' | 'held' } = {},
    durable: Tables = new Map(),
  ) {
    this.#flushes = flushes;
    this.#durable = durable;
  }

  /** Batches that a crash would lose. */
  get unflushed(): number {
    return this.#unflushed.length;
  }

  get(table: string, key: StoreKey): Uint8Array | undefined {
    this.#assertOpen();
    checkKey(key);
    return this.#durable.get(table)?.get(nameOf(key))?.value.slice();
  }

  *range(table: string, { start, end, reverse = false, limit }: StoreRange = {}): Generator<Entry> {
    this.#assertOpen();
    const entries = [...(this.#durable.get(table)?.values() ?? [])]
      .filter(({ key }) => start === undefined || compareKeys(key, start) >= 0)
      .filter(({ key }) => end === undefined || compareKeys(key, end) < 0)
      .sort((a, b) => compareKeys(a.key, b.key));
    if (reverse) entries.reverse();
    for (const { key, value } of entries.slice(0, limit)) yield { key, value: value.slice() };
  }

  async write(
    writes: readonly StoreWrite[],
    { ifAbsent = [] }: { readonly ifAbsent?: readonly StorePlace[] } = {},
  ): Promise<boolean> {
    this.#assertOpen();
    for (const { key } of [...writes, ...ifAbsent]) checkKey(key);
    const held = writes.map((write) => ({ ...write, value: write.value?.slice() ?? null }));
    if (this.#flushes === 'automatic' && this.#unflushed.length === 0) {
      setImmediate(() => {
        if (this.#state === 'open') this.flush();
      });
    }
    return new Promise((resolve, reject) =>
      this.#unflushed.push({ writes: held, ifAbsent, resolve, reject }),
    );
  }

  /** Makes all waiting batches durable, in order, and resolves their writes. */
  flush(): void {
    const batches = this.#unflushed;
    this.#unflushed = [];
    const cause = this.failNextFlush;
    this.failNextFlush = null;
    for (const { writes, ifAbsent, resolve, reject } of batches) {
      if (cause) {
        reject(
          new SluiceError('ERR_SLUICE_STORE_FAILED', 'Expected to flush but received a failure', { cause }),
        );
        continue;
      }
      const absent = ifAbsent.every(({ table, key }) => !this.#durable.get(table)?.has(nameOf(key)));
      if (absent) apply(this.#durable, writes);
      resolve(absent);
    }
  }

  /** The machine dies: this store never answers again. Returns what is found after it was switched on. */
  crash(): ForgetfulStore {
    this.#state = 'crashed';
    return new ForgetfulStore({ flushes: this.#flushes }, copy(this.#durable));
  }

  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.flush();
    this.#state = 'closed';
  }

  #assertOpen(): void {
    if (this.#state !== 'open') {
      throw new SluiceError('ERR_SLUICE_CLOSED', `Expected an open store but it has ${this.#state}`);
    }
  }
}

function apply(tables: Tables, writes: readonly StoreWrite[]): void {
  for (const { table, key, value } of writes) {
    let entries = tables.get(table);
    if (!entries) {
      entries = new Map();
      tables.set(table, entries);
    }
    if (value === null) entries.delete(nameOf(key));
    else entries.set(nameOf(key), { key, value });
  }
}

const copy = (tables: Tables): Tables =>
  new Map([...tables].map(([name, entries]) => [name, new Map(entries)]));
const nameOf = (key: StoreKey): string => JSON.stringify(key);

/** The order of keys as the contract states it, written down a second time. */
export function compareKeys(a: StoreKey, b: StoreKey): number {
  const left = Array.isArray(a) ? a : [a];
  const right = Array.isArray(b) ? b : [b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i], right[i]];
    if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
    const order = typeof x === 'number' ? x - y : Buffer.compare(Buffer.from(x), Buffer.from(y));
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
