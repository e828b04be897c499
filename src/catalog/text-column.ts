/** How are a million strings kept without a million objects? As UTF-8 bytes with offsets. */

import { SluiceError, unexpected } from '../errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Immutable strings in one run of UTF-8: string `i` is `bytes[offsets[i] .. offsets[i + 1])`.
 *
 * A lone surrogate has no UTF-8 form and is kept as U+FFFD.
 *
 * @example
 * ```ts
 * const titles = TextColumn.of(['Toy Story', 'Jumanji']);
 * titles.at(1); // 'Jumanji'
 * ```
 */
export class TextColumn {
  readonly kind = 'text';
  readonly bytes: Uint8Array;
  /** `length + 1` ascending numbers, the first 0, the last `bytes.length`. */
  readonly offsets: Uint32Array;

  /** Wraps the two arrays without a copy. @throws ERR_SLUICE_INVALID_ARGUMENT unless the offsets fit the bytes. */
  constructor(bytes: Uint8Array, offsets: Uint32Array) {
    if (offsets.length === 0 || offsets[0] !== 0 || offsets[offsets.length - 1] !== bytes.length) {
      throw unexpected(`offsets from 0 to ${bytes.length}`, 'offsets', offsets);
    }
    for (let i = 1; i < offsets.length; i++) {
      if (offsets[i] < offsets[i - 1]) throw unexpected('ascending offsets', 'offsets', `a fall at ${i}`);
    }
    this.bytes = bytes;
    this.offsets = offsets;
  }

  /** Encodes strings. Cost: one pass. @throws ERR_SLUICE_OUT_OF_MEMORY above 4 GiB of text. */
  static of(values: readonly string[]): TextColumn {
    const offsets = new Uint32Array(values.length + 1);
    let units = 0;
    for (const value of values) units += value.length;
    let bytes = new Uint8Array(units + 16);
    let end = 0;
    for (let i = 0; i < values.length; i++) {
      // A UTF-16 unit takes at most three bytes of UTF-8.
      const worst = end + values[i].length * 3;
      if (worst > bytes.length) bytes = grown(bytes, worst);
      end += encoder.encodeInto(values[i], bytes.subarray(end)).written;
      if (end > 0xffffffff) {
        throw new SluiceError(
          'ERR_SLUICE_OUT_OF_MEMORY',
          'Expected at most 4 GiB of text in one column but received more',
        );
      }
      offsets[i + 1] = end;
    }
    return new TextColumn(bytes.slice(0, end), offsets);
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  /** The string at `row`; decoded on every call, under a microsecond. @throws ERR_SLUICE_INVALID_ARGUMENT beyond the end. */
  at(row: number): string {
    if (!Number.isInteger(row) || row < 0 || row >= this.length) {
      throw unexpected(`a row from 0 to ${this.length - 1}`, 'row', row);
    }
    return decoder.decode(this.bytes.subarray(this.offsets[row], this.offsets[row + 1]));
  }

  /** Whether the string at `row` has exactly the UTF-8 bytes from `start` to `end`. */
  equals(row: number, utf8: Uint8Array, start = 0, end = utf8.length): boolean {
    const shift = this.offsets[row] - start;
    if (this.offsets[row + 1] - shift !== end) return false;
    for (let i = start; i < end; i++) if (this.bytes[i + shift] !== utf8[i]) return false;
    return true;
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }
}

function grown(bytes: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, Math.ceil(bytes.length * 1.5)));
  larger.set(bytes);
  return larger;
}
