/** How do arguments get into the memory of WebAssembly? One after the other into a block that is kept. */

import type { DecisionExports } from './wasm-exports.ts';

/** Arguments begin at multiples of this. */
const ALIGNED = 16;

export class WasmArguments {
  readonly #exports: DecisionExports;
  #block = 0;
  #bytes = 0;
  #next = 0;
  // Views of the whole memory; detached when it grows.
  #u32 = new Uint32Array(0);
  #f32 = new Float32Array(0);
  #f64 = new Float64Array(0);

  constructor(exports: DecisionExports) {
    this.#exports = exports;
  }

  /** Forgets the arguments of the last call and makes room for at most five arguments of so many bytes together. */
  begin(bytes: number): void {
    const needed = bytes + 5 * ALIGNED;
    if (needed > this.#bytes) {
      if (this.#bytes > 0) this.#exports.release(this.#block);
      this.#bytes = 0;
      this.#block = this.#exports.allocate(2 * needed);
      this.#bytes = 2 * needed;
    }
    this.#next = this.#block;
    this.#look();
  }

  /** The address of room for so many bytes. */
  room(bytes: number): number {
    const at = this.#next;
    this.#next += (bytes + ALIGNED - 1) & -ALIGNED;
    return at;
  }

  /** The address of a copy. */
  u32(numbers: Uint32Array): number {
    const at = this.room(numbers.byteLength);
    this.#u32.set(numbers, at >>> 2);
    return at;
  }

  /** The address of a copy. */
  f32(numbers: Float32Array): number {
    const at = this.room(numbers.byteLength);
    this.#f32.set(numbers, at >>> 2);
    return at;
  }

  /** The address of a copy. */
  f64(numbers: Float64Array): number {
    const at = this.room(numbers.byteLength);
    this.#f64.set(numbers, at >>> 3);
    return at;
  }

  /** Copies numbers out, as many as there is room for in `out`. */
  readF32(at: number, out: Float32Array): void {
    this.#look();
    out.set(this.#f32.subarray(at >>> 2, (at >>> 2) + out.length));
  }

  /** Copies `count` numbers out. */
  readF64(at: number, out: Float64Array, count: number = out.length): void {
    this.#look();
    for (let i = 0; i < count; i++) out[i] = this.#f64[(at >>> 3) + i];
  }

  /** Copies `count` numbers out. */
  readU32(at: number, out: Uint32Array, count: number): void {
    this.#look();
    for (let i = 0; i < count; i++) out[i] = this.#u32[(at >>> 2) + i];
  }

  #look(): void {
    const { buffer } = this.#exports.memory;
    if (buffer === this.#f32.buffer) return;
    this.#u32 = new Uint32Array(buffer);
    this.#f32 = new Float32Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }
}
