/** How are planes of codes read and what do the kernels on them compute, in plain TypeScript? */

import type { Kernels } from '../../src/vectors/wasm-kernels.ts';

/** An f32 from its upper half. */
export function bf16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!;
}

/** The planes of some blocks of 32 rows, where a test put them. */
export class Codes {
  readonly view: DataView;
  readonly padded: number;
  readonly high: number;
  readonly low: number;
  readonly pairs: number;

  constructor(kernels: Kernels, padded: number, at: { high: number; low: number; pairs: number }) {
    this.view = new DataView(kernels.memory.buffer);
    this.padded = padded;
    this.high = at.high;
    this.low = at.low;
    this.pairs = at.pairs;
  }

  /** The 8-bit code of a component. */
  code(row: number, component: number): number {
    const [lane, shift] = [Math.floor(component / 4), 4 * (component % 4)];
    const nibble = (at: number) => ((this.view.getUint16(at, true) ^ 0x8000) >> shift) & 15;
    const rowInHalf = 4 * (row % 16) + 2 * (lane % 2);
    const half = this.#block(row) + 8 * this.padded * (Math.floor(row / 16) % 2);
    return (
      16 * nibble(half + 64 * Math.floor(lane / 2) + rowInHalf) +
      nibble(this.low + (row * this.padded) / 2 + 2 * lane)
    );
  }

  /** The unit of the upper halves of a row. */
  scale(row: number): number {
    return bf16(this.view.getUint16(this.#block(row) + 16 * this.padded + 2 * (row % 32), true));
  }

  /** Of the block of a row: the error of upper halves, the norm, the error of whole codes. */
  bounds(row: number): number[] {
    const at = this.#block(row) + 16 * this.padded + 64;
    return [0, 4, 8].map((i) => this.view.getFloat32(at + i, true));
  }

  /** The 2-bit code of a component. */
  pair(row: number, component: number): number {
    const column = (row & 16) | (2 * (row % 8)) | (Math.floor(row / 8) % 2);
    const byte = this.view.getUint8(this.#pairs(row) + 32 * Math.floor(component / 4) + column);
    return (byte >> (2 * (component % 4))) & 3;
  }

  /** What makes the inner product with the levels of 2-bit codes an estimate of the score. */
  pairScale(row: number): number {
    return bf16(this.view.getUint16(this.#pairs(row) + 8 * this.padded + 2 * (row % 32), true));
  }

  #block(row: number): number {
    return this.high + Math.floor(row / 32) * (16 * this.padded + 80);
  }

  #pairs(row: number): number {
    return this.pairs + Math.floor(row / 32) * (8 * this.padded + 64);
  }
}

/** The unit and the codes of a rotated query. */
export function queryCodes(rotated: Float32Array): { unit: number; codes: number[] } {
  const largest = rotated.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const unit = Math.fround(largest / 1927);
  return { unit, codes: Array.from(rotated, (x) => (unit > 0 ? Math.round(x / unit) : 0)) };
}
