/** What is known in advance of an approximate search? A backend whose recall is a closed form of its candidates. */

import { SluiceError } from '../../src/errors.ts';
import type { Resident, TopK, TopKRequest } from '../../src/vectors/backend.ts';
import { IndexCore } from '../../src/vectors/index-core.ts';

/**
 * Rows whose true order is their number. The estimate puts the row of true rank i at place i * spread, `spread` being
 * the first component of the query, so that c candidates hold the first ceil(c / spread) rows of the true answer.
 */
export class EstimatingResident implements Resident {
  readonly capabilities = {
    approximate: true,
    abort: true,
    append: true,
    memoryMap: false,
    offThread: false,
  };
  readonly indexBytes = 0;
  readonly requests: TopKRequest[] = [];
  rows: number;
  closed = false;
  /** The score of each row, never rising; distinct unless set otherwise. */
  scoreOf = (row: number): number => -row;

  constructor(rows: number) {
    this.rows = rows;
  }

  async topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const answers = this.topKSync(request);
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    return answers;
  }

  topKSync(request: TopKRequest): TopK[] {
    if (this.closed) throw new SluiceError('ERR_SLUICE_INTERNAL', 'Searched after close');
    this.requests.push(request);
    return Array.from(request.queries, (spread) => this.#answer(request, spread));
  }

  #answer({ k, candidates = this.rows * 1e6, mask }: TopKRequest, spread: number): TopK {
    const found: number[] = [];
    // What is not among the true best stands between them in the estimate, and is worse than all of them.
    const known = Math.min(this.rows, Math.ceil(candidates / spread));
    const others = Math.max(known, this.rows - candidates);
    for (let row = 0; row < this.rows && found.length < k; row = row + 1 === known ? others : row + 1) {
      if (mask === undefined || ((mask[row >>> 5]! >>> (row & 31)) & 1) === 1) found.push(row);
    }
    return { ids: Uint32Array.from(found), scores: Float32Array.from(found, this.scoreOf) };
  }

  score(_: Float32Array, rows: Uint32Array): Float32Array {
    return Float32Array.from(rows, this.scoreOf);
  }

  read(first: number, count: number): Float32Array {
    return Float32Array.from({ length: count }, (_, i) => this.scoreOf(first + i));
  }

  append(data: Float32Array): void {
    this.rows += data.length;
  }

  close(): void {
    this.closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** An index of dimension 1 over a resident of the test. */
export class TestIndex extends IndexCore {
  static over(resident: Resident): TestIndex {
    return new TestIndex(resident, 1, { backend: 'reference', isa: 'scalar', threads: 1, refused: [] });
  }
}
