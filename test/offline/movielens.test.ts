import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { categoriesAt } from '../../src/catalog/column.ts';
import { loadMovieLens } from '../../src/offline/movielens.ts';
import { REJECT_DETAILS } from '../../src/offline/rejects.ts';
import { describeOnPublicData, publicData } from './public-data.ts';
import { directoryWith } from './temporary.ts';

const MOVIES = `movieId,title,genres
10,"American President, The (1995)",Comedy|Drama
2,Jumanji (1995),Adventure
7,Babylon 5,(no genres listed)
30,"Café ""Noir"" (2006–2007)",
`;
const RATINGS = `userId,movieId,rating,timestamp
12,10,4.5,100
3,2,3,200
12,30,0.5,300
`;

const load = (files: Record<string, string | Uint8Array>) =>
  loadMovieLens(directoryWith({ 'movies.csv': MOVIES, 'ratings.csv': RATINGS, ...files }));

describe('loadMovieLens', () => {
  it('reads ratings and films into columns, rows by movieId and users by number', async () => {
    const { interactions, userKeys, catalog, rejects } = await load({});
    expect(rejects).toEqual({ count: 0, details: [] });
    expect(userKeys).toEqual(['3', '12']);
    expect([...catalog.ids]).toEqual(['2', '7', '10', '30']);
    expect([...interactions.users]).toEqual([1, 0, 1]);
    expect([...interactions.items]).toEqual([2, 0, 3]);
    expect([...interactions.values]).toEqual([4.5, 3, 0.5]);
    expect([...interactions.times]).toEqual([100_000, 200_000, 300_000]);
    expect([...catalog.column('title', 'text')]).toEqual([
      'Jumanji',
      'Babylon 5',
      'American President, The',
      'Café "Noir"',
    ]);
    expect([...catalog.column('year', 'number').values]).toEqual([1995, Number.NaN, 1995, 2006]);
    const genres = catalog.column('genres', 'categories');
    expect([0, 1, 2, 3].map((row) => categoriesAt(genres, row))).toEqual([
      ['Adventure'],
      [],
      ['Comedy', 'Drama'],
      [],
    ]);
    expect(catalog.columns.has('tags')).toBe(false);
  });

  it('reads a byte order mark, Windows line endings, blank lines and gzip alike', async () => {
    const windows = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}\r\n`;
    const plain = await load({});
    const directory = directoryWith({
      'movies.csv': windows(MOVIES),
      'ratings.csv.gz': gzipSync(windows(RATINGS)),
    });
    const { interactions, catalog, rejects } = await loadMovieLens(directory);
    expect(rejects.count).toBe(0);
    expect(interactions).toEqual(plain.interactions);
    expect([...catalog.column('title', 'text')]).toEqual([...plain.catalog.column('title', 'text')]);
  });

  it('reads a directory whose name holds quotes, blanks and wildcards', async () => {
    const { mkdirSync } = await import('node:fs');
    const directory = join(directoryWith(), "it's [a] *dir?");
    mkdirSync(directory);
    writeFileSync(join(directory, 'movies.csv'), MOVIES);
    writeFileSync(join(directory, 'ratings.csv'), RATINGS);
    expect((await loadMovieLens(directory)).interactions.users).toHaveLength(3);
  });

  it('adds tags and links where the files exist', async () => {
    const { catalog, rejects } = await load({
      'tags.csv':
        'userId,movieId,tag,timestamp\n1,10,Politics,5\n2,10, politics ,6\n1,2,"a, b",7\n1,99,x,8\n1,2,,9\n',
      'links.csv': 'movieId,imdbId,tmdbId\n10,0112346,9087\n2,0113497,\n',
    });
    const tags = catalog.column('tags', 'categories');
    expect([0, 1, 2].map((row) => categoriesAt(tags, row))).toEqual([['a, b'], [], ['politics']]);
    expect([...catalog.column('imdbId', 'text')]).toEqual(['0113497', '', '0112346', '']);
    expect([...catalog.column('tmdbId', 'text')]).toEqual(['', '', '9087', '']);
    expect(rejects.details.map(({ line, reason }) => [line, reason])).toEqual([
      [5, 'movieId 99 is not in movies.csv'],
      [6, 'expected a tag but received none'],
    ]);
  });

  it('reports every refused rating by its line, however many are malformed around it', async () => {
    const lines = [
      'userId,movieId,rating,timestamp', // 1
      '1,10,4,100',
      'x,10,4,100', // 3: no number
      '',
      '1,999,4,100', // 5: unknown film
      '1,10,4', // 6: too few
      '1,10,nan,100', // 7
      '1,10,4,100,5', // 8: too many
      '',
      '',
      '1,10,,100', // 11: no rating
      '1.5,10,4,100', // 12: no whole number
      '1,10,4,-1', // 13: before 1970
      '1,-10,4,1', // 14
      '1,10,inf,1', // 15
      '"2","2","5","200"',
      '1,10,4,later', // 17
      '1,10,4,', // 18
    ];
    const expected: [number, RegExp][] = [
      [3, /userId.*'DOUBLE'|"x"/],
      [5, /movieId 999 is not in movies\.csv/],
      [6, /MISSING COLUMNS.*Found: 3/],
      [7, /finite rating.*NaN/],
      [8, /TOO MANY COLUMNS.*Found: 5/],
      [11, /finite rating.*null/],
      [12, /whole number for userId.*1\.5/],
      [13, /timestamp.*-1/],
      [14, /whole number for movieId.*-10/],
      [15, /finite rating.*Infinity/],
      [17, /timestamp/],
      [18, /timestamp.*null/],
    ];
    for (const end of ['\n', '\r\n']) {
      const { interactions, rejects, userKeys } = await load({ 'ratings.csv': lines.join(end) });
      expect(interactions.users).toHaveLength(2);
      expect(userKeys).toEqual(['1', '2']);
      expect(rejects.count).toBe(expected.length);
      expect(rejects.details.map(({ line }) => line)).toEqual(expected.map(([line]) => line));
      for (let i = 0; i < expected.length; i++) expect(rejects.details[i].reason).toMatch(expected[i][1]);
      expect(rejects.details[0].file).toMatch(/ratings\.csv$/);
    }
  });

  it('reports refused films by line, also after a title over two lines and an unclosed quote', async () => {
    const movies = [
      'movieId,title,genres', // 1
      '10,"Two',
      'lines (1990)",Drama',
      '2,A (1991),Drama',
      '10,Again (1992),Drama', // 5
      'ten,B (1993),Drama', // 6
      '11,"Open (1994),Drama', // 7, swallows 8
      '12,"C" x,Drama',
      '2.5,D (1995),Drama', // 9
      '13,E (1996),Drama',
    ].join('\n');
    const { catalog, rejects } = await load({
      'movies.csv': movies,
      'ratings.csv': 'userId,movieId,rating,timestamp\n1,10,4,1\n',
    });
    expect([...catalog.ids]).toEqual(['2', '10', '13']);
    expect(catalog.column('title', 'text').at(1)).toBe('Two\nlines');
    expect(rejects.details.map(({ line }) => line)).toEqual([5, 6, 7, 9]);
    expect(rejects.details[0].reason).toMatch(/10 stands on an earlier line/);
    expect(rejects.details[2].reason).toMatch(/with the 1 lines that follow/);
  });

  it('refuses text that is not UTF-8 by line', async () => {
    const { catalog, rejects } = await load({
      'movies.csv': Buffer.from(
        'movieId,title,genres\n10,Caf\xe9 (1990),Drama\n2,B (1991),Drama\n30,C,D\n',
        'latin1',
      ),
    });
    expect([...catalog.ids]).toEqual(['2', '30']);
    expect(rejects.details[0]).toMatchObject({ line: 2, reason: expect.stringMatching(/utf-8/i) });
    expect(rejects.details[1].reason).toMatch(/movieId 10 is not in/);
  });

  it('counts all rejects and keeps the first of them in detail', async () => {
    const bad = '1,999,4,100\n'.repeat(REJECT_DETAILS + 500);
    const { rejects } = await load({ 'ratings.csv': RATINGS + bad });
    expect(rejects.count).toBe(REJECT_DETAILS + 500);
    expect(rejects.details).toHaveLength(REJECT_DETAILS);
    expect(rejects.details.at(-1)?.line).toBe(4 + REJECT_DETAILS);
  });

  it('keeps the order of the file and the line numbers over many chunks', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) =>
      i % 50_021 === 17 ? 'bad' : `${i % 977},10,4,${i}`,
    );
    const { interactions, rejects } = await load({
      'ratings.csv': `userId,movieId,rating,timestamp\n${lines.join('\n')}`,
    });
    const expected = lines.flatMap((line, i) => (line === 'bad' ? [] : [i * 1000]));
    expect(interactions.times).toEqual(Float64Array.from(expected));
    expect(rejects.details.map(({ line }) => line)).toEqual(
      lines.flatMap((line, i) => (line === 'bad' ? [i + 2] : [])),
    );
  });

  it('names the missing directory or file', async () => {
    const missing = { code: 'ERR_SLUICE_DATA_NOT_FOUND' };
    const empty = directoryWith();
    await expect(loadMovieLens(join(empty, 'nowhere'))).rejects.toMatchObject({
      ...missing,
      message: /nowhere/,
    });
    await expect(loadMovieLens(empty)).rejects.toMatchObject({
      ...missing,
      message: expect.stringMatching(/movies\.csv/),
    });
    await expect(loadMovieLens(directoryWith({ 'movies.csv': MOVIES }))).rejects.toMatchObject({
      ...missing,
      message: expect.stringMatching(/ratings\.csv/),
    });
  });

  it.each([
    ['user,movie,rating,time\n1,2,3,4\n', /userId,movieId,rating,timestamp.*received user,movie,rating,time/],
    ['1,10,4,100\n', /received 1,10,4,100/],
    ['', /received an empty file/],
  ])('names the expected and the received columns of %j', async (ratings, message) => {
    await expect(load({ 'ratings.csv': ratings })).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a file with two kinds of line endings rather than guess its lines', async () => {
    await expect(load({ 'ratings.csv': `${RATINGS}1,2,3,4\r\n1,2,3,5\n` })).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_INVALID',
      remedy: expect.stringMatching(/one kind of line ending/),
    });
  });

  it('takes a file without any rating', async () => {
    const { interactions, userKeys } = await load({ 'ratings.csv': 'userId,movieId,rating,timestamp\n' });
    expect(interactions.users).toHaveLength(0);
    expect(userKeys).toEqual([]);
  });

  it('stops when its signal fires and tells its progress', async () => {
    const directory = directoryWith({ 'movies.csv': MOVIES, 'ratings.csv': RATINGS });
    const reason = new Error('enough');
    await expect(loadMovieLens(directory, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const seen: number[] = [];
    await loadMovieLens(directory, { onProgress: (count) => seen.push(count) });
    expect(seen).toEqual([3]);
  });

  it('names the install command where DuckDB is not installed', async () => {
    vi.doMock('@duckdb/node-api', () => {
      throw new Error('Cannot find package');
    });
    try {
      await expect(load({})).rejects.toMatchObject({
        code: 'ERR_SLUICE_MODULE_REQUIRED',
        remedy: expect.stringMatching(/npm install @duckdb\/node-api/),
      });
    } finally {
      vi.doUnmock('@duckdb/node-api');
    }
  });
});

describeOnPublicData('loadMovieLens on ml-latest-small', () => {
  it('reads 100,836 ratings of 610 users on 9,742 films and refuses none', async () => {
    const { interactions, userKeys, catalog, rejects } = await loadMovieLens(
      join(publicData, 'ml-latest-small'),
    );
    expect(rejects).toEqual({ count: 0, details: [] });
    expect(interactions.users).toHaveLength(100_836);
    expect(userKeys).toHaveLength(610);
    expect(catalog.size).toBe(9742);
    expect(catalog.column('title', 'text').at(0)).toBe('Toy Story');
    expect(catalog.column('year', 'number').values[0]).toBe(1995);
    // The file's first line: 1,1,4.0,964982703.
    expect([userKeys[interactions.users[0]], catalog.idOf(interactions.items[0])]).toEqual(['1', '1']);
    expect([interactions.values[0], interactions.times[0]]).toEqual([4, 964_982_703_000]);
  });
});
