/** Are so many rows that the native backend keeps them in lists searched as few are? */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';
import { Bitset } from '../../src/vectors/bitset.ts';
import { Index } from '../../src/vectors/index.ts';
import { recallByScore } from '../../src/vectors/recall.ts';
import { bits, trueTopK } from '../contract/truth.ts';
import { Catalogue } from './catalogue.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-lists-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const probe = probeAddon();
const favoursCodes = probe.ok && ['avx512', 'avx2'].includes(probe.info.isa);

describe.skipIf(!favoursCodes)('half a million rows', () => {
  /** More than 2^19. */
  const ROWS = 530_000;
  const DIMENSION = 16;
  const catalogue = new Catalogue(DIMENSION, 'skewed', 7);
  const data = catalogue.rows(ROWS);
  const queries = catalogue.queries(64);
  const query = (i: number) => queries.slice(i * DIMENSION, (i + 1) * DIMENSION);

  test('are found exactly: alone, under filters, beside removed and appended ones, and from a file', async () => {
    using index = await Index.create({ dimension: DIMENSION, data }, { backend: 'native' });
    // Planes, four bytes for the order of a row, and little for the lists.
    const perRow = index.indexBytes / ROWS;
    expect(perRow).toBeGreaterThan(1.25 * DIMENSION + 9);
    expect(perRow).toBeLessThan(1.35 * DIMENSION + 16);

    const truth = bits(trueTopK(data, query(0), 2_000));
    expect(bits(index.searchSync(query(0), { k: 2_000 }))).toEqual(truth);
    const batch = await index.searchBatch(queries.slice(0, 9 * DIMENSION), { k: 500 });
    expect(bits(batch[0]!)).toEqual({ ids: truth.ids.slice(0, 500), scores: truth.scores.slice(0, 500) });
    expect(bits(batch[8]!)).toEqual(bits(trueTopK(data, query(8), 500)));

    const filter = new Bitset(ROWS);
    for (let row = 0; row < ROWS; row++) if (row % 3 === 0) filter.add(row);
    const third = bits(trueTopK(data, query(1), 300, (row) => row % 3 === 0));
    expect(bits(await index.search(query(1), { k: 300, filter }))).toEqual(third);

    const path = join(folder, 'lists');
    await index.save(path);
    using opened = await Index.open(path, { backend: 'native' });
    expect(opened.indexBytes).toBe(index.indexBytes);
    expect(bits(opened.searchSync(query(0), { k: 2_000 }))).toEqual(truth);

    const best = truth.ids[0]!;
    index.remove([best]);
    index.append(query(0).map((x) => 99 * x));
    expect([...index.searchSync(query(0), { k: 3 }).ids]).toEqual([ROWS, truth.ids[1], truth.ids[2]]);
  }, 60_000);

  test('are found approximately as often as calibrated', async () => {
    using index = await Index.create({ dimension: DIMENSION, data }, { backend: 'native' });
    const { settings } = await index.calibrate({ queries: catalogue.queries(64), k: [100] });
    for (const recallTarget of [0.9, 0.99]) {
      expect(settings.find((setting) => setting.recallTarget === recallTarget)?.candidates).toBeGreaterThan(
        100,
      );
      const found = await index.searchBatch(queries, { k: 100, recallTarget });
      const exact = await index.searchBatch(queries, { k: 100 });
      const recalls = found.map((found, i) => recallByScore(found, exact[i]!.scores, 100));
      const mean = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
      expect(mean).toBeGreaterThan(recallTarget - 0.03);
      expect(mean).toBeLessThan(1);
    }
  }, 60_000);
});
