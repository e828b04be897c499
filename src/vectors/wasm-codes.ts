/** How does one thread of the wasm backend read the codes of rows? */

import { codeLimit } from './bound.ts';
import type { CodeQuery } from './wasm-code-query.ts';
import type { Kernels } from './wasm-kernels.ts';
import { places, type Thread } from './wasm-thread.ts';

/** Rows of a block of codes, as in assembly/codes.ts: a word of a mask. */
export const BLOCK = 32;

/** Numbers of a span: to scan their upper nibbles takes some 30 us. */
const SPAN = 2 ** 20;

/** The shortest rows that have codes. */
export const SHORTEST = 16;

/** The blocks of a span of rows of a dimension; a shorter one may end a segment. */
export function mostBlocksOfSpan(dimension: number): number {
  return Math.max(1, Math.floor(SPAN / dimension / BLOCK));
}

/** The rows of a span, of any dimension that has spans. */
export function mostRowsOfSpan(dimension: number): number {
  return BLOCK * mostBlocksOfSpan(Math.max(SHORTEST, dimension));
}

/** Bytes of a block of a plane, for rows of `padded` components. */
export const pairsBytes = (padded: number): number => 8 * padded + 2 * BLOCK;
export const highBytes = (padded: number): number => 16 * padded + 2 * BLOCK + 16;
export const lowBytes = (padded: number): number => 16 * padded;

/** One bit per row, 1 = eligible; absent means all. */
type Mask = Uint32Array | undefined;

/** Rows whose codes lie side by side, and where those begin in each plane. */
export interface Span {
  readonly first: number;
  readonly blocks: number;
  readonly pairs: number;
  readonly high: number;
  readonly low: number;
}

/** The codes in the memory of WebAssembly instances; what a scan returns is a view of this thread's scratch. */
export class WasmCodes {
  /** Where the scratch of all threads ends. */
  readonly end: number;
  readonly #kernels: Kernels;
  readonly #padded: number;
  readonly #scratch: number;

  /** @param from where the scratch of all threads begins. */
  constructor(kernels: Kernels, dimension: number, from: number, thread: Thread) {
    this.#kernels = kernels;
    this.#padded = Math.ceil(dimension / 8) * 8;
    const most = mostRowsOfSpan(dimension);
    // A query in either kind of codes, words of a mask, and a hit and a row, or a key, of each row.
    const query = 8 * this.#padded + 128;
    const { scratch, end } = places(kernels, from, query + most / 8 + 16 + 12 * most, thread);
    this.#scratch = scratch;
    this.end = end;
  }

  /** What is behind the first `blocks` blocks of a span. */
  behind(span: Span, blocks: number): Span {
    return {
      first: span.first + BLOCK * blocks,
      blocks: span.blocks - blocks,
      pairs: span.pairs + blocks * pairsBytes(this.#padded),
      high: span.high + blocks * highBytes(this.#padded),
      low: span.low + blocks * lowBytes(this.#padded),
    };
  }

  /** The numbers of those eligible rows of a span that may have a score of `best`. */
  scanU4(query: CodeQuery, span: Span, mask: Mask, best: number): Uint32Array {
    const { memory, scanU4, refineU4 } = this.#kernels;
    const { at, words, out } = this.#prepare(query.nibbles, span, mask);
    const { first, blocks, high, low } = span;
    const limit = codeLimit(best, query.norm);
    const hits = scanU4(high, blocks, 1, this.#padded, at, limit, words, out);
    const rows = out + 8 * hits;
    const count = hits === 0 ? 0 : refineU4(out, hits, high, low, this.#padded, at, limit, first, rows);
    return new Uint32Array(memory.buffer, rows, count);
  }

  /** The keys of eligible rows of one block in `step` of a span whose estimate by upper nibbles reaches `limit`. */
  estimateU4(query: CodeQuery, span: Span, step: number, mask: Mask, limit: number): BigUint64Array {
    const { memory, scanU4, estimateU4 } = this.#kernels;
    const { at, words, out } = this.#prepare(query.estimating, span, mask);
    const { blocks, high } = span;
    const hits = scanU4(high, blocks, step, this.#padded, at, limit, words, out);
    const keys = out + 8 * hits;
    return new BigUint64Array(memory.buffer, keys, estimateU4(out, hits, high, this.#padded, at, keys));
  }

  /** The keys of eligible rows of one block in `step` of a span whose estimate by 2-bit codes reaches `limit`. */
  estimateU2(query: CodeQuery, span: Span, step: number, mask: Mask, limit: number): BigUint64Array {
    const { memory, scanU2 } = this.#kernels;
    const { at, words, out } = this.#prepare(query.tables, span, mask);
    const { first, blocks, pairs } = span;
    const { unit, least } = query;
    const found = scanU2(pairs, blocks, step, this.#padded, at, unit, least, limit, words, first, out);
    return new BigUint64Array(memory.buffer, out, found);
  }

  /** Copies a query and the words of the mask; returns where they are, and where what is found may go. */
  #prepare(
    query: Uint8Array,
    { first, blocks }: Span,
    mask: Mask,
  ): { at: number; words: number; out: number } {
    const { memory } = this.#kernels;
    const at = this.#scratch;
    const words = at + query.length;
    const out = Math.ceil((words + 4 * blocks) / 16) * 16;
    new Uint8Array(memory.buffer, at, query.length).set(query);
    if (mask === undefined) return { at, words: 0, out };
    new Uint32Array(memory.buffer, words, blocks).set(mask.subarray(first / BLOCK, first / BLOCK + blocks));
    return { at, words, out };
  }
}
