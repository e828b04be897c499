/** Is a catalogue read from whatever file holds one? The same items as CSV, JSON lines and a JSON array. */

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Catalog, categoriesAt, loadCatalog, loadMovieLens, SluiceError } from '../../src/index.ts';
import { describeOnPublicData, publicData } from './public-data.ts';
import { directoryWith } from './temporary.ts';

/** Every record of a catalogue as plain data. */
function recordsOf(catalog: Catalog): Record<string, unknown>[] {
  return Array.from({ length: catalog.size }, (_, row) => {
    const record: Record<string, unknown> = { id: catalog.idOf(row) };
    for (const [name, column] of catalog.columns) {
      if (column.kind === 'text') record[name] = column.at(row);
      else record[name] = column.kind === 'number' ? column.values[row] : categoriesAt(column, row);
    }
    return record;
  });
}

async function refusal(path: string): Promise<unknown> {
  return loadCatalog(path).then(
    () => undefined,
    (error) => (SluiceError.is(error) ? error.code : error),
  );
}

const ALBUMS = [
  { id: 'a1', title: 'Nevermind', year: 1991, genres: ['Grunge', 'Rock'], note: 'loud, "raw"' },
  { id: 'a2', title: 'Kind of Blue', year: 1959, genres: ['Jazz'], note: 'calm' },
];

describe('a catalogue', () => {
  test('is the same from CSV, JSON lines and an array, plain or gzip', async () => {
    const csv = `id,title,year,genres,note\na1,Nevermind,1991,Grunge|Rock,"loud, ""raw"""\na2,Kind of Blue,1959,Jazz,calm\n`;
    const lines = ALBUMS.map((album) => JSON.stringify(album)).join('\n');
    for (const [name, text] of [
      ['albums.csv', csv],
      ['items.jsonl', lines],
      ['items.ndjson', lines],
      ['music.json', JSON.stringify(ALBUMS)],
    ]) {
      const folder = directoryWith({ [name]: text, 'ratings.csv': 'userId,movieId,rating,timestamp\n' });
      for (const path of [folder, join(folder, name)]) {
        const { catalog, rejects } = await loadCatalog(path);
        expect(recordsOf(catalog), path).toEqual(ALBUMS);
        expect(rejects.count).toBe(0);
      }
    }
    const folder = directoryWith({ 'items.jsonl.gz': gzipSync(lines) as never });
    expect(recordsOf((await loadCatalog(folder)).catalog)).toEqual(ALBUMS);
  });

  test('takes the year from titles, and categories from texts, where nothing else tells them', async () => {
    const folder = directoryWith({
      'movies.csv': 'movieId,title,genres\nm1,Ten (1991),Grunge\nm2,"Kind of Blue",(no genres listed)\n',
    });
    expect(recordsOf((await loadCatalog(folder)).catalog)).toEqual([
      { id: 'm1', title: 'Ten', year: 1991, genres: ['Grunge'] },
      { id: 'm2', title: 'Kind of Blue', year: Number.NaN, genres: [] },
    ]);
  });

  test('leaves wrong records out and says on which line they stand', async () => {
    const folder = directoryWith({
      'items.csv': 'id,title\n1,One\n\n1,Again\n,None\n2,Two\n',
      'items.jsonl': '{"id":"1"}\n[3]\n{"title":"no id"}\nno JSON\n{"id":"1"}\n{"id":"2"}\n',
    });
    const csv = await loadCatalog(join(folder, 'items.csv'));
    expect([...csv.catalog.ids]).toEqual(['1', '2']);
    expect(csv.rejects.details.map(({ line }) => line)).toEqual([4, 5]);
    const lines = await loadCatalog(join(folder, 'items.jsonl'));
    expect([...lines.catalog.ids]).toEqual(['1', '2']);
    expect(lines.rejects.details.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });

  test('is refused where there is none, or several, or no ids', async () => {
    const folder = directoryWith({
      'b.csv': 'id\n1\n',
      'c.csv': 'id\n2\n',
      'bare.json': '{"title":"no id"}',
    });
    expect(await refusal(join(folder, 'nowhere'))).toBe('ERR_SLUICE_DATA_NOT_FOUND');
    expect(await refusal(folder)).toBe('ERR_SLUICE_DATA_NOT_FOUND');
    expect(await refusal(join(folder, 'bare.json'))).toBe('ERR_SLUICE_DATA_INVALID');
    expect(await refusal(directoryWith({ 'items.json': '{ broken' }))).toBe('ERR_SLUICE_DATA_INVALID');
    expect(await refusal(directoryWith({ 'ratings.csv': '' }))).toBe('ERR_SLUICE_DATA_NOT_FOUND');
  });
});

describeOnPublicData('MovieLens', () => {
  test('has the ids, titles, years and genres that its own loader reads', async () => {
    const directory = join(publicData, 'ml-latest-small');
    const { catalog } = await loadCatalog(directory);
    const loaded = await loadMovieLens(directory);
    expect([...catalog.ids]).toEqual([...loaded.catalog.ids]);
    for (const name of ['title', 'year', 'genres'] as const) {
      expect(catalog.column(name), name).toEqual(loaded.catalog.column(name));
    }
  });
});
