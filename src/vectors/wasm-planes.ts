/** What does the wasm backend keep beside the rows, so that few bytes tell which of them may be among the best? */

import { codeLimit } from './bound.ts';
import { type CodeQuery, codeQuery } from './wasm-code-query.ts';
import { ensure, type Kernels } from './wasm-kernels.ts';
import type { Query, WasmMatrix } from './wasm-matrix.ts';

/** Fewer numbers are scanned as they are in less time than planes would save. */
const LEAST = 2 ** 21;

/** The dimensions that have planes: sums of table entries for longer rows would need more than 16 bits. */
const SHORTEST = 16;
const LONGEST = 2048;

/** Rows of a block of codes, as in assembly/codes.ts: a word of a mask. */
export const BLOCK = 32;

/** Numbers of a span: to scan their upper nibbles takes some 30 us. */
const SPAN = 2 ** 20;

/** Numbers that are encoded in one go, in some 2 ms. */
const PIECE = 2 ** 17;

/** One bit per row, 1 = eligible; absent means all. */
type Mask = Uint32Array | undefined;

/** Rows whose codes lie side by side. */
export interface Span {
  readonly first: number;
  readonly blocks: number;
}

/** A region of the memory: room for the codes of `blocks` blocks from row `first` on, and where each plane begins. */
interface Segment extends Span {
  readonly pairs: number;
  readonly high: number;
  readonly low: number;
}

/**
 * Codes of the first rows of a matrix, in the memory of a WebAssembly instance of their own.
 *
 * Memory: what the compiler put there, the rotation, segments, scratch. A segment holds three planes one behind the
 * other, as in assembly/codes.ts, so that a scan reads through one of them. Codes never change once they are counted in
 * `rows`; scratch is used within one call, and what a scan returns is a view of it.
 */
export class WasmPlanes {
  readonly #kernels: Kernels;
  readonly #dimension: number;
  readonly #padded: number;
  readonly #rotation: number;
  readonly #rotationError: number;
  readonly #segments: Segment[] = [];
  #end: number;
  #rows = 0;

  /** Are planes of use for so many rows? */
  static fit(rows: number, dimension: number): boolean {
    return rows * dimension >= LEAST && dimension >= SHORTEST && dimension <= LONGEST;
  }

  /** Planes without rows, with a pause after each part. Cost: dimension x 256^2. @throws ERR_SLUICE_OUT_OF_MEMORY */
  static async make(kernels: Kernels, dimension: number, pause: () => Promise<void>): Promise<WasmPlanes> {
    const { memory, heapBase, rotationBytes, rotationBlocks, makeRotation } = kernels;
    const rotation = Math.ceil(heapBase() / 64) * 64;
    const end = Math.ceil((rotation + rotationBytes(dimension)) / 64) * 64;
    ensure(memory, end + 8 * 256 * 256);
    let error = 0;
    for (let block = 0; block < rotationBlocks(dimension); block++) {
      error = Math.max(error, makeRotation(dimension, block, rotation, end));
      await pause();
    }
    return new WasmPlanes(kernels, dimension, rotation, error, end);
  }

  private constructor(kernels: Kernels, dimension: number, rotation: number, error: number, end: number) {
    this.#kernels = kernels;
    this.#dimension = dimension;
    this.#padded = Math.ceil(dimension / 8) * 8;
    this.#rotation = rotation;
    this.#rotationError = error;
    this.#end = end;
  }

  /** Rows that have codes: all before this. A multiple of 32. */
  get rows(): number {
    return this.#rows;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#kernels.memory.buffer.byteLength;
  }

  /** Bytes of a block of each plane. */
  get #blockBytes(): { pairs: number; high: number; low: number } {
    return {
      pairs: 8 * this.#padded + 2 * BLOCK,
      high: 16 * this.#padded + 2 * BLOCK + 16,
      low: 16 * this.#padded,
    };
  }

  /** The first `rows` rows, a multiple of 32, in spans; no more than have codes. */
  *spans(rows: number): Generator<Span> {
    const most = Math.max(1, Math.floor(SPAN / this.#dimension / BLOCK));
    for (const segment of this.#segments) {
      const end = Math.min(segment.blocks, (rows - segment.first) / BLOCK);
      for (let block = 0; block < end; block += most) {
        yield { first: segment.first + BLOCK * block, blocks: Math.min(most, end - block) };
      }
    }
  }

  /** Encodes some more rows of the matrix, if there are 32; returns whether. @throws ERR_SLUICE_OUT_OF_MEMORY */
  encode(matrix: WasmMatrix): boolean {
    const left = Math.floor((matrix.rows - this.#rows) / BLOCK);
    if (left === 0) return false;
    const { memory, encode } = this.#kernels;
    const { first, blocks: room } = this.#room(left);
    const piece = Math.max(1, Math.floor(PIECE / this.#dimension / BLOCK));
    const blocks = Math.min(left, piece, room - (this.#rows - first) / BLOCK);
    const source = matrix.view(this.#rows, blocks * BLOCK);
    const rotated = this.#end;
    const rows = rotated + 4 * BLOCK * (this.#padded + 8);
    ensure(memory, rows + source.byteLength);
    new Float32Array(memory.buffer, rows, source.length).set(source);
    const { pairs, high, low } = this.#at(this.#rows);
    encode(rows, blocks, this.#dimension, this.#rotation, rotated, pairs, high, low);
    this.#rows += blocks * BLOCK;
    return true;
  }

  /** The last segment, or a new one for `blocks` blocks if that is full. */
  #room(blocks: number): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && this.#rows < last.first + BLOCK * last.blocks) return last;
    const reserved = Math.max(blocks, Math.ceil(SPAN / this.#dimension / BLOCK));
    const bytes = this.#blockBytes;
    const pairs = this.#end;
    const high = pairs + reserved * bytes.pairs;
    const low = high + reserved * bytes.high;
    const end = Math.ceil((low + reserved * bytes.low) / 64) * 64;
    ensure(this.#kernels.memory, end);
    const segment = { first: this.#rows, blocks: reserved, pairs, high, low };
    this.#segments.push(segment);
    this.#end = end;
    return segment;
  }

  /** Where the codes of the block of `row` begin in each plane. */
  #at(row: number): { pairs: number; high: number; low: number } {
    const segment = this.#segments.findLast(({ first }) => first <= row)!;
    const block = (row - segment.first) / BLOCK;
    const bytes = this.#blockBytes;
    return {
      pairs: segment.pairs + block * bytes.pairs,
      high: segment.high + block * bytes.high,
      low: segment.low + block * bytes.low,
    };
  }

  /** The codes of a query; undefined where it is beyond the proof of the bounds. */
  query({ vector, norm }: Query): CodeQuery | undefined {
    const { memory, rotate } = this.#kernels;
    const at = this.#end;
    const out = at + 4 * this.#padded;
    const stride = this.#padded + 8;
    ensure(memory, out + 16 * stride);
    new Float32Array(memory.buffer, at, this.#padded).set(vector);
    rotate(at, 1, this.#dimension, this.#rotation, out);
    return codeQuery(new Float32Array(memory.buffer, out, this.#padded), norm, this.#rotationError);
  }

  /** The numbers of those eligible rows of a span that may have a score of `best`. */
  scanU4(query: CodeQuery, span: Span, mask: Mask, best: number): Uint32Array {
    const { memory, scanU4, refineU4 } = this.#kernels;
    const { at, words, out } = this.#prepare(query.nibbles, span, mask);
    const { high, low } = this.#at(span.first);
    const limit = codeLimit(best, query.norm);
    const hits = scanU4(high, span.blocks, 1, this.#padded, at, limit, words, out);
    const rows = out + 8 * hits;
    const count = hits === 0 ? 0 : refineU4(out, hits, high, low, this.#padded, at, limit, span.first, rows);
    return new Uint32Array(memory.buffer, rows, count);
  }

  /** The keys of eligible rows of one block in `step` of a span whose estimate by upper nibbles reaches `limit`. */
  estimateU4(query: CodeQuery, span: Span, step: number, mask: Mask, limit: number): BigUint64Array {
    const { memory, scanU4, estimateU4 } = this.#kernels;
    const { at, words, out } = this.#prepare(query.estimating, span, mask);
    const { high } = this.#at(span.first);
    const hits = scanU4(high, span.blocks, step, this.#padded, at, limit, words, out);
    const keys = out + 8 * hits;
    return new BigUint64Array(memory.buffer, keys, estimateU4(out, hits, high, this.#padded, at, keys));
  }

  /** The keys of eligible rows of one block in `step` of a span whose estimate by 2-bit codes reaches `limit`. */
  estimateU2(query: CodeQuery, span: Span, step: number, mask: Mask, limit: number): BigUint64Array {
    const { memory, scanU2 } = this.#kernels;
    const { at, words, out } = this.#prepare(query.tables, span, mask);
    const { pairs } = this.#at(span.first);
    const { unit, least } = query;
    const padded = this.#padded;
    const found = scanU2(pairs, span.blocks, step, padded, at, unit, least, limit, words, span.first, out);
    return new BigUint64Array(memory.buffer, out, found);
  }

  /** Copies a query and the words of the mask; returns where they are, and where what is found may go. */
  #prepare(
    query: Uint8Array,
    { first, blocks }: Span,
    mask: Mask,
  ): { at: number; words: number; out: number } {
    const { memory } = this.#kernels;
    const at = this.#end;
    const words = at + query.length;
    const out = Math.ceil((words + 4 * blocks) / 16) * 16;
    ensure(memory, out + 12 * BLOCK * blocks);
    new Uint8Array(memory.buffer, at, query.length).set(query);
    if (mask === undefined) return { at, words: 0, out };
    new Uint32Array(memory.buffer, words, blocks).set(mask.subarray(first / BLOCK, first / BLOCK + blocks));
    return { at, words, out };
  }
}
