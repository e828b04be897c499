/** Does an index that was saved and opened again answer as before? */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { BackendName } from '../../src/vectors/backend.ts';
import { Index } from '../../src/vectors/index.ts';
import { numbers } from './data.ts';
import { type Create, ordinary, refused } from './setup.ts';
import { bits, trueTopK } from './truth.ts';

export function saving(create: Create, backend: BackendName, kind: 'flat' | 'hnsw'): void {
  describe('saving', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-saving-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    // Ten megabytes, so that the rows are read in several pieces; fewer where they are slow to load.
    const many = kind === 'hnsw' ? 10_000 : 40_000;
    let files = 0;
    const fresh = () => join(folder, `${files++}`, 'index');
    const open = (path: string) => Index.open(path, { backend, kind });

    test('gives the same bits again, with removed rows, and goes on from there', async () => {
      const shape = fc.record({
        rows: fc.integer({ min: 0, max: 130 }),
        dimension: fc.integer({ min: 1, max: 70 }),
        appended: fc.integer({ min: 0, max: 40 }),
        removed: fc.array(fc.nat(), { maxLength: 20 }),
        seed: fc.integer({ min: 0, max: 1e6 }),
      });
      await fc.assert(
        fc.asyncProperty(shape, async ({ rows, dimension, appended, removed, seed }) => {
          const path = fresh();
          const more = numbers('mixed', appended * dimension, seed + 1);
          const query = numbers('ordinary', dimension, seed + 2);
          using index = await create({ dimension, data: numbers('mixed', rows * dimension, seed) });
          index.append(more);
          if (index.size > 0) index.remove(removed.map((row) => row % index.size));
          await index.save(path);
          using opened = await open(path);
          expect([opened.size, opened.dimension]).toEqual([index.size, dimension]);
          const same = async () => {
            const found = bits(await opened.search(query, { k: 60 }));
            expect(found).toEqual(bits(await index.search(query, { k: 60 })));
            expect(found).toEqual(bits(opened.searchSync(query, { k: 60 })));
          };
          await same();
          for (const each of [index, opened]) {
            each.append(query);
            each.remove([Math.floor((index.size - 1) / 2)]);
          }
          await same();
        }),
        { numRuns: 40, seed: 5 },
      );
    });

    test('gives the rows themselves, whichever backend opens the file', async () => {
      const source = ordinary(3000, 33);
      const path = fresh();
      const query = numbers('ordinary', 33, 2);
      using index = await create(source);
      index.remove([1, 2999]);
      await index.save(path);
      const truth = bits(trueTopK(source.data, query, 25, (row) => row !== 1 && row !== 2999));
      for (const other of [backend, 'reference'] as const) {
        using opened = await Index.open(path, { backend: other });
        expect(bits(await opened.search(query, { k: 25 }))).toEqual(truth);
      }
    });

    test('keeps the calibration', async () => {
      const { dimension, data } = ordinary(2000, 12);
      const path = fresh();
      const queries = numbers('ordinary', 20 * dimension, 2);
      using index = await create({ dimension, data });
      await index.save(path);
      using without = await open(path);
      expect(without.calibration).toBeUndefined();
      await index.calibrate({ queries, k: [10] });
      await index.save(path);
      using opened = await open(path);
      expect(opened.calibration).toEqual(index.calibration);
      const query = queries.subarray(0, dimension);
      const options = { k: 10, recallTarget: 0.9 };
      expect(bits(opened.searchSync(query, options))).toEqual(bits(index.searchSync(query, options)));
    });

    test('replaces the file that the index itself was opened from', async () => {
      const { dimension, data } = ordinary(1000, 9);
      const path = fresh();
      const query = numbers('ordinary', dimension, 2);
      using index = await create({ dimension, data });
      await index.save(path);
      using first = await open(path);
      first.append(data.map((x) => -x));
      await first.save(path);
      using second = await open(path);
      const all = Float32Array.of(...data, ...data.map((x) => -x));
      for (const each of [first, second]) {
        expect(bits(await each.search(query, { k: 30 }))).toEqual(bits(trueTopK(all, query, 30)));
      }
      expect(readdirSync(join(path, '..'))).toEqual(['index']);
    });

    test('does not see what is appended or removed meanwhile', async () => {
      const { dimension, data } = ordinary(many, 64);
      const path = fresh();
      const query = numbers('ordinary', dimension, 2);
      using index = await create({ dimension, data });
      index.remove([7]);
      const running = index.save(path);
      index.append(query.map((x) => 100 * x));
      index.remove([8, 9]);
      await running;
      using opened = await open(path);
      expect(opened.size).toBe(many);
      expect(bits(await opened.search(query, { k: 50 }))).toEqual(
        bits(trueTopK(data, query, 50, (row) => row !== 7)),
      );
    });

    test('that is aborted or overtaken by close leaves what was there before', async () => {
      const { dimension, data } = ordinary(many, 64);
      const path = fresh();
      const index = await create({ dimension, data });
      await index.save(path);
      const before = readFileSync(path);
      index.append(data.slice(0, 64));
      const reason = new Error('not now');
      await expect(index.save(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const aborted = index.save(path, { signal: controller.signal });
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      const running = index.save(path);
      index.close();
      await refused('ERR_SLUICE_CLOSED', () => running);
      await refused('ERR_SLUICE_CLOSED', () => index.save(path));
      await refused('ERR_SLUICE_CLOSED', () => index.indexBytes);
      expect(readdirSync(join(path, '..'))).toEqual(['index']);
      expect(readFileSync(path).equals(before)).toBe(true);
    });

    test.each(['', 7, undefined])('to or from the path %j is refused', async (path) => {
      using index = await create(ordinary(3, 3));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.save(path as string));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => open(path as string));
    });

    test('needs few bytes beside the rows, and says how many', async () => {
      const dimension = 32;
      using index = await create(ordinary(5000, dimension));
      expect(index.indexBytes).toBeGreaterThanOrEqual(0);
      const graph = kind === 'hnsw' ? 300 : 0;
      expect(index.indexBytes).toBeLessThanOrEqual(5000 * (4 * dimension + graph));
    });
  });
}
