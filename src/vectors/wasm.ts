/** How is a matrix searched in WebAssembly, without blocking the event loop for long? */

import { SluiceError } from '../errors.ts';
import type { Backend, MatrixSource, Probe, Resident, TopK, TopKRequest } from './backend.ts';
import type { Host } from './host.ts';
import { runInSteps, runSync } from './steps.ts';
import { checkAttached } from './validate.ts';
import { instantiate, type Kernels } from './wasm-kernels.ts';
import { WasmMatrix } from './wasm-matrix.ts';
import { WasmPlanes } from './wasm-planes.ts';
import { WasmSearch } from './wasm-search.ts';

/** Steps of a search between two turns of the event loop: about half a millisecond. */
const STEPS_PER_TURN = 16;

/** So many numbers without codes are worth encoding: to scan them takes some 0.1 ms. */
const WORTH_ENCODING = 2 ** 18;

/** The backend of AssemblyScript kernels with plain simd128: one thread, at most 4 GiB a matrix. */
export function wasmBackend(host: Host): Backend {
  let module: Promise<WebAssembly.Module> | undefined;
  const compile = () => {
    module ??= host.kernels().then((bytes) => WebAssembly.compile(bytes));
    return module;
  };
  return {
    name: 'wasm',

    async probe(): Promise<Probe> {
      if (typeof WebAssembly === 'undefined') {
        const reason = 'This runtime has no WebAssembly';
        return { ok: false, backend: 'wasm', reason, remedy: 'Use a runtime with WebAssembly.' };
      }
      try {
        await compile();
        return { ok: true, backend: 'wasm', isa: 'simd128', threads: 1 };
      } catch (cause) {
        module = undefined;
        const reason = `The kernels cannot be loaded: ${cause instanceof Error ? cause.message : cause}`;
        return { ok: false, backend: 'wasm', reason, remedy: 'Run `npm run build`.' };
      }
    },

    async load(source: MatrixSource): Promise<Resident> {
      const fresh = async () => instantiate(await compile());
      const matrix = new WasmMatrix(await fresh(), source.dimension);
      if ('data' in source) {
        checkAttached(source.data, 'data');
        matrix.append(source.data);
      } else await matrix.extend(source.rows, (target) => host.read(source.path, source.byteOffset, target));
      const resident = new WasmResident(host, matrix, fresh);
      await resident.encode();
      return resident;
    },
  };
}

class WasmResident implements Resident {
  readonly capabilities = {
    approximate: true,
    abort: true,
    append: true,
    memoryMap: false,
    offThread: false,
  };
  readonly #host: Host;
  readonly #fresh: () => Promise<Kernels>;
  #matrix: WasmMatrix | undefined;
  #planes: WasmPlanes | undefined;
  /** No planes are being made, and memory for more of them was not refused. */
  #mayEncode = true;

  constructor(host: Host, matrix: WasmMatrix, fresh: () => Promise<Kernels>) {
    this.#host = host;
    this.#matrix = matrix;
    this.#fresh = fresh;
  }

  get indexBytes(): number {
    return this.#planes?.bytes ?? 0;
  }

  get rows(): number {
    return this.#open.rows;
  }

  get #open(): WasmMatrix {
    if (this.#matrix === undefined) throw new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open matrix');
    return this.#matrix;
  }

  async topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const mask = request.mask?.slice();
    const results: TopK[] = [];
    let steps = 0;
    const pause = () => (++steps % STEPS_PER_TURN === 0 ? this.#host.yield() : undefined);
    for (const search of this.#searches({ ...request, mask })) {
      results.push(await runInSteps(search, pause, signal));
    }
    return results;
  }

  topKSync(request: TopKRequest): TopK[] {
    return this.#searches(request).map(runSync);
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    return this.#open.score(query, rows);
  }

  read(first: number, count: number): Float32Array {
    return this.#open.view(first, count).slice();
  }

  append(data: Float32Array): void {
    this.#open.append(data);
    void this.encode();
  }

  /** Gives codes to the rows that have none, as long as they are worth it and fit, giving way in between. */
  async encode(): Promise<void> {
    const matrix = this.#open;
    const { dimension } = matrix;
    const without = (matrix.rows - (this.#planes?.rows ?? 0)) * dimension;
    if (!this.#mayEncode || !WasmPlanes.fit(matrix.rows, dimension) || without < WORTH_ENCODING) return;
    this.#mayEncode = false;
    try {
      const pause = () => this.#host.yield();
      const planes = this.#planes ?? (await WasmPlanes.make(await this.#fresh(), dimension, pause));
      while (this.#matrix !== undefined && planes.encode(matrix)) {
        this.#planes = planes;
        await pause();
      }
    } catch (error) {
      // What has no codes is scanned as it is.
      if (error instanceof SluiceError && error.code === 'ERR_SLUICE_OUT_OF_MEMORY') return;
      throw error;
    }
    this.#mayEncode = true;
  }

  /** Searches that run hold the matrix until they end. */
  close(): void {
    this.#matrix = undefined;
    this.#planes = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #searches({ queries, ...wanted }: TopKRequest): Generator<void, TopK>[] {
    const matrix = this.#open;
    const { dimension } = matrix;
    const searches: Generator<void, TopK>[] = [];
    for (let at = 0; at < queries.length; at += dimension) {
      const query = queries.subarray(at, at + dimension);
      searches.push(new WasmSearch(matrix, this.#planes, query, wanted).steps());
    }
    return searches;
  }
}
