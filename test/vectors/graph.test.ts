/** Does a search through the graph find what it should, whatever is filtered, removed, appended or stopped? */

import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { type Addon, type AddonGraph, type AddonMatrix, probeAddon } from '../../src/vectors/addon.ts';
import type { TopK } from '../../src/vectors/backend.ts';
import { Bitset } from '../../src/vectors/bitset.ts';
import { split } from '../../src/vectors/native-calls.ts';
import { bits, trueScore, trueTopK } from '../contract/truth.ts';
import { Catalogue, type Norms } from './catalogue.ts';

const ROWS = 20_000;
const DIMENSION = 32;

const probe = probeAddon();
const hasGraph = probe.ok && probe.addon.Graph !== undefined;

/** A graph that is searched whatever it costs, where the library would scan so few rows. */
class ForcedGraph {
  readonly #matrix: AddonMatrix;
  readonly #graph: AddonGraph;
  #rows: number;

  private constructor(matrix: AddonMatrix, graph: AddonGraph) {
    this.#matrix = matrix;
    this.#graph = graph;
    this.#rows = graph.rows;
  }

  static async over(data: Float32Array, rowsPerCandidate = 0): Promise<ForcedGraph> {
    const { addon } = probe as { addon: Addon };
    const matrix = await addon.loadRows(data, DIMENSION);
    const graph = new addon.Graph!(matrix, rowsPerCandidate);
    expect(await graph.build()).toBe(true);
    return new ForcedGraph(matrix, graph);
  }

  get bytes(): number {
    return this.#graph.bytes;
  }

  async topK(queries: Float32Array, k: number, candidates: number, mask?: Uint32Array): Promise<TopK[]> {
    const answer = await this.#graph.topK(queries, k, candidates, mask, undefined);
    return split(answer!.ids, answer!.scores, queries.length / DIMENSION);
  }

  /** Resolves once the rows are in the graph. */
  async append(data: Float32Array): Promise<void> {
    this.#matrix.append(data);
    this.#graph.grow();
    this.#rows += data.length / DIMENSION;
    const rows = this.#rows;
    while (this.#graph.rows < rows) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  close(): void {
    this.#graph.close();
    this.#matrix.close();
  }
}

const each = (vectors: Float32Array): Float32Array[] =>
  Array.from({ length: vectors.length / DIMENSION }, (_, i) => rowOf(vectors, i));

const rowOf = (data: Float32Array, id: number): Float32Array =>
  data.subarray(id * DIMENSION, (id + 1) * DIMENSION);

/** The share of the true rows that were found, over all queries. */
function recall(found: TopK[], truth: TopK[]): number {
  let [hits, all] = [0, 0];
  truth.forEach(({ ids }, i) => {
    const set = new Set(found[i]!.ids);
    hits += ids.filter((id) => set.has(id)).length;
    all += ids.length;
  });
  return hits / all;
}

describe.skipIf(!hasGraph).each<Norms>(['skewed', 'unit'])('a graph over rows of %s norms', (norms) => {
  const catalogue = new Catalogue(DIMENSION, norms, 11);
  const data = catalogue.rows(ROWS);
  const users = catalogue.queries(30);
  // Copied: rows as queries.
  const items = Float32Array.from({ length: 30 * DIMENSION }, (_, i) => data[i]!);
  const truths = (queries: Float32Array, k: number, keep?: (row: number) => boolean) =>
    each(queries).map((query) => trueTopK(data, query, k, keep));

  const loading = hasGraph ? ForcedGraph.over(data) : undefined;
  const graph = async () => (await loading) as ForcedGraph;
  afterAll(async () => (await loading)?.close());

  test.each([
    { k: 10, ladder: [10, 40, 160] },
    { k: 100, ladder: [100, 250, 600] },
  ])('finds 95 % of the best $k, and more with more candidates', async ({ k, ladder }) => {
    const truth = truths(users, k);
    const recalls: number[] = [];
    for (const candidates of ladder) {
      const found = await (await graph()).topK(users, k, candidates);
      found.forEach(({ ids, scores }, i) => {
        const query = each(users)[i]!;
        expect([...scores]).toEqual(Array.from(ids, (id) => trueScore(query, rowOf(data, id))));
        const order = Array.from(ids, (id, place) => ({ id, score: scores[place]! }));
        expect(order).toEqual([...order].sort((a, b) => b.score - a.score || a.id - b.id));
      });
      recalls.push(recall(found, truth));
    }
    expect(recalls[0]).toBeLessThan(recalls[1]!);
    expect(recalls[1]).toBeLessThanOrEqual(recalls[2]!);
    expect(recalls[2]).toBeGreaterThanOrEqual(0.95);
  });

  test('finds the items nearest to an item', async () => {
    const found = await (await graph()).topK(items, 10, 120);
    expect(recall(found, truths(items, 10))).toBeGreaterThanOrEqual(0.95);
    // A row of the common length is nearest to itself.
    if (norms === 'unit')
      found.forEach(({ ids }, row) => {
        expect(ids[0]).toBe(row);
      });
  });

  const lengths = each(data).map((row) => Math.hypot(...row));
  const short = [...lengths].sort((a, b) => a - b)[ROWS / 4]!;
  const filters: Record<string, (row: number) => boolean> = {
    'one row of a thousand': (row) => row % 1000 === 7,
    'one row of ten': (row) => row % 10 === 3,
    'all but one of a hundred': (row) => row % 100 !== 1,
    'a neighbourhood': (row) => row >= 5000 && row < 9000,
    'the shortest quarter': (row) => lengths[row]! < short,
  };
  test.each(Object.keys(filters))('keeps to a filter that leaves %s', async (name) => {
    const keep = filters[name]!;
    const mask = Bitset.of(ROWS, Array.from({ length: ROWS }, (_, row) => row).filter(keep)).words;
    const found = await (await graph()).topK(users, 10, 100, mask);
    expect(found.every(({ ids }) => ids.length === 10 && ids.every(keep))).toBe(true);
    const truth = truths(users, 10, keep);
    expect(recall(found, truth)).toBeGreaterThanOrEqual(0.95);
  });

  test('scans where the rows are few for the candidates', async () => {
    const scanning = await ForcedGraph.over(data.subarray(0, 5000 * DIMENSION), 100);
    const found = await scanning.topK(users, 25, 50);
    const truth = each(users).map((query) => trueTopK(data.subarray(0, 5000 * DIMENSION), query, 25));
    expect(found.map(bits)).toEqual(truth.map(bits));
    scanning.close();
  });
});

describe.skipIf(!hasGraph)('a graph that changes', () => {
  const catalogue = new Catalogue(DIMENSION, 'skewed', 5);
  const data = catalogue.rows(ROWS);
  const queries = catalogue.queries(32);

  test('finds no removed row, and the best of what is left', async () => {
    const graph = await ForcedGraph.over(data);
    const alive = Bitset.full(ROWS);
    for (const query of each(queries)) {
      const [found] = await graph.topK(query, 10, 150, alive.words);
      expect([...found!.ids].filter((id) => !alive.has(id))).toEqual([]);
      for (const id of found!.ids) alive.delete(id);
    }
    expect(alive.count()).toBeLessThan(ROWS - 200);
    const truth = each(queries).map((query) => trueTopK(data, query, 10, (row) => alive.has(row)));
    expect(recall(await graph.topK(queries, 10, 300, alive.words), truth)).toBeGreaterThanOrEqual(0.95);
    graph.close();
  });

  test('finds appended rows at once and later, also longer ones than any before', async () => {
    const graph = await ForcedGraph.over(data);
    const bytes = graph.bytes;
    const all = new Float32Array(1.1 * data.length);
    all.set(data);
    for (let part = 0; part < 5; part++) {
      const start = data.length + part * 400 * DIMENSION;
      const more = catalogue.rows(400).map((x) => (1 + part) * x);
      all.set(more, start);
      const truth = each(queries).map((query) => trueTopK(all.subarray(0, start + more.length), query, 10));
      const added = graph.append(more);
      expect(recall(await graph.topK(queries, 10, 150), truth)).toBeGreaterThanOrEqual(0.95);
      await added;
      expect(recall(await graph.topK(queries, 10, 150), truth)).toBeGreaterThanOrEqual(0.95);
    }
    expect(graph.bytes).toBeGreaterThan(bytes);
    graph.close();
  });

  test('shows a search no row that was appended after it began, while rows are added all along', async () => {
    const graph = await ForcedGraph.over(data);
    const best = each(queries).flatMap((query) => [...query.map((x) => 100 * x)]);
    const running: Promise<void>[] = [];
    const adding: Promise<void>[] = [];
    for (let rows = ROWS; rows < ROWS + 20 * 32; rows += 32) {
      running.push(
        graph.topK(queries, 10, 100).then((found) => {
          for (const { ids } of found) expect(Math.max(...ids)).toBeLessThan(rows);
        }),
      );
      adding.push(graph.append(Float32Array.from(best)));
      if (rows % 64 === 0) await new Promise(setImmediate);
    }
    await Promise.all(running);
    await Promise.all(adding);
    // Each of the 32 rows that were appended again and again is nearer to its query than any other.
    const found = await graph.topK(queries, 10, 100);
    found.forEach(({ ids }, i) => {
      expect([...ids].map((id) => (id - ROWS) % 32)).toContain(i);
    });
    graph.close();
  });
});

describe.skipIf(!hasGraph)('a graph that is being built', () => {
  const catalogue = new Catalogue(DIMENSION, 'skewed', 6);
  const data = catalogue.rows(60_000);

  test('stops at close, within a few rows', async () => {
    const addon = (probe as { addon: Addon }).addon;
    const matrix = await addon.loadRows(data, DIMENSION);
    const graph = new addon.Graph!(matrix, 0);
    const building = graph.build();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    graph.close();
    matrix.close();
    expect(await building).toBe(false);
    // The build takes seconds.
    expect(performance.now() - start).toBeLessThan(500);
    await expect(async () => graph.build()).rejects.toThrow('ERR_SLUICE_CLOSED');
  });

  test('ends with the worker that builds it', async () => {
    const body = `
      const addon = require(${JSON.stringify(probe.ok ? probe.path : '')});
      const { parentPort, workerData } = require('node:worker_threads');
      addon.loadRows(workerData, ${DIMENSION}).then((matrix) => {
        new addon.Graph(matrix, 0).build();
        parentPort.postMessage('building');
      });`;
    const worker = new Worker(body, { eval: true, workerData: data });
    await new Promise((resolve) => worker.once('message', resolve));
    const start = performance.now();
    await worker.terminate();
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
