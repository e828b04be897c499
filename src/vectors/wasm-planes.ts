/** What does the wasm backend keep beside the rows, so that few bytes tell which of them may be among the best? */

import { type CodeQuery, codeQuery } from './wasm-code-query.ts';
import {
  BLOCK,
  highBytes,
  lowBytes,
  mostBlocksOfSpan,
  pairsBytes,
  SHORTEST,
  type Span,
  WasmCodes,
} from './wasm-codes.ts';
import { ensure, type Kernels } from './wasm-kernels.ts';
import type { WasmMatrix } from './wasm-matrix.ts';
import type { Query } from './wasm-rows.ts';
import { ALONE, type Thread } from './wasm-thread.ts';

/** Fewer numbers are scanned as they are in less time than planes would save. */
const LEAST = 2 ** 21;

/** The longest rows that have planes: sums of table entries for longer ones would need more than 16 bits. */
const LONGEST = 2048;

/** Numbers that are encoded in one go, in some 2 ms. */
const PIECE = 2 ** 17;

/** A region of the memory: room for the codes of `blocks` blocks from row `first` on. */
type Segment = Span;

/**
 * Codes of the first rows of a matrix, in the memory of a WebAssembly instance of their own, which only this one changes.
 *
 * Memory: what the compiler put there, room to encode, the rotation, workspace and scratch of each thread as in
 * {@link WasmCodes}, segments. A segment holds three planes one behind the other, as in assembly/codes.ts, so that a scan
 * reads through one of them. Codes never change once they are counted in `rows`.
 */
export class WasmPlanes {
  /** As the thread that owns the planes reads them. */
  readonly reader: WasmCodes;
  /** Where the scratch of all readers begins. */
  readonly readerFrom: number;
  readonly #kernels: Kernels;
  readonly #dimension: number;
  readonly #padded: number;
  readonly #rotation: number;
  /** Room for what one call needs to make rotations and codes. */
  readonly #work: number;
  readonly #pieceBlocks: number;
  #rotationError = 0;
  readonly #segments: Segment[] = [];
  #end: number;
  #rows = 0;

  /** Are planes of use for so many rows? */
  static fit(rows: number, dimension: number): boolean {
    return rows * dimension >= LEAST && dimension >= SHORTEST && dimension <= LONGEST;
  }

  /** Planes without rows, with a pause after each part. Cost: dimension x 256^2. @throws ERR_SLUICE_OUT_OF_MEMORY */
  static async make(
    kernels: Kernels,
    dimension: number,
    pause: () => Promise<void>,
    thread: Thread = ALONE,
  ): Promise<WasmPlanes> {
    const planes = new WasmPlanes(kernels, dimension, thread);
    const { rotationBlocks, makeRotation } = kernels;
    for (let block = 0; block < rotationBlocks(dimension); block++) {
      const error = makeRotation(dimension, block, planes.#rotation, planes.#work);
      planes.#rotationError = Math.max(planes.#rotationError, error);
      await pause();
    }
    return planes;
  }

  private constructor(kernels: Kernels, dimension: number, thread: Thread) {
    this.#kernels = kernels;
    this.#dimension = dimension;
    this.#padded = Math.ceil(dimension / 8) * 8;
    this.#rotation = Math.ceil(kernels.heapBase() / 64) * 64;
    this.#work = Math.ceil((this.#rotation + kernels.rotationBytes(dimension)) / 64) * 64;
    this.#pieceBlocks = Math.max(1, Math.floor(PIECE / dimension / BLOCK));
    // Rotated rows and those to be encoded; before that, the rotation in f64.
    const encoding = 4 * BLOCK * (this.#padded + 8 + this.#pieceBlocks * dimension + 8);
    this.readerFrom = this.#work + Math.max(encoding, 8 * 256 * 256);
    this.reader = new WasmCodes(kernels, dimension, this.readerFrom, thread);
    this.#end = this.reader.end;
    ensure(kernels.memory, this.#end);
  }

  /** Rows that have codes: all before this. A multiple of 32. */
  get rows(): number {
    return this.#rows;
  }

  get memory(): WebAssembly.Memory {
    return this.#kernels.memory;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** The first `rows` rows, a multiple of 32, in spans; no more than have codes. */
  spans(rows: number): Span[] {
    const most = mostBlocksOfSpan(this.#dimension);
    const spans: Span[] = [];
    for (const segment of this.#segments) {
      const end = Math.min(segment.blocks, (rows - segment.first) / BLOCK);
      for (let block = 0; block < end; block += most) {
        spans.push({ ...this.reader.behind(segment, block), blocks: Math.min(most, end - block) });
      }
    }
    return spans;
  }

  /** Encodes some more rows of the matrix, if there are 32; returns whether. @throws ERR_SLUICE_OUT_OF_MEMORY */
  encode(matrix: WasmMatrix): boolean {
    const left = Math.floor((matrix.rows - this.#rows) / BLOCK);
    if (left === 0) return false;
    const { memory, encode } = this.#kernels;
    const segment = this.#room(left);
    const room = this.reader.behind(segment, (this.#rows - segment.first) / BLOCK);
    const blocks = Math.min(left, this.#pieceBlocks, room.blocks);
    const source = matrix.view(this.#rows, blocks * BLOCK);
    const rotated = this.#work;
    const rows = rotated + 4 * BLOCK * (this.#padded + 8);
    new Float32Array(memory.buffer, rows, source.length).set(source);
    encode(rows, blocks, this.#dimension, this.#rotation, rotated, room.pairs, room.high, room.low);
    this.#rows += blocks * BLOCK;
    return true;
  }

  /** The last segment, or a new one for `blocks` blocks if that is full. */
  #room(blocks: number): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && this.#rows < last.first + BLOCK * last.blocks) return last;
    const reserved = Math.max(blocks, mostBlocksOfSpan(this.#dimension));
    const pairs = this.#end;
    const high = pairs + reserved * pairsBytes(this.#padded);
    const low = high + reserved * highBytes(this.#padded);
    const end = Math.ceil((low + reserved * lowBytes(this.#padded)) / 64) * 64;
    ensure(this.#kernels.memory, end);
    const segment = { first: this.#rows, blocks: reserved, pairs, high, low };
    this.#segments.push(segment);
    this.#end = end;
    return segment;
  }

  /** The codes of a query; undefined where it is beyond the proof of the bounds. */
  query({ vector, norm }: Query): CodeQuery | undefined {
    const { memory, rotate } = this.#kernels;
    const at = this.#work;
    const out = at + 4 * this.#padded;
    new Float32Array(memory.buffer, at, this.#padded).set(vector);
    rotate(at, 1, this.#dimension, this.#rotation, out);
    return codeQuery(new Float32Array(memory.buffer, out, this.#padded), norm, this.#rotationError);
  }
}
