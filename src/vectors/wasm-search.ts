/** How does one search of the wasm backend go through the rows? As in native/src/search, in steps. */

import type { TopK, TopKRequest } from './backend.ts';
import { countBits } from './bitset.ts';
import { Reservoir } from './reservoir.ts';
import type { CodeQuery } from './wasm-code-query.ts';
import type { Span } from './wasm-codes.ts';
import type { WasmMatrix } from './wasm-matrix.ts';
import type { WasmPlanes } from './wasm-planes.ts';
import { type Query, queryOf, type Tile } from './wasm-rows.ts';
import { type Readers, type Source, type Stage, work } from './wasm-stage.ts';
import type { WasmTeam } from './wasm-team.ts';

/** One block in so many is sampled for a guess of the k-th best score. */
const EVERY = 32;

/** One row in so many eligible is scored as it is found in the mask: that costs less than scanning the codes of all. */
const SPARSE = 16;

/** What a search runs on. */
export interface Searched {
  readonly matrix: WasmMatrix;
  readonly planes: WasmPlanes | undefined;
  readonly selector: Readers['selector'];
  /** The threads that help, if they are free. */
  readonly team: WasmTeam | undefined;
}

/**
 * A search of the rows there are when it is made.
 *
 * It begins with a guess of the k-th best score, or of the last candidate's estimate, from a sample. A row is skipped
 * only where its score is surely below the best k-th score of that moment, so the answer is exact if k rows reached the
 * guess; if not, the search is repeated with a lower one, at last with none. Threads that help do not change the answer:
 * the guess is made by one, and the best of what reaches it are the best whoever found them.
 */
export class WasmSearch {
  readonly #searched: Searched;
  readonly #readers: Readers;
  readonly #query: Query;
  readonly #rows: number;
  /** Rows that have codes. */
  readonly #coded: number;
  /** Absent where no row is searched by its codes. */
  #codes: CodeQuery | undefined;
  #spans: readonly Span[] = [];
  /** The rows that are searched as they are. */
  #tiles: readonly Tile[] = [];
  readonly #k: number;
  readonly #mask: Uint32Array | undefined;
  readonly #candidates: number | undefined;

  constructor(
    searched: Searched,
    vector: Float32Array,
    { k, mask, candidates }: Omit<TopKRequest, 'queries'>,
  ) {
    const { matrix, planes, selector } = searched;
    this.#searched = searched;
    this.#readers = { rows: matrix.reader, codes: planes?.reader, selector };
    this.#query = queryOf(vector);
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
      return (yield* this.#best({ kind: 'rows', rows: few }, this.#k, Number.NEGATIVE_INFINITY)).finish();
    }
    const { matrix, planes } = this.#searched;
    if (this.#coded > 0) this.#codes = planes!.query(this.#query);
    this.#tiles = matrix.tiles(this.#codes === undefined ? 0 : this.#coded, this.#rows);
    if (this.#codes !== undefined) {
      this.#spans = planes!.spans(this.#coded);
      this.#searched.team?.rouse();
      // Higher than expected by three standard deviations: a guess too high costs a second pass.
      const expected = (this.#candidates ?? this.#k) / EVERY;
      const rank = Math.ceil(expected + 3 * Math.sqrt(expected) + 2);
      for (const guessed of [rank, 8 * rank]) {
        const guess = yield* this.#guess(this.#codes, guessed);
        const found = yield* this.#pass(guess);
        if (found.ids.length === this.#k || guess === Number.NEGATIVE_INFINITY) return found;
      }
    }
    return yield* this.#pass(Number.NEGATIVE_INFINITY);
  }

  /** The rank-th best estimate of a sample; minus infinity where there are not so many. */
  *#guess(query: CodeQuery, rank: number): Generator<void, number> {
    const reader = this.#readers.codes!;
    const reservoir = new Reservoir(this.#readers.selector, rank);
    let limit = Number.NEGATIVE_INFINITY;
    let state = 1;
    for (const span of this.#spans) {
      // Another block of each span, so that a period in the rows does not meet the sample's.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const skipped = Math.floor((state * EVERY) / 2 ** 32);
      if (skipped >= span.blocks) continue;
      const rest = reader.behind(span, skipped);
      const keys =
        this.#candidates === undefined
          ? reader.estimateU4(query, rest, EVERY, this.#mask, limit)
          : reader.estimateU2(query, rest, EVERY, this.#mask, limit);
      limit = Math.max(limit, reservoir.add(keys));
      yield;
    }
    return reservoir.best();
  }

  /** The best of all rows that reach `guess`: of the score if the search is exact, else of the estimate. */
  *#pass(guess: number): Generator<void, TopK> {
    let found: Reservoir | undefined;
    if (this.#codes !== undefined) {
      const coded = { spans: this.#spans, codes: this.#codes };
      if (this.#candidates === undefined) {
        found = yield* this.#best({ kind: 'codes', ...coded }, this.#k, guess);
      } else {
        const kept = yield* this.#best({ kind: 'estimates', ...coded }, this.#candidates, guess);
        const rows = kept.rows();
        found = yield* this.#best({ kind: 'rows', rows }, this.#k, Number.NEGATIVE_INFINITY);
      }
    }
    if (found === undefined || this.#tiles.length > 0) {
      // Of an exact search all rows must reach the guess, or it says nothing.
      const known = found?.best() ?? Number.NEGATIVE_INFINITY;
      const best = this.#candidates === undefined ? Math.max(guess, known) : known;
      const rest = yield* this.#best({ kind: 'tiles', tiles: this.#tiles }, this.#k, best);
      if (found === undefined) return rest.finish();
      found.add(rest.keys());
    }
    return found.finish();
  }

  /** The best `keep` of a source, by all threads that are free. */
  *#best(source: Source, keep: number, limit: number): Generator<void, Reservoir> {
    const stage: Stage = { source, query: this.#query, mask: this.#mask, keep, limit };
    const shared = yield* this.#searched.team?.work(this.#readers, stage) ?? none();
    if (shared !== undefined) return shared;
    let next = 0;
    return yield* work(this.#readers, stage, () => next++);
  }
}

// biome-ignore lint/correctness/useYield: what a team would return that cannot help
function* none(): Generator<void, undefined> {
  return undefined;
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
