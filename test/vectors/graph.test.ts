/** Does a search through the graph find what it should, whatever is filtered, removed, appended or stopped? */

import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { type Addon, probeAddon } from '../../src/vectors/addon.ts';
import type { Resident, TopK } from '../../src/vectors/backend.ts';
import { Bitset } from '../../src/vectors/bitset.ts';
import { requireGraph } from '../../src/vectors/graph.ts';
import { Index } from '../../src/vectors/index.ts';
import { nativeBackend } from '../../src/vectors/native.ts';
import { refused } from '../contract/setup.ts';
import { bits, trueScore, trueTopK } from '../contract/truth.ts';
import { Catalogue, type Norms } from './catalogue.ts';

const ROWS = 20_000;
const DIMENSION = 32;

const probe = probeAddon();
const hasGraph = probe.ok && probe.addon.Graph !== undefined;

const loadGraph = async (data: Float32Array): Promise<Resident> =>
  nativeBackend().loadGraph!({ dimension: DIMENSION, data });

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

  const loading = hasGraph ? loadGraph(data) : undefined;
  const graph = async () => (await loading) as Resident;
  afterAll(async () => (await loading)?.close());

  test.each([
    { k: 10, ladder: [10, 40, 160] },
    { k: 100, ladder: [100, 250, 600] },
  ])('finds 95 % of the best $k, and more with more candidates', async ({ k, ladder }) => {
    const truth = truths(users, k);
    const recalls: number[] = [];
    for (const candidates of ladder) {
      const found = await (await graph()).topK({ queries: users, k, candidates });
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
    const found = await (await graph()).topK({ queries: items, k: 10, candidates: 120 });
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
    const found = await (await graph()).topK({ queries: users, k: 10, candidates: 100, mask });
    expect(found.every(({ ids }) => ids.length === 10 && ids.every(keep))).toBe(true);
    const truth = truths(users, 10, keep);
    expect(recall(found, truth)).toBeGreaterThanOrEqual(0.95);
    // Twenty rows are scanned.
    if (name === 'one row of a thousand') expect(found.map(bits)).toEqual(truth.map(bits));
  });

  test('answers exactly where no candidates are named', async () => {
    const found = await (await graph()).topK({ queries: users, k: 25 });
    expect(found.map(bits)).toEqual(truths(users, 25).map(bits));
  });
});

describe.skipIf(!hasGraph)('an index of kind hnsw', () => {
  const catalogue = new Catalogue(DIMENSION, 'skewed', 5);
  const data = catalogue.rows(ROWS);
  const queries = catalogue.queries(32);
  const source = { dimension: DIMENSION, data };
  const calibration = { queries, k: [10] };

  test('says its kind, holds bytes for the graph, and needs a calibration below recall 1', async () => {
    using index = await Index.create(source, { kind: 'hnsw' });
    expect(index.kind).toBe('hnsw');
    using flat = await Index.create(source, { backend: 'native' });
    const perRow = (index.indexBytes - flat.indexBytes) / ROWS;
    // 32 links of 4 bytes, and the tables around them.
    expect(perRow).toBeGreaterThan(128);
    expect(perRow).toBeLessThan(400);
    const search = () => index.search(each(queries)[0]!, { k: 10, recallTarget: 0.9 });
    await refused('ERR_SLUICE_NOT_CALIBRATED', search);
    await index.calibrate(calibration);
    expect(index.calibration).toMatchObject({ kind: 'hnsw', backend: 'native' });
    expect((await search()).ids).toHaveLength(10);
  });

  test('finds no removed row', async () => {
    using index = await Index.create(source, { kind: 'hnsw', calibration });
    // What is left is harder to find than what was calibrated: the best are gone.
    const options = { k: 10, recallTarget: 0.995 };
    const removed = new Set<number>();
    for (const query of each(queries)) {
      const { ids } = index.searchSync(query, options);
      expect([...ids].filter((id) => removed.has(id))).toEqual([]);
      index.remove(ids);
      for (const id of ids) removed.add(id);
    }
    const found = each(queries).map((query) => index.searchSync(query, options));
    const truth = each(queries).map((query) => trueTopK(data, query, 10, (row) => !removed.has(row)));
    expect(recall(found, truth)).toBeGreaterThanOrEqual(0.9);
  });

  test('finds appended rows at once, also longer ones than any before, and none appended after it began', async () => {
    const most = 6 * 400;
    using index = await Index.create(source, { kind: 'hnsw', calibration });
    const more = catalogue.rows(most).map((x) => 3 * x);
    const running: Promise<void>[] = [];
    for (let part = 0; part < 6; part++) {
      index.append(more.subarray(part * 400 * DIMENSION, (part + 1) * 400 * DIMENSION));
      const rows = index.size;
      for (const query of each(queries).slice(0, 20)) {
        const seen = index.search(query, { k: 10, recallTarget: 0.95 });
        running.push(seen.then(({ ids }) => expect(Math.max(...ids)).toBeLessThan(rows)));
      }
      await new Promise(setImmediate);
    }
    await Promise.all(running);
    const all = new Float32Array(data.length + more.length);
    all.set(data);
    all.set(more, data.length);
    const truth = each(queries).map((query) => trueTopK(all, query, 10));
    for (let i = 0; i < 20; i++) {
      const found = await index.searchBatch(queries, { k: 10, recallTarget: 0.95 });
      expect(recall(found, truth)).toBeGreaterThanOrEqual(0.9);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  test('serves from the first rows on', async () => {
    using index = await Index.create({ dimension: DIMENSION, data: new Float32Array(0) }, { kind: 'hnsw' });
    expect(index.indexBytes).toBe(0);
    for (let at = 0; at < 2000; at += 250)
      index.append(data.subarray(at * DIMENSION, (at + 250) * DIMENSION));
    await index.calibrate(calibration);
    const found = await index.searchBatch(queries, { k: 10, recallTarget: 0.95 });
    const truth = each(queries).map((query) => trueTopK(data.subarray(0, 2000 * DIMENSION), query, 10));
    expect(recall(found, truth)).toBeGreaterThanOrEqual(0.9);
  });
});

describe.skipIf(!hasGraph)('a graph that is being built', () => {
  const catalogue = new Catalogue(DIMENSION, 'skewed', 6);
  const data = catalogue.rows(60_000);

  test('stops at close, within a few rows', async () => {
    const addon = (probe as { addon: Addon }).addon;
    const matrix = await addon.loadRows(data, DIMENSION);
    const graph = new addon.Graph!(matrix);
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
        new addon.Graph(matrix).build();
        parentPort.postMessage('building');
      });`;
    const worker = new Worker(body, { eval: true, workerData: data });
    await new Promise((resolve) => worker.once('message', resolve));
    const start = performance.now();
    await worker.terminate();
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('where there is no graph', () => {
  const source = { dimension: 2, data: Float32Array.of(1, 2, 3, 4) };

  test.each(['wasm', 'reference'] as const)('kind hnsw is refused by %s', async (backend) => {
    const error = await refused('ERR_SLUICE_NATIVE_REQUIRED', () =>
      Index.create(source, { backend, kind: 'hnsw' }),
    );
    expect(error.message).toContain(backend);
    expect(error.remedy).toContain('native');
  });

  test('an addon without one says what to install', async () => {
    const error = await refused('ERR_SLUICE_NATIVE_REQUIRED', () => requireGraph({} as Addon));
    expect(error.message).toContain('C++ compiler');
    expect(error.remedy).toContain('apt-get install g++');
  });

  test.each(['ivf', '', 7, null])('kind %j is refused', async (kind) => {
    await refused('ERR_SLUICE_INVALID_ARGUMENT', () => Index.create(source, { kind: kind as 'flat' }));
  });
});
