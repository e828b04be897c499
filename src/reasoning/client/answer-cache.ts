/** Was this asked before? Answers by key, bounded in number and age. */

import { unexpected } from '../../errors.ts';

/** How many answers are kept, and how long. */
export interface AnswerCacheOptions {
  /** The least recently used goes first; 0 keeps none. @default 1000 */
  readonly size?: number;
  /** @default 600000, ten minutes */
  readonly ttlMs?: number;
}

/** The most recently used answers that are not too old. Values are shared: nobody may change them. */
export class AnswerCache {
  readonly #entries = new Map<string, { readonly value: unknown; readonly until: number }>();
  readonly #size: number;
  readonly #ttlMs: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for options out of their ranges. */
  constructor({ size = 1000, ttlMs = 600_000 }: AnswerCacheOptions = {}) {
    if (!Number.isSafeInteger(size) || size < 0) throw unexpected('a whole number from 0', 'size', size);
    if (!(ttlMs > 0)) throw unexpected('milliseconds above 0', 'ttlMs', ttlMs);
    this.#size = size;
    this.#ttlMs = ttlMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, now: number): { readonly value: unknown } | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.until <= now) return undefined;
    this.#entries.set(key, entry);
    return entry;
  }

  set(key: string, value: unknown, now: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: now + this.#ttlMs });
    // A map keeps the order of insertion, and `get` inserts again: the first is the least recently used.
    for (const [oldest] of this.#entries) {
      if (this.#entries.size <= this.#size) break;
      this.#entries.delete(oldest);
    }
  }
}
