/** How is a matrix searched by the native addon? */

import { type Addon, type AddonMatrix, type AddonPlaneSection, probeAddon, requireAddon } from './addon.ts';
import type {
  Backend,
  MatrixSource,
  Probe,
  Resident,
  Section,
  Sections,
  TopK,
  TopKRequest,
} from './backend.ts';
import { requireGraph, withGraph } from './graph.ts';
import { abortable, fill, native, nativeSync, split } from './native-calls.ts';
import { checkAttached } from './validate.ts';

/** So many multiplications, some 0.2 ms, gain nothing from changing threads: that costs 0.1 ms, and more under load. */
const ALONE = 1 << 21;

/** The backend of Rust kernels with AVX-512 or AVX2 where the processor has them, on a thread pool of its own. */
export function nativeBackend(): Backend {
  return {
    name: 'native',

    async probe(): Promise<Probe> {
      const probe = probeAddon();
      if (!probe.ok) return { ...probe, backend: 'native' };
      return { ok: true, backend: 'native', isa: probe.info.isa, threads: probe.info.threads };
    },

    async load(source: MatrixSource, sections?: Sections): Promise<Resident> {
      const addon = requireAddon('the native backend');
      return (await load(addon, source, sections)).flat;
    },

    async loadGraph(source: MatrixSource, sections?: Sections): Promise<Resident> {
      const addon = requireAddon('the native backend');
      const Graph = requireGraph(addon);
      const { matrix, flat } = await load(addon, source, sections);
      return withGraph(Graph, matrix, addon, flat, source.dimension);
    },
  };
}

async function load(
  addon: Addon,
  source: MatrixSource,
  sections: Sections = new Map(),
): Promise<{ matrix: AddonMatrix; flat: NativeResident }> {
  if ('data' in source) checkAttached(source.data, 'data');
  const rows = 'data' in source ? source.data.length / source.dimension : source.rows;
  const planes = [...sections].map(([name, region]) => ({ name, ...region }));
  const matrix = await native(() =>
    'data' in source
      ? addon.loadRows(source.data, source.dimension)
      : addon.loadFile(source.path, source.byteOffset, source.rows, source.dimension, planes),
  );
  return { matrix, flat: new NativeResident(addon, matrix, source.dimension, rows) };
}

class NativeResident implements Resident {
  readonly capabilities = { approximate: true, abort: true, append: true, memoryMap: true, offThread: true };
  readonly #addon: Addon;
  readonly #matrix: AddonMatrix;
  readonly #dimension: number;
  #rows: number;

  constructor(addon: Addon, matrix: AddonMatrix, dimension: number, rows: number) {
    this.#addon = addon;
    this.#matrix = matrix;
    this.#dimension = dimension;
    this.#rows = rows;
  }

  get rows(): number {
    return this.#rows;
  }

  sections(): Section[] {
    return nativeSync(() => this.#matrix.planes()).map((plane) => ({
      name: plane.name,
      pieces: piecesOf(plane),
    }));
  }

  get indexBytes(): number {
    return this.#matrix.indexBytes;
  }

  async topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const { queries, k, mask, candidates } = request;
    if (this.#rows * queries.length <= ALONE) return this.topKSync(request);
    const count = queries.length / this.#dimension;
    const answer = await abortable(this.#addon, signal, (flag) =>
      this.#matrix.topK(queries, k, mask, candidates, flag),
    );
    return answer === null ? [] : split(answer.ids, answer.scores, count);
  }

  topKSync({ queries, k, mask, candidates }: TopKRequest): TopK[] {
    const count = queries.length / this.#dimension;
    return fill(count, Math.min(k, this.#rows), (ids, scores) =>
      this.#matrix.topKSync(queries, k, mask, candidates, ids, scores),
    );
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    const scores = new Float32Array(rows.length);
    nativeSync(() => this.#matrix.score(query, rows, scores));
    return scores;
  }

  read(first: number, count: number): Float32Array {
    const rows = new Float32Array(count * this.#dimension);
    nativeSync(() => this.#matrix.read(first, rows));
    return rows;
  }

  append(data: Float32Array): void {
    nativeSync(() => this.#matrix.append(data));
    this.#rows += data.length / this.#dimension;
  }

  close(): void {
    this.#matrix.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Bytes of planes copied at a time. */
const PIECE_BYTES = 1 << 20;

function* piecesOf(plane: AddonPlaneSection): Generator<Uint8Array> {
  for (let at = 0; at < plane.byteLength; at += PIECE_BYTES) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, plane.byteLength - at));
    nativeSync(() => plane.read(at, piece));
    yield piece;
  }
}
