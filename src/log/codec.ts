/** How do records become bytes? Little-endian fields between a version and a checksum. */

import { endianness } from 'node:os';
import { SluiceError } from '../errors.ts';

const FIRST_BYTES = 256;

type Column = Uint32Array | Float32Array | Float64Array;

/** Writes the fields of one record in order; {@link RecordWriter.finish} gives the bytes. @internal */
export class RecordWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  /** @param version of the record's layout, 1 to 255; its first byte. */
  constructor(version: number) {
    this.#bytes[this.#at++] = version;
  }

  /** A whole number from 0 to 255. */
  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
    return this;
  }

  /** A whole number from 0 to 2^53 - 1, in 1 to 8 bytes of 7 bits. */
  count(value: number): this {
    this.#reserve(8);
    while (value > 127) {
      this.#bytes[this.#at++] = (value % 128) + 128;
      value = Math.floor(value / 128);
    }
    this.#bytes[this.#at++] = value;
    return this;
  }

  number(value: number): this {
    this.#reserve(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
    return this;
  }

  text(value: string): this {
    const length = Buffer.byteLength(value);
    this.count(length);
    this.#reserve(length);
    this.#at += this.#bytes.write(value, this.#at, 'utf8');
    return this;
  }

  /** Text or null. */
  optionalText(value: string | null | undefined): this {
    return value === null || value === undefined ? this.byte(0) : this.byte(1).text(value);
  }

  uint32s(values: Uint32Array): this {
    return this.#column(values);
  }

  float32s(values: Float32Array): this {
    return this.#column(values);
  }

  float64s(values: Float64Array): this {
    return this.#column(values);
  }

  /** The record: version, fields, and a checksum of both. */
  finish(): Uint8Array {
    this.#reserve(4);
    const end = this.#bytes.writeUInt32LE(checksum(this.#bytes, this.#at), this.#at);
    return this.#bytes.subarray(0, end);
  }

  #column(values: Column): this {
    const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = values;
    this.count(values.length).#reserve(byteLength);
    const bytes = this.#bytes.subarray(this.#at, this.#at + byteLength);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
    littleEndian(bytes, BYTES_PER_ELEMENT);
    this.#at += byteLength;
    return this;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + length));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}

/** Reads the fields of one record in the order in which they were written. @internal */
export class RecordReader {
  readonly #bytes: Buffer;
  readonly #what: string;
  readonly #end: number;
  #at = 1;

  /**
   * @param what the record is, for messages. @param newest version that the caller can read.
   * @throws ERR_SLUICE_RECORD_DAMAGED when the checksum is wrong, ERR_SLUICE_RECORD_TOO_NEW for a later version.
   */
  constructor(bytes: Uint8Array, what: string, newest: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#end = bytes.length - 4;
    if (this.#end < 1 || this.#bytes.readUInt32LE(this.#end) !== checksum(this.#bytes, this.#end)) {
      throw this.#damaged('another checksum');
    }
    if (bytes[0] > newest) {
      throw new SluiceError(
        'ERR_SLUICE_RECORD_TOO_NEW',
        `Expected version ${newest} or earlier for ${what} but received version ${bytes[0]}`,
      );
    }
  }

  /** Version of the layout in which the record was written. */
  get version(): number {
    return this.#bytes[0];
  }

  byte(): number {
    return this.#bytes[this.#take(1)];
  }

  count(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }

  number(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  text(): string {
    const length = this.count();
    const from = this.#take(length);
    return this.#bytes.toString('utf8', from, from + length);
  }

  optionalText(): string | null {
    return this.byte() === 0 ? null : this.text();
  }

  uint32s(): Uint32Array {
    return this.#column(Uint32Array);
  }

  float32s(): Float32Array {
    return this.#column(Float32Array);
  }

  float64s(): Float64Array {
    return this.#column(Float64Array);
  }

  /** Asserts that every field was read. @throws ERR_SLUICE_RECORD_DAMAGED. */
  finish(): void {
    if (this.#at !== this.#end) throw this.#damaged(`${this.#end - this.#at} bytes too many`);
  }

  #column<T extends Column>(type: { readonly BYTES_PER_ELEMENT: number; new (bytes: ArrayBuffer): T }): T {
    const length = this.count() * type.BYTES_PER_ELEMENT;
    const from = this.#take(length);
    const bytes = new Uint8Array(length);
    bytes.set(this.#bytes.subarray(from, from + length));
    littleEndian(Buffer.from(bytes.buffer), type.BYTES_PER_ELEMENT);
    return new type(bytes.buffer);
  }

  #take(length: number): number {
    const from = this.#at;
    if (!(from + length <= this.#end)) throw this.#damaged('bytes that end too early');
    this.#at = from + length;
    return from;
  }

  #damaged(received: string): SluiceError {
    return new SluiceError(
      'ERR_SLUICE_RECORD_DAMAGED',
      `Expected an undamaged ${this.#what} but received ${received}`,
    );
  }
}

/** Turns numbers of this machine into little-endian ones in place, or back. */
function littleEndian(bytes: Buffer, width: number): void {
  if (endianness() === 'LE') return;
  if (width === 8) bytes.swap64();
  else bytes.swap32();
}

/** FNV-1a of the first bytes: finds any single changed byte, and others but for one in four billion. */
function checksum(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}
