/** Where does durable state live? In ordered tables behind this interface: lmdb in production. */

/**
 * A key: text, a whole number below 2^53, or a tuple of two or more of them; at most 1900 bytes of UTF-8.
 *
 * Numbers stand before text, text in the order of its UTF-8 bytes; tuples compare element by element, the shorter
 * first, and a single value compares as a tuple of one. Text must be well formed (no lone surrogates).
 */
export type StoreKey = string | number | readonly [string | number, string | number, ...(string | number)[]];

/** A place in a table. */
export interface StorePlace {
  readonly table: string;
  readonly key: StoreKey;
}

/** One change of an atomic batch; `value: null` removes the key. */
export interface StoreWrite extends StorePlace {
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
 * **Invariant:** readers, in any process, see nothing that a crash could still take back.
 */
export interface Store {
  /** The durable value, or undefined. The caller may keep it. */
  get(table: string, key: StoreKey): Uint8Array | undefined;
  /** Durable entries in key order; a consistent view as of the first step of the iteration. */
  range(table: string, range?: StoreRange): Iterable<{ readonly key: StoreKey; readonly value: Uint8Array }>;
  /**
   * Applies all writes or none; resolves once they are flushed to the disk. Batches take effect in the order of the
   * calls; of two writes to one key in a batch the later counts. The values may be changed once the call has returned.
   *
   * @param writes with keys and values of the table's own making; up to some thousands.
   * @param options.ifAbsent places that must be empty for the batch to apply, checked in the same transaction: what
   * two processes over one store need in order not to overwrite each other.
   * @returns whether the batch was applied; always true without `ifAbsent`.
   * @throws ERR_SLUICE_STORE_FAILED when the disk is full or fails: nothing of the batch was then applied;
   * ERR_SLUICE_INVALID_ARGUMENT for a key that no store can hold; ERR_SLUICE_CLOSED after close.
   */
  write(
    writes: readonly StoreWrite[],
    options?: { readonly ifAbsent?: readonly StorePlace[] },
  ): Promise<boolean>;
  /** Flushes, then releases the files; idempotent. */
  close(): Promise<void>;
}
