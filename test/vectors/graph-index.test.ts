/** What is an index of kind hnsw, and what is said where there can be none? */

import { describe, expect, test } from 'vitest';
import { type Addon, probeAddon } from '../../src/vectors/addon.ts';
import { requireGraph } from '../../src/vectors/graph.ts';
import { Index } from '../../src/vectors/index.ts';
import { refused } from '../contract/setup.ts';
import { bits, trueTopK } from '../contract/truth.ts';
import { Catalogue } from './catalogue.ts';

const probe = probeAddon();
const hasGraph = probe.ok && probe.addon.Graph !== undefined;

describe.skipIf(!hasGraph)('an index of kind hnsw', () => {
  const ROWS = 20_000;
  const DIMENSION = 32;
  const catalogue = new Catalogue(DIMENSION, 'skewed', 5);
  const data = catalogue.rows(ROWS);
  const queries = catalogue.queries(32);
  const source = { dimension: DIMENSION, data };
  const each = Array.from({ length: 32 }, (_, i) => queries.subarray(i * DIMENSION, (i + 1) * DIMENSION));

  test('says its kind, holds bytes for the graph, and needs a calibration below recall 1', async () => {
    using index = await Index.create(source, { kind: 'hnsw' });
    expect(index.kind).toBe('hnsw');
    using flat = await Index.create(source, { backend: 'native' });
    const perRow = (index.indexBytes - flat.indexBytes) / ROWS;
    // 32 links of 4 bytes, and the tables around them.
    expect(perRow).toBeGreaterThan(128);
    expect(perRow).toBeLessThan(400);
    const search = () => index.search(each[0]!, { k: 10, recallTarget: 0.9 });
    await refused('ERR_SLUICE_NOT_CALIBRATED', search);
    await index.calibrate({ queries, k: [10] });
    expect(index.calibration).toMatchObject({ kind: 'hnsw', backend: 'native' });
    expect((await search()).ids).toHaveLength(10);
  });

  // A query asked for one row is right or wrong: it takes many for the same certainty.
  test.each([
    [1, 1024],
    [10, 128],
    [100, 32],
    [1000, 32],
  ])('reaches the recall asked for k = %i, alone and in batches', async (k, count) => {
    const asked = catalogue.queries(count);
    using index = await Index.create(source, { kind: 'hnsw', calibration: { queries: asked, k: [k] } });
    const each = Array.from({ length: count }, (_, i) => asked.subarray(i * DIMENSION, (i + 1) * DIMENSION));
    const truths = each.map((query) => new Set(trueTopK(data, query, k).ids));
    for (const recallTarget of [0.8, 0.95]) {
      const alone = each.map((query) => index.searchSync(query, { k, recallTarget }));
      const together = await index.searchBatch(asked, { k, recallTarget });
      expect(together.map(bits)).toEqual(alone.map(bits));
      const hits = alone.map(({ ids }, i) => ids.filter((id) => truths[i]!.has(id)).length);
      const mean = hits.reduce((sum, hit) => sum + hit, 0) / (k * count);
      expect(mean).toBeGreaterThanOrEqual(recallTarget - 0.07);
    }
  });

  test('serves from the first rows on', async () => {
    using index = await Index.create({ dimension: DIMENSION, data: new Float32Array(0) }, { kind: 'hnsw' });
    expect(index.indexBytes).toBe(0);
    for (let row = 0; row < 2000; row += 250)
      index.append(data.subarray(row * DIMENSION, (row + 250) * DIMENSION));
    await index.calibrate({ queries, k: [10] });
    const found = await index.searchBatch(queries, { k: 10, recallTarget: 0.95 });
    found.forEach(({ ids }) => {
      expect(ids).toHaveLength(10);
    });
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
