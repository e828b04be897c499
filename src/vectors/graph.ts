/** How are a few nearest rows found through a graph, beside the exact search of the same rows? */

import { SluiceError } from '../errors.ts';
import type { Addon, AddonGraph, AddonMatrix } from './addon.ts';
import type { Capabilities, Resident, Section, TopK, TopKRequest } from './backend.ts';
import { abortable, fill, native, nativeSync, split } from './native-calls.ts';

/** So many candidates, some 0.2 ms, gain nothing from changing threads. */
const ALONE = 128;

/**
 * So many rows are scanned in the time that one candidate takes: some 16 neighbours of it are scored, each in memory that
 * nothing has asked ahead. Where fewer rows are eligible for each candidate, searches scan them all, exactly.
 * `npm run -s bench -- graph` measures both.
 */
const ROWS_PER_CANDIDATE = 2500;

/** The graph of the addon. @throws ERR_SLUICE_NATIVE_REQUIRED where it was built without a C++ compiler. */
export function requireGraph(addon: Addon): NonNullable<Addon['Graph']> {
  if (addon.Graph !== undefined) return addon.Graph;
  const message =
    "Expected an addon with the graph of kind 'hnsw', but no C++ compiler worked when it was built";
  throw new SluiceError('ERR_SLUICE_NATIVE_REQUIRED', message, {
    remedy:
      'Install a C++17 compiler (Debian: `apt-get install g++`, macOS: `xcode-select --install`) and run `npm run build` in a checkout.',
  });
}

/** Builds the graph over the rows of `matrix`, which `flat` searches; closes both if that fails. */
export async function withGraph(
  Graph: NonNullable<Addon['Graph']>,
  matrix: AddonMatrix,
  addon: Addon,
  flat: Resident,
  dimension: number,
): Promise<Resident> {
  const graph = new Graph(matrix, ROWS_PER_CANDIDATE);
  const resident = new GraphResident(graph, addon, flat, dimension);
  try {
    await native(() => graph.build());
    return resident;
  } catch (error) {
    resident.close();
    throw error;
  }
}

/** Rows with a graph: searches that name candidates go through it, all others to the flat search. */
class GraphResident implements Resident {
  readonly capabilities: Capabilities;
  readonly #graph: AddonGraph;
  readonly #addon: Addon;
  readonly #flat: Resident;
  readonly #dimension: number;

  constructor(graph: AddonGraph, addon: Addon, flat: Resident, dimension: number) {
    this.capabilities = { ...flat.capabilities, approximate: true };
    this.#graph = graph;
    this.#addon = addon;
    this.#flat = flat;
    this.#dimension = dimension;
  }

  get rows(): number {
    return this.#flat.rows;
  }

  get indexBytes(): number {
    return this.#flat.indexBytes + this.#graph.bytes;
  }

  async topK(request: TopKRequest, signal?: AbortSignal): Promise<TopK[]> {
    const { queries, k, mask, candidates } = request;
    if (candidates === undefined) return this.#flat.topK(request, signal);
    const count = queries.length / this.#dimension;
    if (candidates * count <= ALONE) return this.topKSync(request);
    const answer = await abortable(this.#addon, signal, (flag) =>
      this.#graph.topK(queries, k, candidates, mask, flag),
    );
    return answer === null ? [] : split(answer.ids, answer.scores, count);
  }

  topKSync(request: TopKRequest): TopK[] {
    const { queries, k, mask, candidates } = request;
    if (candidates === undefined) return this.#flat.topKSync(request);
    const count = queries.length / this.#dimension;
    return fill(count, Math.min(k, this.rows), (ids, scores) =>
      this.#graph.topKSync(queries, k, candidates, mask, ids, scores),
    );
  }

  score(query: Float32Array, rows: Uint32Array): Float32Array {
    return this.#flat.score(query, rows);
  }

  read(first: number, count: number): Float32Array {
    return this.#flat.read(first, count);
  }

  /** Those of the flat search; the graph is built again. */
  sections(): Iterable<Section> {
    return this.#flat.sections?.() ?? [];
  }

  append(data: Float32Array): void {
    this.#flat.append(data);
    nativeSync(() => this.#graph.grow());
  }

  close(): void {
    this.#graph.close();
    this.#flat.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
