/** Which row holds this string? A hash table of row numbers over a text column. */

import type { TextColumn } from './text-column.ts';

const encoder = new TextEncoder();

/**
 * Finds the row of a string in a column of distinct strings.
 *
 * Open addressing over row numbers, at most half full: 8 to 16 bytes per row, no object per string, so that opening a
 * catalogue of a million items costs tens of milliseconds.
 */
export class TextLookup {
  /** The first row whose string an earlier row holds too, or -1. */
  readonly duplicate: number;
  readonly #column: TextColumn;
  /** Row number plus one; zero where free. */
  readonly #slots: Uint32Array;

  constructor(column: TextColumn) {
    this.#column = column;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(column.length, 1) * 2)));
    let duplicate = -1;
    for (let row = 0; row < column.length; row++) {
      const slot = this.#slotOf(column.bytes, column.offsets[row], column.offsets[row + 1]);
      if (this.#slots[slot] === 0) this.#slots[slot] = row + 1;
      else if (duplicate === -1) duplicate = row;
    }
    this.duplicate = duplicate;
  }

  /** The row of `text`, or -1. Cost: one hash of the string and about one comparison. */
  find(text: string): number {
    const utf8 = encoder.encode(text);
    return this.#slots[this.#slotOf(utf8, 0, utf8.length)] - 1;
  }

  /** The slot that holds the bytes from `start` to `end`, or the free one where they belong. */
  #slotOf(utf8: Uint8Array, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(utf8, start, end) & mask;
    while (slots[slot] !== 0 && !this.#column.equals(slots[slot] - 1, utf8, start, end))
      slot = (slot + 1) & mask;
    return slot;
  }
}

/** FNV-1a with murmur3's finish, so that the low bits depend on every byte. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i], 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
