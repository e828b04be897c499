/** How is state kept on this machine? In one lmdb environment, one commit and one flush for all writes at hand. */

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Key, RootDatabase } from 'lmdb';
import { SluiceError, unexpected } from '../errors.ts';
import { DiskSpace } from './disk-space.ts';
import { checkLmdbFile } from './lmdb-header.ts';
import type { Store, StoreKey, StorePlace, StoreRange, StoreWrite } from './store.ts';
import { checkKey } from './store-key.ts';

type Table = Database<Buffer>;

const MOST_TABLES = 64;

/**
 * Opens, or creates, a store in a directory. Several processes may open the same one; the file grows as needed.
 *
 * A commit is flushed before it becomes visible and before `write` resolves. Writes that come while a flush is under
 * way share the next one. lmdb is loaded by the first call (about 45 ms).
 *
 * @param options.directory is created when it is missing; a local disk, not a network share.
 * @throws ERR_SLUICE_STORE_FAILED when the directory cannot be written, ERR_SLUICE_RECORD_DAMAGED or
 * ERR_SLUICE_RECORD_TOO_NEW when its file is not a database that this version can open.
 * @example
 * ```ts
 * const store = await openLmdbStore({ directory: 'home/state' });
 * await store.write([{ table: 'events', key: 1, value: Uint8Array.of(7) }]);
 * store.get('events', 1); // Uint8Array [7]
 * await store.close();
 * ```
 */
export async function openLmdbStore({ directory }: { readonly directory: string }): Promise<Store> {
  if (typeof directory !== 'string' || directory === '') throw unexpected('a path', 'directory', directory);
  try {
    // A name with a dot would be taken for a file by lmdb unless it is told that this is a directory.
    const existing = await stat(directory).catch(() => null);
    if (!existing) await mkdir(directory, { recursive: true });
    await checkLmdbFile(join(directory, 'data.mdb'));
    const { open } = await import('lmdb');
    const environment = open({
      path: directory,
      noSubdir: false,
      encoding: 'binary',
      maxDbs: MOST_TABLES,
      // Commits wait for their flush: an error of the disk then rejects the write, which lmdb's overlapping flushes
      // never tell, and a reader never sees what a crash could still take back.
      overlappingSync: false,
      // Batches are made whole here; lmdb's own batching by event turn leaves failed promises that nobody can catch.
      eventTurnBatching: false,
    });
    return new LmdbStore(environment, new DiskSpace(directory));
  } catch (error) {
    throw failed(error, `open the store in ${directory}`);
  }
}

class LmdbStore implements Store {
  readonly #environment: RootDatabase<Buffer>;
  readonly #space: DiskSpace;
  readonly #tables = new Map<string, Table>();
  readonly #writing = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor(environment: RootDatabase<Buffer>, space: DiskSpace) {
    this.#environment = environment;
    this.#space = space;
  }

  get(table: string, key: StoreKey): Uint8Array | undefined {
    checkKey(key);
    const opened = this.#table(table);
    try {
      return opened.get(key as Key);
    } catch (error) {
      throw failed(error, `read ${table}`);
    }
  }

  *range(table: string, range: StoreRange = {}): Generator<{ key: StoreKey; value: Uint8Array }> {
    const { start, end, reverse = false, limit } = range as StoreRange & { start?: Key; end?: Key };
    if (range.start !== undefined) checkKey(range.start);
    if (range.end !== undefined) checkKey(range.end);
    const opened = this.#table(table);
    try {
      // lmdb names the bounds of a reversed range in the order of the walk.
      const entries = opened.getRange(
        reverse
          ? { start: end, end: start, reverse, limit, exclusiveStart: end !== undefined, inclusiveEnd: true }
          : { start, end, limit },
      );
      yield* entries as Iterable<{ key: StoreKey; value: Uint8Array }>;
    } catch (error) {
      throw failed(error, `read ${table}`);
    }
  }

  async write(
    writes: readonly StoreWrite[],
    { ifAbsent = [] }: { readonly ifAbsent?: readonly StorePlace[] } = {},
  ): Promise<boolean> {
    // A key that lmdb refuses, or a table that is opened, inside a batch would tear it: both come before it.
    for (const { key, value } of writes) {
      checkKey(key);
      if (value !== null && !(value instanceof Uint8Array))
        throw unexpected('a Uint8Array or null', 'value', value);
    }
    if (this.#closing) throw closed();
    const release = this.#space.claim(writes.length, bytesOf(writes));
    try {
      return await this.#commit(writes, ifAbsent);
    } finally {
      release();
    }
  }

  async #commit(writes: readonly StoreWrite[], ifAbsent: readonly StorePlace[]): Promise<boolean> {
    const guards = ifAbsent.map(({ table, key }) => {
      checkKey(key);
      return { table: this.#table(table), key };
    });
    const tables = writes.map(({ table }) => this.#table(table));
    const put = () => {
      writes.forEach(({ key, value }, i) => {
        if (value === null) tables[i].remove(key as Key);
        else tables[i].put(key as Key, Buffer.from(value));
      });
    };
    // Guards nest; each level's promise tells whether its own place was empty.
    const levels: Promise<boolean>[] = [];
    const enter = (depth: number): void => {
      if (depth === guards.length) put();
      else levels.push(guards[depth].table.ifNoExists(guards[depth].key as Key, () => enter(depth + 1)));
    };
    if (guards.length === 0) levels.push(this.#environment.batch(put));
    else enter(0);
    const commit = Promise.all(levels).then((applied) => applied.every(Boolean));
    this.#writing.add(commit);
    try {
      return await commit;
    } catch (error) {
      throw failed(await causeOf(error), 'write to the store');
    } finally {
      this.#writing.delete(commit);
    }
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#writing).then(() => this.#environment.close());
    return this.#closing;
  }

  #table(name: string): Table {
    if (this.#closing) throw closed();
    let table = this.#tables.get(name);
    if (!table) {
      try {
        table = this.#environment.openDB<Buffer>(name, { encoding: 'binary' });
      } catch (error) {
        throw failed(error, `open the table ${name}`);
      }
      this.#tables.set(name, table);
    }
    return table;
  }
}

function closed(): SluiceError {
  return new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open store but it was closed');
}

function bytesOf(writes: readonly StoreWrite[]): number {
  return writes.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
}

/** lmdb rejects with a general error that carries a promise of the particular one. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<never> };
  return commitError ? commitError.catch((cause: unknown) => cause) : error;
}

function failed(cause: unknown, action: string): SluiceError {
  if (SluiceError.is(cause)) return cause;
  const { message, code } = cause as { message?: string; code?: unknown };
  return new SluiceError(
    'ERR_SLUICE_STORE_FAILED',
    `Expected to ${action} but received ${message ?? String(cause)}`,
    {
      cause,
      details: { code },
    },
  );
}
