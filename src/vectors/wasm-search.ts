/** How does one search of the wasm backend go through the rows? As in native/src/search, on one thread, in steps. */

import type { TopK, TopKRequest } from './backend.ts';
import { countBits } from './bitset.ts';
import { Reservoir } from './reservoir.ts';
import type { CodeQuery } from './wasm-code-query.ts';
import type { Query, WasmMatrix } from './wasm-matrix.ts';
import { BLOCK, type Span, type WasmPlanes } from './wasm-planes.ts';

/** One block in so many is sampled for a guess of the k-th best score. */
const EVERY = 32;

/** One row in so many eligible is scored as it is found in the mask: that costs less than scanning the codes of all. */
const SPARSE = 16;

/** Rows that are scored in one step. */
const SCORED = 1024;

/**
 * A search of the rows there are when it is made.
 *
 * It begins with a guess of the k-th best score, or of the last candidate's estimate, from a sample. A row is skipped
 * only where its score is surely below the best k-th score of that moment, so the answer is exact if k rows reached the
 * guess; if not, the search is repeated with a lower one, at last with none.
 */
export class WasmSearch {
  readonly #matrix: WasmMatrix;
  readonly #planes: WasmPlanes | undefined;
  readonly #query: Query;
  #codes: CodeQuery | undefined;
  readonly #rows: number;
  /** Rows that are searched by their codes. */
  #coded: number;
  readonly #k: number;
  readonly #mask: Uint32Array | undefined;
  readonly #candidates: number | undefined;

  constructor(
    matrix: WasmMatrix,
    planes: WasmPlanes | undefined,
    vector: Float32Array,
    { k, mask, candidates }: Omit<TopKRequest, 'queries'>,
  ) {
    this.#matrix = matrix;
    this.#planes = planes;
    this.#query = matrix.query(vector);
    this.#rows = matrix.rows;
    this.#coded = planes?.rows ?? 0;
    this.#k = Math.min(k, matrix.rows);
    this.#mask = mask;
    this.#candidates = candidates === undefined ? undefined : Math.max(candidates, k);
  }

  /** Yields after every step, some 30 us, and returns the result. */
  *steps(): Generator<void, TopK> {
    const few = this.#mask && scattered(this.#mask, this.#rows);
    if (few !== undefined) {
      const reservoir = new Reservoir(this.#matrix, this.#k);
      yield* this.#score(few, reservoir, Number.NEGATIVE_INFINITY);
      return reservoir.finish();
    }
    if (this.#coded > 0) this.#codes = this.#planes!.query(this.#query);
    if (this.#codes === undefined) {
      this.#coded = 0;
      return yield* this.#pass(Number.NEGATIVE_INFINITY);
    }
    // Higher than expected by three standard deviations: a guess too high costs a second pass.
    const expected = (this.#candidates ?? this.#k) / EVERY;
    const rank = Math.ceil(expected + 3 * Math.sqrt(expected) + 2);
    for (const guessed of [rank, 8 * rank]) {
      const guess = yield* this.#guess(guessed);
      const found = yield* this.#pass(guess);
      if (found.ids.length === this.#k || guess === Number.NEGATIVE_INFINITY) return found;
    }
    return yield* this.#pass(Number.NEGATIVE_INFINITY);
  }

  /** The rank-th best estimate of a sample; minus infinity where there are not so many. */
  *#guess(rank: number): Generator<void, number> {
    const reservoir = new Reservoir(this.#matrix, rank);
    let limit = Number.NEGATIVE_INFINITY;
    let state = 1;
    for (const span of this.#spans()) {
      // Another block of each segment, so that a period in the rows does not meet the sample's.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const skipped = Math.floor((state * EVERY) / 2 ** 32);
      if (skipped >= span.blocks) continue;
      const rest = { first: span.first + BLOCK * skipped, blocks: span.blocks - skipped };
      const keys =
        this.#candidates === undefined
          ? this.#planes!.estimateU4(this.#codes!, rest, EVERY, this.#mask, limit)
          : this.#planes!.estimateU2(this.#codes!, rest, EVERY, this.#mask, limit);
      limit = Math.max(limit, reservoir.add(keys));
      yield;
    }
    return reservoir.best();
  }

  /** The best of all rows that reach `guess`: of the score if the search is exact, else of the estimate. */
  *#pass(guess: number): Generator<void, TopK> {
    const reservoir = new Reservoir(this.#matrix, this.#k);
    let best = Number.NEGATIVE_INFINITY;
    if (this.#candidates === undefined || this.#coded === 0) {
      best = guess;
      for (const span of this.#spans()) {
        const rows = this.#planes!.scanU4(this.#codes!, span, this.#mask, best);
        best = Math.max(best, reservoir.add(this.#matrix.rescore(this.#query, rows, best)));
        yield;
      }
    } else {
      const kept = new Reservoir(this.#matrix, this.#candidates);
      let limit = guess;
      for (const span of this.#spans()) {
        limit = Math.max(limit, kept.add(this.#planes!.estimateU2(this.#codes!, span, 1, this.#mask, limit)));
        yield;
      }
      yield* this.#score(kept.rows(), reservoir, best);
      best = reservoir.best();
    }
    yield* this.#scan(reservoir, best);
    return reservoir.finish();
  }

  /** The rows that are searched by their codes. */
  #spans(): Iterable<Span> {
    return this.#planes?.spans(this.#coded) ?? [];
  }

  /** Scores rows. */
  *#score(rows: Uint32Array, reservoir: Reservoir, best: number): Generator<void, void> {
    for (let at = 0; at < rows.length; at += SCORED) {
      const some = rows.subarray(at, at + SCORED);
      best = Math.max(best, reservoir.add(this.#matrix.rescore(this.#query, some, best)));
      yield;
    }
  }

  /** Scans the rows that have no codes. */
  *#scan(reservoir: Reservoir, best: number): Generator<void, void> {
    const { tileRows } = this.#matrix;
    for (let first = this.#coded; first < this.#rows; ) {
      const end = Math.min(this.#rows, (Math.floor(first / tileRows) + 1) * tileRows);
      const keys = this.#matrix.scan(this.#query, first, end - first, this.#mask, best);
      best = Math.max(best, reservoir.add(keys));
      first = end;
      yield;
    }
  }
}

/** The eligible of `rows` rows if they are few. */
function scattered(mask: Uint32Array, rows: number): Uint32Array | undefined {
  let left = Math.floor(rows / SPARSE);
  for (let i = 0; 32 * i < rows; i++) {
    left -= countBits(mask[i]);
    if (left < 0) return undefined;
  }
  const eligible = new Uint32Array(Math.floor(rows / SPARSE) - left);
  let count = 0;
  for (let i = 0; 32 * i < rows; i++) {
    for (let word = mask[i]; word !== 0; word &= word - 1) {
      eligible[count++] = 32 * i + 31 - Math.clz32(word & -word);
    }
  }
  // The last word may have bits of rows that came later.
  while (count > 0 && eligible[count - 1] >= rows) count--;
  return eligible.subarray(0, count);
}
