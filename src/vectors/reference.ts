/** What are the exact top k, computed in the plainest way? The oracle of the other backends, and the last resort. */

import type { Backend, Resident, TopK, TopKRequest } from './backend.ts';
import type { Host } from './host.ts';
import { loadRows, nonFinite } from './rows.ts';
import { runInSteps, runSync } from './steps.ts';

/** Rows between two polls of the signal. */
const BLOCK_ROWS = 4096;

/**
 * The inner product of `query` with the row that begins at `offset` of `rows`, in the order that every exact backend
 * follows: eight f64 sums, sum `j % 8` taking the products of components `j` in ascending order, then
 * `((s0+s4)+(s2+s6))+((s1+s5)+(s3+s7))`, rounded once to f32. It is never -0. Cost: dimension multiplications.
 */
export function exactScore(query: Float32Array, rows: Float32Array, offset: number): number {
  const sums = new Float64Array(8);
  for (let j = 0; j < query.length; j++) sums[j % 8] += query[j] * rows[offset + j];
  const [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
  return Math.fround(s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7))) + 0;
}

/** The backend that scores every row in f64 and sorts them all. Cost per query: rows x dimension + rows log rows. */
export function referenceBackend(host: Host): Backend {
  return {
    name: 'reference',
    async probe() {
      return { ok: true, backend: 'reference', isa: 'scalar', threads: 1 };
    },
    async load(matrix) {
      return new ReferenceResident(host, matrix.dimension, await loadRows(host, matrix));
    },
  };
}

class ReferenceResident implements Resident {
  readonly capabilities = {
    approximate: false,
    abort: true,
    append: true,
    memoryMap: false,
    offThread: false,
  };
  readonly indexBytes = 0;
  readonly #host: Host;
  readonly #dimension: number;
  #data: Float32Array;

  constructor(host: Host, dimension: number, data: Float32Array) {
    const row = nonFinite(data, dimension, 0);
    if (row !== undefined) throw row;
    this.#host = host;
    this.#dimension = dimension;
    this.#data = data;
  }

  get rows(): number {
    return this.#data.length / this.#dimension;
  }

  async topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const queries = request.queries.slice();
    const mask = request.mask?.slice();
    const results: TopK[] = [];
    for (const search of this.#searches({ queries, k: request.k, mask })) {
      results.push(await runInSteps(search, () => this.#host.yield(), signal));
    }
    return results;
  }

  topKSync(request: TopKRequest): TopK[] {
    return this.#searches(request).map(runSync);
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    return Float32Array.from(rows, (row) => exactScore(query, this.#data, row * this.#dimension));
  }

  read(first: number, count: number): Float32Array {
    return this.#data.slice(first * this.#dimension, (first + count) * this.#dimension);
  }

  append(data: Float32Array): void {
    const refused = nonFinite(data, this.#dimension, this.rows);
    if (refused !== undefined) throw refused;
    const grown = new Float32Array(this.#data.length + data.length);
    grown.set(this.#data);
    grown.set(data, this.#data.length);
    this.#data = grown;
  }

  close(): void {
    this.#data = new Float32Array(0);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #searches({ queries, k, mask }: TopKRequest): Generator<void, TopK>[] {
    const dimension = this.#dimension;
    const searches: Generator<void, TopK>[] = [];
    for (let at = 0; at < queries.length; at += dimension) {
      searches.push(searchRows(this.#data, queries.subarray(at, at + dimension), k, mask));
    }
    return searches;
  }
}

/** Yields before each block of rows and returns the result. `data` is never changed by anybody. */
function* searchRows(
  data: Float32Array,
  query: Float32Array,
  k: number,
  mask: Uint32Array | undefined,
): Generator<void, TopK> {
  const rows = data.length / query.length;
  const scores = new Float32Array(rows);
  const eligible: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row % BLOCK_ROWS === 0) yield;
    if (mask !== undefined && ((mask[row >>> 5] >>> (row & 31)) & 1) === 0) continue;
    scores[row] = exactScore(query, data, row * query.length);
    if (Number.isFinite(scores[row])) eligible.push(row);
  }
  eligible.sort((a, b) => scores[b] - scores[a] || a - b);
  const ids = Uint32Array.from(eligible.slice(0, k));
  return { ids, scores: Float32Array.from(ids, (row) => scores[row]) };
}
