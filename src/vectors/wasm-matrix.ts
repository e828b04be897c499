/** Where does the wasm backend keep rows, and how is a tile of them searched? */

import { normFromSquares, scanThreshold } from './bound.ts';
import { nonFinite } from './rows.ts';
import { ensure, type Kernels } from './wasm-kernels.ts';

/** Bytes of rows for one call of the kernels; a tile fits the cache. */
const TILE_BYTES = 256 << 10;

/** Zeros behind the last row: kernels read up to seven components past it. */
const GUARD_BYTES = 32;

const NONE = new BigUint64Array(0);

/** A query as the kernels want it. */
export interface Query {
  /** Padded with zeros to a multiple of eight components. */
  readonly vector: Float32Array;
  readonly norm: number;
}

/**
 * A matrix in the memory of one WebAssembly instance.
 *
 * Memory: what the compiler put there, rows, guard, scratch. Scratch is used within one call from JavaScript only, so
 * that searches interleave and rows are appended over it. No view outlives a call that may grow the memory.
 */
export class WasmMatrix {
  readonly dimension: number;
  readonly tileRows: number;
  readonly #kernels: Kernels;
  readonly #base: number;
  readonly #padded: number;
  /** An upper bound of the norm of the rows of each tile. */
  readonly #norms: number[] = [];
  #rows = 0;

  constructor(kernels: Kernels, dimension: number) {
    this.dimension = dimension;
    this.tileRows = Math.max(32, Math.floor(TILE_BYTES / 4 / dimension / 32) * 32);
    this.#kernels = kernels;
    this.#base = Math.ceil(kernels.heapBase() / 64) * 64;
    this.#padded = Math.ceil(dimension / 8) * 8;
  }

  get rows(): number {
    return this.#rows;
  }

  get #stride(): number {
    return 4 * this.dimension;
  }

  #address(row: number): number {
    return this.#base + row * this.#stride;
  }

  /** Where scratch begins, given the rows there are. */
  get #scratch(): number {
    return Math.ceil((this.#address(this.#rows) + GUARD_BYTES) / 64) * 64;
  }

  /** Adds rows; `fill` writes them. Nothing changes if it, or the check of the rows, fails. @throws ERR_SLUICE_NON_FINITE */
  async extend(rows: number, fill: (target: Uint8Array) => Promise<void>): Promise<void> {
    await fill(this.#room(rows));
    this.#accept(rows);
  }

  /** Adds row-major rows. @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_OUT_OF_MEMORY; nothing was added then. */
  append(data: Float32Array): void {
    const rows = data.length / this.dimension;
    const room = this.#room(rows);
    room.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.#accept(rows);
  }

  /** A view of rows, to be used at once. */
  view(first: number, count: number): Float32Array {
    return new Float32Array(this.#kernels.memory.buffer, this.#address(first), count * this.dimension);
  }

  /** The bytes behind the last row, with a clean guard behind them. */
  #room(rows: number): Uint8Array {
    const start = this.#address(this.#rows);
    const bytes = rows * this.#stride;
    ensure(this.#kernels.memory, start + bytes + GUARD_BYTES);
    new Uint8Array(this.#kernels.memory.buffer, start + bytes, GUARD_BYTES).fill(0);
    return new Uint8Array(this.#kernels.memory.buffer, start, bytes);
  }

  #accept(rows: number): void {
    const { memory, largestSquare } = this.#kernels;
    const end = this.#rows + rows;
    const norms: [tile: number, norm: number][] = [];
    for (let row = this.#rows; row < end; ) {
      const tile = Math.floor(row / this.tileRows);
      const count = Math.min(end, (tile + 1) * this.tileRows) - row;
      const square = largestSquare(this.#address(row), count, this.#stride, this.dimension);
      if (!Number.isFinite(square)) {
        const data = new Float32Array(memory.buffer, this.#address(row), count * this.dimension);
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

  /** A copy of `vector`, fit for the kernels. */
  query(vector: Float32Array): Query {
    const padded = new Float32Array(this.#padded);
    padded.set(vector);
    let squares = 0;
    for (const x of vector) squares += x * x;
    return { vector: padded, norm: normFromSquares(squares) };
  }

  /**
   * The keys of `count` rows from `first` on, a multiple of 32, that are eligible and whose score is at least `best`.
   * The rows lie within one tile.
   */
  scan(
    query: Query,
    first: number,
    count: number,
    mask: Uint32Array | undefined,
    best: number,
  ): BigUint64Array {
    const { memory, scan } = this.#kernels;
    const vector = this.#scratch;
    const words = vector + 4 * this.#padded;
    const positions = words + this.tileRows / 8;
    const keys = Math.ceil((positions + 4 * this.tileRows) / 8) * 8;
    ensure(memory, keys + 8 * this.tileRows);
    new Float32Array(memory.buffer, vector, this.#padded).set(query.vector);
    if (mask !== undefined) {
      const part = mask.subarray(first / 32, Math.ceil((first + count) / 32));
      new Uint32Array(memory.buffer, words, part.length).set(part);
    }
    const norm = this.#norms[Math.floor(first / this.tileRows)];
    const threshold = scanThreshold(best, query.norm, norm, this.dimension);
    const passed = scan(
      this.#address(first),
      count,
      this.#stride,
      this.#padded,
      vector,
      mask === undefined ? 0 : words,
      threshold,
      positions,
    );
    return this.#rescore(vector, first, positions, passed, best, keys);
  }

  /** The keys of those of `rows` whose score is at least `best`. */
  rescore(query: Query, rows: Uint32Array, best: number): BigUint64Array {
    if (rows.length === 0) return NONE;
    const { memory } = this.#kernels;
    const vector = this.#scratch;
    const positions = vector + 4 * this.#padded;
    const keys = Math.ceil((positions + 4 * rows.length) / 8) * 8;
    ensure(memory, keys + 8 * rows.length);
    new Float32Array(memory.buffer, vector, this.#padded).set(query.vector);
    new Uint32Array(memory.buffer, positions, rows.length).set(rows);
    return this.#rescore(vector, 0, positions, rows.length, best, keys);
  }

  /** The keys, as a copy, of the rows whose positions from `first` on stand in the memory. */
  #rescore(
    query: number,
    first: number,
    positions: number,
    count: number,
    best: number,
    keys: number,
  ): BigUint64Array {
    if (count === 0) return NONE;
    const { memory, rescore } = this.#kernels;
    const rows = this.#address(first);
    const kept = rescore(rows, this.#stride, this.#padded, query, first, positions, count, best, keys);
    return new BigUint64Array(memory.buffer, keys, kept).slice();
  }

  /** Moves the best k of `count` candidates to the front, the k-th to place k - 1; `count` is at least k. */
  select(candidates: BigUint64Array, count: number, k: number): void {
    const { memory, select } = this.#kernels;
    const keys = this.#scratch;
    ensure(memory, keys + 8 * count);
    new BigUint64Array(memory.buffer, keys, count).set(candidates.subarray(0, count));
    select(keys, count, k);
    candidates.set(new BigUint64Array(memory.buffer, keys, k));
  }

  /** Exact scores of rows with one query. */
  score(query: Float32Array, rows: Uint32Array): Float32Array {
    const { memory, dot } = this.#kernels;
    const at = this.#scratch;
    ensure(memory, at + 4 * this.#padded);
    const padded = new Float32Array(memory.buffer, at, this.#padded);
    padded.fill(0);
    padded.set(query);
    return Float32Array.from(rows, (row) => Math.fround(dot(at, this.#address(row), this.#padded)) + 0);
  }
}
