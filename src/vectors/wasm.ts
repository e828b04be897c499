/** How is a matrix searched in WebAssembly, without blocking the event loop for long? */

import { SluiceError } from '../errors.ts';
import type { Backend, MatrixSource, Probe, Resident, TopK, TopKRequest } from './backend.ts';
import type { Host } from './host.ts';
import { Reservoir } from './reservoir.ts';
import { runInSteps, runSync } from './steps.ts';
import { checkAttached } from './validate.ts';
import { instantiate } from './wasm-kernels.ts';
import { WasmMatrix } from './wasm-matrix.ts';

/** Tiles between two turns of the event loop: 4 MiB of rows, about half a millisecond. */
const TILES_PER_TURN = 16;

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
      const matrix = new WasmMatrix(await instantiate(await compile()), source.dimension);
      if ('data' in source) {
        checkAttached(source.data, 'data');
        matrix.append(source.data);
      } else await matrix.extend(source.rows, (target) => host.read(source.path, source.byteOffset, target));
      return new WasmResident(host, matrix);
    },
  };
}

class WasmResident implements Resident {
  readonly capabilities = {
    approximate: false,
    abort: true,
    append: true,
    memoryMap: false,
    offThread: false,
  };
  readonly indexBytes = 0;
  readonly #host: Host;
  #matrix: WasmMatrix | undefined;

  constructor(host: Host, matrix: WasmMatrix) {
    this.#host = host;
    this.#matrix = matrix;
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
    let tiles = 0;
    const pause = () => (++tiles % TILES_PER_TURN === 0 ? this.#host.yield() : undefined);
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
    return this.#open.read(first, count);
  }

  append(data: Float32Array): void {
    this.#open.append(data);
  }

  /** Searches that run hold the matrix until they end. */
  close(): void {
    this.#matrix = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #searches({ queries, k, mask }: TopKRequest): Generator<void, TopK>[] {
    const matrix = this.#open;
    const { dimension } = matrix;
    const searches: Generator<void, TopK>[] = [];
    for (let at = 0; at < queries.length; at += dimension) {
      const search = matrix.search(queries.subarray(at, at + dimension), mask);
      searches.push(searchTiles(matrix, search, k));
    }
    return searches;
  }
}

/** Yields after each tile and returns the result. */
function* searchTiles(
  matrix: WasmMatrix,
  search: ReturnType<WasmMatrix['search']>,
  k: number,
): Generator<void, TopK> {
  const reservoir = new Reservoir(matrix, Math.min(k, search.rows));
  const tiles = Math.ceil(search.rows / matrix.tileRows);
  for (let tile = 0; tile < tiles; tile++) {
    search.best = reservoir.add(matrix.scanTile(search, tile));
    yield;
  }
  return reservoir.finish();
}
