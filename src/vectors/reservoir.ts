/** Which candidates may still be among the best k? */

import type { TopK } from './backend.ts';

/** The kernel that moves the best k of `count` candidates to the front, the k-th to place k - 1. */
export interface Selector {
  select(candidates: BigUint64Array, count: number, k: number): void;
}

/**
 * Candidates as u64 that sort by score descending, then by row ascending. When it holds twice k it is cut to the best
 * k, so that a candidate costs O(1) amortised whatever the order in which they come.
 */
export class Reservoir {
  readonly #selector: Selector;
  readonly #k: number;
  #keys = new BigUint64Array(256);
  #count = 0;
  #best = Number.NEGATIVE_INFINITY;

  constructor(selector: Selector, k: number) {
    this.#selector = selector;
    this.#k = k;
  }

  /** Adds candidates; returns the k-th best score known, minus infinity while there is none. */
  add(keys: BigUint64Array): number {
    if (this.#count + keys.length > this.#keys.length) {
      const grown = new BigUint64Array(Math.max(2 * this.#keys.length, this.#count + keys.length));
      grown.set(this.#keys.subarray(0, this.#count));
      this.#keys = grown;
    }
    this.#keys.set(keys, this.#count);
    this.#count += keys.length;
    return this.#count >= 2 * this.#k + 256 ? this.best() : this.#best;
  }

  /** The k-th best score of all that were added, minus infinity if they are fewer. Cost: linear. */
  best(): number {
    this.#cut();
    if (this.#count === this.#k) this.#best = decode(this.#keys.subarray(this.#k - 1, this.#k)).scores[0];
    return this.#best;
  }

  /** The keys of the best k, in no order; a view. */
  keys(): BigUint64Array {
    this.#cut();
    return this.#keys.subarray(0, this.#count);
  }

  /** The rows of the best k, in no order. */
  rows(): Uint32Array {
    this.#cut();
    const halves = new Uint32Array(this.#keys.buffer);
    const rows = new Uint32Array(this.#count);
    for (let i = 0; i < rows.length; i++) rows[i] = halves[2 * i];
    return rows;
  }

  /** The best k, in order. */
  finish(): TopK {
    this.#cut();
    return decode(this.#keys.subarray(0, this.#count).sort());
  }

  /** Leaves the best k, the k-th of them last, if there are so many. */
  #cut(): void {
    if (this.#count < this.#k) return;
    this.#selector.select(this.#keys, this.#count, this.#k);
    this.#count = this.#k;
  }
}

/** The rows and scores of candidates: the row is the lower half, the score's order the upper. */
function decode(keys: BigUint64Array): TopK {
  const halves = new Uint32Array(keys.buffer, keys.byteOffset, 2 * keys.length);
  const ids = new Uint32Array(keys.length);
  const bits = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    ids[i] = halves[2 * i];
    const order = halves[2 * i + 1];
    bits[i] = order >>> 31 === 0 ? ~order & 0x7fffffff : order;
  }
  return { ids, scores: new Float32Array(bits.buffer) };
}
