/** Is a region of a file searched like rows in memory? */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { numbers } from './data.ts';
import { type Create, refused } from './setup.ts';
import { bits, trueTopK } from './truth.ts';

export function files(create: Create): void {
  describe('files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-contract-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'rows.bin');
    const data = numbers('ordinary', 500 * 12, 4);
    writeFileSync(path, Buffer.concat([Buffer.from('a header, 20 bytes..'), Buffer.from(data.buffer)]));
    const region = { dimension: 12, path, byteOffset: 20, rows: 500 };

    test('a region of a file is searched like rows in memory, and can be appended to', async () => {
      const query = numbers('ordinary', 12, 5);
      using index = await create(region);
      expect(bits(await index.search(query, { k: 30 }))).toEqual(bits(trueTopK(data, query, 30)));
      const more = numbers('ordinary', 12 * 9, 6);
      index.append(more);
      const all = Float32Array.of(...data, ...more);
      expect(bits(index.searchSync(query, { k: 30 }))).toEqual(bits(trueTopK(all, query, 30)));
    });

    test('a region without rows is an empty index', async () => {
      using index = await create({ ...region, rows: 0 });
      expect(index.size).toBe(0);
    });

    test('files that are missing, too short or not finite are refused', async () => {
      await refused('ERR_SLUICE_DATA_NOT_FOUND', () => create({ ...region, path: join(folder, 'none') }));
      await refused('ERR_SLUICE_DATA_INVALID', () => create({ ...region, rows: 501 }));
      await refused('ERR_SLUICE_DATA_INVALID', () => create({ ...region, byteOffset: 1e9 }));
      const damaged = data.slice();
      damaged[12 * 321 + 5] = Number.NaN;
      writeFileSync(join(folder, 'damaged.bin'), Buffer.from(damaged.buffer));
      const source = { ...region, path: join(folder, 'damaged.bin'), byteOffset: 0 };
      const error = await refused('ERR_SLUICE_NON_FINITE', () => create(source));
      expect(error.message).toContain('row 321, component 5');
    });

    test.each([
      ['byteOffset', 2],
      ['byteOffset', -4],
      ['byteOffset', 0.5],
      ['rows', -1],
      ['rows', 1.5],
      ['rows', 2 ** 33],
      ['path', ''],
      ['path', 7],
    ])('a region with %s %s is refused', async (name, value) => {
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => create({ ...region, [name]: value }));
    });
  });
}
