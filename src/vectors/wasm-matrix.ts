/** Where does the wasm backend keep rows? */

import { normFromSquares } from './bound.ts';
import { nonFinite } from './rows.ts';
import { ensure, type Kernels } from './wasm-kernels.ts';
import { type Tile, WasmRows } from './wasm-rows.ts';
import { ALONE, type Thread } from './wasm-thread.ts';

/** Zeros behind the last row: kernels read up to seven components past it. */
const GUARD_BYTES = 32;

/**
 * A matrix in the memory of a WebAssembly instance, which only this one changes.
 *
 * Memory: as in {@link WasmRows}, and a guard behind the rows. No view outlives a call that may grow the memory. Rows are
 * appended while other threads read those before: all that they may meet behind those is finite.
 */
export class WasmMatrix {
  /** As the thread that owns the matrix reads it. */
  readonly reader: WasmRows;
  readonly #kernels: Kernels;
  /** An upper bound of the norm of the rows of each tile. */
  readonly #norms: number[] = [];
  #rows = 0;

  constructor(kernels: Kernels, dimension: number, thread: Thread = ALONE) {
    this.reader = new WasmRows(kernels, dimension, thread);
    this.#kernels = kernels;
    this.#room(0);
  }

  get dimension(): number {
    return this.reader.dimension;
  }

  get rows(): number {
    return this.#rows;
  }

  get memory(): WebAssembly.Memory {
    return this.#kernels.memory;
  }

  /** Adds rows to none; `fill` writes them. @throws ERR_SLUICE_NON_FINITE */
  async extend(rows: number, fill: (target: Uint8Array) => Promise<void>): Promise<void> {
    await fill(this.#room(rows));
    this.#accept(rows);
  }

  /** Adds row-major rows. @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_OUT_OF_MEMORY; nothing was added then. */
  append(data: Float32Array): void {
    const rows = data.length / this.dimension;
    // What goes into the place of the guard is checked before it is there.
    if (!data.subarray(0, GUARD_BYTES / 4).every(Number.isFinite)) {
      throw nonFinite(data, this.dimension, this.#rows);
    }
    const room = this.#room(rows);
    room.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.#accept(rows);
  }

  /** A view of rows, to be used at once. */
  view(first: number, count: number): Float32Array {
    return new Float32Array(this.#kernels.memory.buffer, this.reader.address(first), count * this.dimension);
  }

  /** The rows from `first` on, a multiple of 32, to `end`, in tiles. */
  tiles(first: number, end: number): Tile[] {
    const { tileRows } = this.reader;
    const tiles: Tile[] = [];
    for (let at = first; at < end; ) {
      const tile = Math.floor(at / tileRows);
      const count = Math.min(end, (tile + 1) * tileRows) - at;
      tiles.push({ first: at, count, norm: this.#norms[tile] });
      at += count;
    }
    return tiles;
  }

  /** The bytes behind the last row, with a clean guard behind them. */
  #room(rows: number): Uint8Array {
    const start = this.reader.address(this.#rows);
    const bytes = rows * this.reader.stride;
    ensure(this.#kernels.memory, start + bytes + GUARD_BYTES);
    new Uint8Array(this.#kernels.memory.buffer, start + bytes, GUARD_BYTES).fill(0);
    return new Uint8Array(this.#kernels.memory.buffer, start, bytes);
  }

  #accept(rows: number): void {
    const { memory, largestSquare } = this.#kernels;
    const { tileRows, stride } = this.reader;
    const end = this.#rows + rows;
    const norms: [tile: number, norm: number][] = [];
    for (let row = this.#rows; row < end; ) {
      const tile = Math.floor(row / tileRows);
      const count = Math.min(end, (tile + 1) * tileRows) - row;
      const square = largestSquare(this.reader.address(row), count, stride, this.dimension);
      if (!Number.isFinite(square)) {
        const data = new Float32Array(memory.buffer, this.reader.address(row), count * this.dimension);
        const refused = nonFinite(data, this.dimension, row);
        // What was written is in the place of the guard; the rows before need their zeros again.
        this.#room(0);
        throw refused;
      }
      norms.push([tile, normFromSquares(square)]);
      row += count;
    }
    for (const [tile, norm] of norms) this.#norms[tile] = Math.max(this.#norms[tile] ?? 0, norm);
    this.#rows = end;
  }
}
