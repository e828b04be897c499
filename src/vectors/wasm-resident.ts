/** How is a matrix searched in WebAssembly, without blocking the event loop for long? */

import { SluiceError } from '../errors.ts';
import type { Resident, Threads, TopK, TopKRequest } from './backend.ts';
import type { Host } from './host.ts';
import { Queue } from './queue.ts';
import { Shared } from './shared.ts';
import { runInSteps, runSync } from './steps.ts';
import type { KernelModules, Kernels } from './wasm-kernels.ts';
import type { WasmMatrix } from './wasm-matrix.ts';
import { WasmPlanes } from './wasm-planes.ts';
import { queryOf } from './wasm-rows.ts';
import { WasmSearch } from './wasm-search.ts';
import type { WasmSelector } from './wasm-selector.ts';
import { WasmTeam } from './wasm-team.ts';
import type { Thread } from './wasm-thread.ts';

/** Steps of a search between two turns of the event loop: about half a millisecond. */
const STEPS_PER_TURN = 16;

/** So many numbers without codes are worth encoding: to scan them takes some 0.1 ms. */
const WORTH_ENCODING = 2 ** 18;

/** So many numbers are worth the start of threads: to scan them takes some 0.1 ms by codes. */
const WORTH_THREADS = 2 ** 21;

/** What a resident is made with. */
export interface Surroundings {
  readonly host: Host;
  readonly modules: KernelModules;
  /** This one. */
  readonly thread: Thread;
  /** Makes an instance, over a memory that threads share if there are to be any. */
  readonly fresh: () => Promise<Kernels>;
}

/** The threads of residents that nobody holds end with them, closed or not. */
const forgotten = /* @__PURE__ */ new FinalizationRegistry<Shared<WasmTeam>>((team) => team.release());

/** A matrix, its planes, and the threads that search them. */
export class WasmResident implements Resident {
  readonly capabilities = {
    approximate: true,
    abort: true,
    append: true,
    memoryMap: false,
    offThread: false,
  };
  readonly #surroundings: Surroundings;
  readonly #selector: WasmSelector;
  /** Searches that threads share come one after the other: each has all of them. */
  readonly #queue = new Queue();
  #matrix: WasmMatrix | undefined;
  #planes: WasmPlanes | undefined;
  #team: Shared<WasmTeam> | undefined;
  #preparing = false;
  /** Memory for more planes was refused. */
  #full = false;
  /** Why no thread was started; undefined unless that was tried in vain. */
  #refused: string | undefined;

  constructor(surroundings: Surroundings, matrix: WasmMatrix, selector: WasmSelector) {
    this.#surroundings = surroundings;
    this.#matrix = matrix;
    this.#selector = selector;
  }

  get indexBytes(): number {
    return this.#planes?.bytes ?? 0;
  }

  get rows(): number {
    return this.#open.rows;
  }

  get threads(): Threads {
    const fewerThreads = this.#refused ?? this.#team?.value.lost;
    if (fewerThreads !== undefined) return { threads: 1, fewerThreads };
    return { threads: this.#surroundings.thread.count };
  }

  get #open(): WasmMatrix {
    if (this.#matrix === undefined) throw new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open matrix');
    return this.#matrix;
  }

  async topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const mask = request.mask?.slice();
    const { host } = this.#surroundings;
    const results: TopK[] = [];
    let steps = 0;
    const pause = () => (++steps % STEPS_PER_TURN === 0 ? host.yield() : undefined);
    const team = this.#team?.retain();
    try {
      for (const search of this.#searches({ ...request, mask })) {
        const run = () => runInSteps(search, pause, signal);
        results.push(await (team === undefined ? run() : this.#queue.add(run, signal)));
      }
    } finally {
      team?.release();
    }
    return results;
  }

  topKSync(request: TopKRequest): TopK[] {
    return this.#searches(request).map(runSync);
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    return this.#open.reader.score(queryOf(query), rows);
  }

  read(first: number, count: number): Float32Array {
    return this.#open.view(first, count).slice();
  }

  append(data: Float32Array): void {
    this.#open.append(data);
    void this.prepare();
  }

  /** Makes what searches of the rows there are gain by: codes, and threads. Gives way in between. */
  async prepare(): Promise<void> {
    if (this.#preparing) return;
    this.#preparing = true;
    const matrix = this.#open;
    try {
      for (let rows = -1; this.#matrix !== undefined && rows !== matrix.rows; ) {
        rows = matrix.rows;
        const planes = this.#isWorthEncoding(matrix) ? await this.#makePlanes(matrix) : undefined;
        const starting = this.#start(matrix, planes ?? this.#planes);
        if (planes !== undefined) await this.#encode(matrix, planes);
        await starting;
      }
    } finally {
      this.#preparing = false;
    }
  }

  #isWorthEncoding({ rows, dimension }: WasmMatrix): boolean {
    const without = (rows - (this.#planes?.rows ?? 0)) * dimension;
    return !this.#full && WasmPlanes.fit(rows, dimension) && without >= WORTH_ENCODING;
  }

  /** Planes with room for more; undefined where there is no memory. */
  async #makePlanes({ dimension }: WasmMatrix): Promise<WasmPlanes | undefined> {
    const { host, fresh, thread } = this.#surroundings;
    try {
      return this.#planes ?? (await WasmPlanes.make(await fresh(), dimension, () => host.yield(), thread));
    } catch (error) {
      return this.#withoutMemory(error);
    }
  }

  /** Gives codes to the rows that have none, as long as they fit. */
  async #encode(matrix: WasmMatrix, planes: WasmPlanes): Promise<void> {
    try {
      while (this.#matrix !== undefined && planes.encode(matrix)) {
        this.#planes = planes;
        await this.#surroundings.host.yield();
      }
    } catch (error) {
      this.#withoutMemory(error);
    }
  }

  /** What has no codes is scanned as it is. */
  #withoutMemory(error: unknown): undefined {
    if (!(error instanceof SluiceError && error.code === 'ERR_SLUICE_OUT_OF_MEMORY')) throw error;
    this.#full = true;
  }

  /** Starts the threads, once there are rows that are worth it. */
  async #start({ rows, dimension, memory }: WasmMatrix, planes: WasmPlanes | undefined): Promise<void> {
    const { host, thread } = this.#surroundings;
    const { own, shared } = this.#surroundings.modules;
    const isSettled = shared === undefined || this.#team !== undefined || this.#refused !== undefined;
    if (isSettled || rows * dimension < WORTH_THREADS) return;
    try {
      const team = await WasmTeam.start(host, thread.count, {
        modules: { own, shared },
        dimension,
        rows: memory,
        planes: planes && { memory: planes.memory, readerFrom: planes.readerFrom },
      });
      const users = new Shared(team, () => team.end());
      if (this.#matrix === undefined) return users.release();
      this.#team = users;
      forgotten.register(this, users, this);
    } catch (cause) {
      this.#refused = `memory cannot be shared: ${cause instanceof Error ? cause.message : cause}`;
    }
  }

  /** Searches that run hold the matrix until they end. */
  close(): void {
    this.#matrix = undefined;
    this.#planes = undefined;
    forgotten.unregister(this);
    this.#team?.release();
    this.#team = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #searches({ queries, ...wanted }: TopKRequest): Generator<void, TopK>[] {
    const matrix = this.#open;
    const searched = {
      matrix,
      planes: this.#planes,
      selector: this.#selector,
      team: this.#team?.value,
    };
    const searches: Generator<void, TopK>[] = [];
    for (let at = 0; at < queries.length; at += matrix.dimension) {
      const query = queries.subarray(at, at + matrix.dimension);
      searches.push(new WasmSearch(searched, query, wanted).steps());
    }
    return searches;
  }
}
