/** Where does durable state live? In ordered tables behind this interface: lmdb in production. */

/** A key: text, a whole number below 2^53, or a tuple of them; tuples order element by element. */
export type StoreKey = string | number | readonly (string | number)[];

/** One change of an atomic batch; `value: null` removes the key. */
export interface StoreWrite {
  readonly table: string;
  readonly key: StoreKey;
  readonly value: Uint8Array | null;
}

/** A range of keys of one table, `start` included, `end` excluded, in ascending order unless reversed. */
export interface StoreRange {
  readonly start?: StoreKey;
  readonly end?: StoreKey;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/**
 * Ordered tables of bytes with atomic, durable batches.
 *
 * **Invariant:** what `write` has resolved for survives the death of the process and of the machine. What it has not
 * resolved for may be lost, but never in part.
 */
export interface Store {
  /** The committed value, or undefined. */
  get(table: string, key: StoreKey): Uint8Array | undefined;
  /** Committed entries in key order; a consistent view as of the first step of the iteration. */
  range(table: string, range?: StoreRange): Iterable<{ readonly key: StoreKey; readonly value: Uint8Array }>;
  /**
   * Applies all writes or none; resolves once they are flushed to the disk.
   * Batches take effect in the order of the calls.
   *
   * @throws ERR_SLUICE_STORE_FAILED when the disk is full or fails, ERR_SLUICE_CLOSED after close.
   */
  write(writes: readonly StoreWrite[]): Promise<void>;
  /** Flushes, then releases the files; idempotent. */
  close(): Promise<void>;
}
