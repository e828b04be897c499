/** What are the exact top k, computed in the plainest way? The oracle of the other backends, and the last resort. */

import type { Backend, Resident, TopK, TopKRequest } from './backend.ts';
import { exactScore, scanRows } from './exact-score.ts';
import type { Host } from './host.ts';
import { loadRows, nonFinite } from './rows.ts';
import { runInSteps, runSync } from './steps.ts';

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

  #searches({ queries, k, mask }: TopKRequest): Generator<undefined, TopK>[] {
    const dimension = this.#dimension;
    const searches: Generator<undefined, TopK>[] = [];
    for (let at = 0; at < queries.length; at += dimension) {
      searches.push(scanRows(this.#data, queries.subarray(at, at + dimension), k, mask));
    }
    return searches;
  }
}
