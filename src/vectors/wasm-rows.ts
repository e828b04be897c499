/** How does one thread of the wasm backend score rows of f32? */

import { normFromSquares, scanThreshold } from './bound.ts';
import { mostRowsOfSpan } from './wasm-codes.ts';
import type { Kernels } from './wasm-kernels.ts';
import { places, type Thread } from './wasm-thread.ts';

/** Bytes of rows for one call of the kernels; a tile fits the cache. */
const TILE_BYTES = 256 << 10;

/** Rows that are scored in one step where they are named one by one. */
export const SCORED = 512;

const NONE = new BigUint64Array(0);

/** A query as the kernels want it. */
export interface Query {
  /** Padded with zeros to a multiple of eight components. */
  readonly vector: Float32Array;
  /** An upper bound. */
  readonly norm: number;
}

/** A copy of `vector`, fit for the kernels. */
export function queryOf(vector: Float32Array): Query {
  const padded = new Float32Array(Math.ceil(vector.length / 8) * 8);
  padded.set(vector);
  let squares = 0;
  for (const x of vector) squares += x * x;
  return { vector: padded, norm: normFromSquares(squares) };
}

/**
 * The rows in the memory of WebAssembly instances, as one thread reads them.
 *
 * Memory: what the compiler put there, for each thread the workspace of the kernels and scratch, rows. Scratch is used
 * within one call. Whoever owns the memory makes it reach to `base` before the first.
 */
export class WasmRows {
  readonly dimension: number;
  readonly tileRows: number;
  /** Where the rows begin. */
  readonly base: number;
  readonly #kernels: Kernels;
  readonly #padded: number;
  readonly #scratch: number;

  constructor(kernels: Kernels, dimension: number, thread: Thread) {
    this.dimension = dimension;
    this.tileRows = Math.max(32, Math.floor(TILE_BYTES / 4 / dimension / 32) * 32);
    this.#kernels = kernels;
    this.#padded = Math.ceil(dimension / 8) * 8;
    // A vector, words of a mask, and a position and a key of as many rows as one call may name.
    const most = Math.max(this.tileRows, SCORED, mostRowsOfSpan(dimension));
    const { scratch, end } = places(
      kernels,
      kernels.heapBase(),
      4 * this.#padded + 12.125 * most + 8,
      thread,
    );
    this.#scratch = scratch;
    this.base = end;
  }

  address(row: number): number {
    return this.base + row * this.stride;
  }

  /** Bytes from row to row. */
  get stride(): number {
    return 4 * this.dimension;
  }

  /**
   * The keys of `count` rows from `first` on, a multiple of 32, that are eligible and whose score is at least `best`.
   * The rows lie within one tile; their norms are at most `norm`.
   */
  scan(
    query: Query,
    { first, count, norm }: Tile,
    mask: Uint32Array | undefined,
    best: number,
  ): BigUint64Array {
    const { memory, scan } = this.#kernels;
    const vector = this.#scratch;
    const words = vector + 4 * this.#padded;
    const positions = words + this.tileRows / 8;
    const keys = Math.ceil((positions + 4 * this.tileRows) / 8) * 8;
    new Float32Array(memory.buffer, vector, this.#padded).set(query.vector);
    if (mask !== undefined) {
      const part = mask.subarray(first / 32, Math.ceil((first + count) / 32));
      new Uint32Array(memory.buffer, words, part.length).set(part);
    }
    const threshold = scanThreshold(best, query.norm, norm, this.dimension);
    const passed = scan(
      this.address(first),
      count,
      this.stride,
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
    new Float32Array(memory.buffer, vector, this.#padded).set(query.vector);
    new Uint32Array(memory.buffer, positions, rows.length).set(rows);
    return this.#rescore(vector, 0, positions, rows.length, best, keys);
  }

  /** Exact scores of rows with one query. */
  score({ vector }: Query, rows: Uint32Array): Float32Array {
    const { memory, dot } = this.#kernels;
    const at = this.#scratch;
    new Float32Array(memory.buffer, at, this.#padded).set(vector);
    return Float32Array.from(rows, (row) => Math.fround(dot(at, this.address(row), this.#padded)) + 0);
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
    const rows = this.address(first);
    const kept = rescore(rows, this.stride, this.#padded, query, first, positions, count, best, keys);
    return new BigUint64Array(memory.buffer, keys, kept).slice();
  }
}

/** Rows that lie side by side, of a norm of at most `norm`. */
export interface Tile {
  readonly first: number;
  readonly count: number;
  readonly norm: number;
}
