/** How does a matrix behave whose rows a runtime holds, ONNX Runtime or TensorFlow.js? */

import type { Resident, TopK, TopKRequest } from './backend.ts';
import type { Arithmetic, Estimate } from './certificate.ts';
import { type CertifiedSearch, certifiedTopK, type Question } from './certified-search.ts';
import { exactScore } from './exact-score.ts';
import { type HeldRows, isOutgrown, type RowsView } from './held-rows.ts';
import type { Host } from './host.ts';
import { Shared } from './shared.ts';

/** Rows as a runtime holds them. */
export interface RuntimeMatrix {
  readonly rows: number;
  /** May reject with `signal.reason` before the runtime has ended. @throws ERR_SLUICE_RUNTIME_FAILED */
  ask(question: Question, signal: AbortSignal | undefined): Promise<Estimate>;
  askSync(question: Question): Estimate;
  release(): void;
}

/** A runtime, as far as a matrix needs it. */
export interface Runtime {
  readonly arithmetic: Arithmetic;
  /** It answers on another thread or a device. */
  readonly offThread: boolean;
  /** Hands it rows. @throws ERR_SLUICE_RUNTIME_FAILED, ERR_SLUICE_OUT_OF_MEMORY */
  upload(rows: RowsView): Promise<RuntimeMatrix>;
}

/** The rows in memory, for exact scores, and in the runtime. Appended ones are handed over when they are many. */
export class RuntimeResident implements Resident {
  readonly capabilities;
  readonly #host: Host;
  readonly #runtime: Runtime;
  readonly #rows: HeldRows;
  #uploaded: Shared<RuntimeMatrix>;
  #uploading = false;
  #closed = false;

  constructor(host: Host, runtime: Runtime, rows: HeldRows, uploaded: RuntimeMatrix) {
    const { offThread } = runtime;
    // A question that is put is answered to its end.
    this.capabilities = { approximate: false, abort: false, append: true, memoryMap: false, offThread };
    this.#host = host;
    this.#runtime = runtime;
    this.#rows = rows;
    this.#uploaded = share(uploaded);
  }

  get rows(): number {
    return this.#rows.rows;
  }

  /** What the runtime holds, on the processor or on a device. */
  get indexBytes(): number {
    return 4 * this.#uploaded.value.rows * this.#rows.dimension;
  }

  async topK({ queries, k, mask }: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const uploaded = this.#uploaded.retain();
    try {
      const search = this.#search({ queries: queries.slice(), k, mask: mask?.slice() });
      let step = search.next();
      while (!step.done) {
        const estimate = step.value && (await uploaded.value.ask(step.value, signal));
        // Engines in JavaScript answer in the same turn.
        await this.#host.yield();
        signal?.throwIfAborted();
        step = search.next(estimate);
      }
      return step.value;
    } finally {
      uploaded.release();
    }
  }

  topKSync(request: TopKRequest): TopK[] {
    const search = this.#search(request);
    let step = search.next();
    while (!step.done) step = search.next(step.value && this.#uploaded.value.askSync(step.value));
    return step.value;
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    const { data, dimension } = this.#rows;
    return Float32Array.from(rows, (row) => exactScore(query, data, row * dimension));
  }

  read(first: number, count: number): Float32Array {
    const { data, dimension } = this.#rows;
    return data.slice(first * dimension, (first + count) * dimension);
  }

  append(data: Float32Array): void {
    this.#rows.append(data);
    if (this.#uploading || !isOutgrown(this.#uploaded.value.rows, this.#rows)) return;
    this.#uploading = true;
    // Rows that the runtime does not hold are scored in f64: where it cannot take more, answers stay right.
    this.#upload()
      .catch(() => {})
      .finally(() => {
        this.#uploading = false;
      });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#uploaded.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #search(request: TopKRequest): CertifiedSearch {
    const held = this.#uploaded.value.rows;
    return certifiedTopK({ ...this.#rows.view(), held, arithmetic: this.#runtime.arithmetic }, request);
  }

  async #upload(): Promise<void> {
    const uploaded = share(await this.#runtime.upload(this.#rows.view()));
    if (this.#closed) return uploaded.release();
    this.#uploaded.release();
    this.#uploaded = uploaded;
  }
}

function share(matrix: RuntimeMatrix): Shared<RuntimeMatrix> {
  return new Shared(matrix, () => matrix.release());
}
