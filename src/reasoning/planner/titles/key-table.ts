/** Which entries have this hash? Buckets of entry numbers, in three arrays. */

/** FNV-1a over UTF-16 units with murmur3's finish. */
export function hashOf(text: string, start = 0, end = text.length): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** An immutable multimap from 32-bit hashes to entry numbers; 12 bytes an entry. Equal hashes lie in one bucket. */
export class KeyTable {
  readonly #starts: Uint32Array;
  readonly #hashes: Uint32Array;
  readonly #entries: Uint32Array;
  readonly #mask: number;

  /** @param hashes one per pair. @param entries the entry of each pair. */
  constructor(hashes: Uint32Array, entries: Uint32Array) {
    const buckets = 2 ** Math.ceil(Math.log2(Math.max(hashes.length, 1)));
    this.#mask = buckets - 1;
    this.#starts = new Uint32Array(buckets + 1);
    for (const hash of hashes) this.#starts[(hash & this.#mask) + 1]++;
    for (let b = 0; b < buckets; b++) this.#starts[b + 1] += this.#starts[b];
    const next = this.#starts.slice(0, buckets);
    this.#hashes = new Uint32Array(hashes.length);
    this.#entries = new Uint32Array(hashes.length);
    for (let i = 0; i < hashes.length; i++) {
      const place = next[hashes[i] & this.#mask]++;
      this.#hashes[place] = hashes[i];
      this.#entries[place] = entries[i];
    }
  }

  /** Calls `visit` for the entries of a hash, ascending; it ends where `visit` returns true. */
  each(hash: number, visit: (entry: number) => boolean | undefined): void {
    const bucket = hash & this.#mask;
    for (let i = this.#starts[bucket]; i < this.#starts[bucket + 1]; i++) {
      if (this.#hashes[i] === hash && visit(this.#entries[i]) === true) return;
    }
  }
}
