import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../src/catalog/catalog.ts';
import { TextColumn } from '../../../src/catalog/text-column.ts';
import { TextIndex } from '../../../src/catalog/text-index/text-index.ts';
import { probeAddon } from '../../../src/vectors/addon.ts';
import { directoryWith } from '../../offline/temporary.ts';
import { textContract } from './contract.ts';

const films = (titles: readonly string[]) =>
  new Catalog(
    titles.map((_, row) => `${row}`),
    { title: TextColumn.of(titles) },
  );

describe.skipIf(!probeAddon().ok)('text search by the addon', () => {
  textContract({ engine: 'native' });

  test('takes two neighbours swapped for one typo', async () => {
    using index = await TextIndex.build(films(['Heat', 'Blade']));
    expect(index.engine).toBe('native');
    expect([...(await index.search('haet', { k: 2 })).rows]).toEqual([0]);
    expect([...(await index.search('baled', { k: 2 })).rows]).toEqual([]);
  });

  test('ranks the word itself before its beginnings and its misspellings, however rare these are', async () => {
    const titles = ['Heart', 'Heats', 'Heated', ...Array.from({ length: 50 }, () => 'Heat')];
    using index = await TextIndex.build(films(titles));
    const { rows } = await index.search('heat', { k: 60 });
    expect([...rows.subarray(0, 50)]).toEqual(Array.from({ length: 50 }, (_, i) => i + 3));
    expect([...rows.subarray(50)].sort()).toEqual([0, 1, 2]);
  });

  test('answers from a file what it answered when built, bytes and all', async () => {
    using index = await TextIndex.build(films(['Blade Runner', 'Amélie', '']));
    const path = join(directoryWith({ index: index.toBytes() }), 'index');
    using opened = await TextIndex.open(path);
    expect(opened.size).toBe(3);
    expect(opened.toBytes()).toEqual(index.toBytes());
    for (const query of ['blade', 'amel', 'runer'])
      expect(await opened.search(query, { k: 3 })).toEqual(await index.search(query, { k: 3 }));
  });

  test('refuses a file that is damaged, newer, absent or something else', async () => {
    using index = await TextIndex.build(films(['Blade Runner', 'Amélie', '']));
    const path = join(directoryWith(), 'index');
    const opening = (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      return TextIndex.open(path);
    };
    const changed = (at: number) => {
      const bytes = index.toBytes();
      bytes[at] ^= 0x10;
      return bytes;
    };
    await expect(opening(changed(100))).rejects.toMatchObject({ code: 'ERR_SLUICE_INDEX_DAMAGED' });
    await expect(opening(index.toBytes().subarray(0, 100))).rejects.toMatchObject({
      code: 'ERR_SLUICE_INDEX_DAMAGED',
    });
    await expect(opening(changed(8))).rejects.toMatchObject({ code: 'ERR_SLUICE_INDEX_TOO_NEW' });
    await expect(opening(changed(0))).rejects.toMatchObject({ code: 'ERR_SLUICE_DATA_INVALID' });
    await expect(TextIndex.open(`${path}.none`)).rejects.toMatchObject({ code: 'ERR_SLUICE_DATA_NOT_FOUND' });
    await expect(TextIndex.open('')).rejects.toMatchObject({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
  });

  test('goes on with a search that runs while the index is closed', async () => {
    const index = await TextIndex.build(films(['Heat']));
    const running = index.search('heat', { k: 1 });
    index.close();
    expect([...(await running).rows]).toEqual([0]);
  });
});
