/** What does every engine of text search promise? One suite for each of them. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../src/catalog/catalog.ts';
import { categories, numbers } from '../../../src/catalog/column.ts';
import { TextColumn } from '../../../src/catalog/text-column.ts';
import { queryWords } from '../../../src/catalog/text-index/query.ts';
import { TextIndex, type TextIndexOptions } from '../../../src/catalog/text-index/text-index.ts';
import { wordsOf } from '../../../src/catalog/text-index/words.ts';
import { Bitset } from '../../../src/vectors/bitset.ts';

const TITLES = [
  'Blade Runner', // 0
  'Matrix, The', // 1
  'Amelie (Fabuleux destin d’Amélie Poulain, Le)', // 2
  'Runner, Runner', // 3
  'Heat', // 4
  'Red Heat', // 5
  'Spider-Man', // 6
  'It', // 7
  'Who, The', // 8
  '', // 9
  'Up', // 10
  '2001: A Space Odyssey', // 11
  'In the Heat of the Night', // 12
];

const ids = TITLES.map((_, row) => `id${row}`);

const films = new Catalog(ids, {
  title: TextColumn.of(TITLES),
  year: numbers(new Float64Array(TITLES.length)),
  tags: categories(
    TITLES.map((_, row) => (row === 4 ? ['bank robbery'] : row === 0 ? ['blade', 'rain'] : [])),
  ),
  genres: categories(TITLES.map((_, row) => (row % 2 === 0 ? ['Thriller'] : ['Comedy']))),
  description: TextColumn.of(
    TITLES.map((_, row) => (row === 1 ? 'A hacker learns that heat is an illusion' : '')),
  ),
});

/** Runs the suite over the engine that `options` name. */
export function textContract(options: TextIndexOptions): void {
  const build = (catalog: Catalog, more: TextIndexOptions = {}) =>
    TextIndex.build(catalog, { ...options, ...more });

  describe('finds', () => {
    test.each([
      ['blade runner', 0],
      ['Runner Blade', 0],
      ['blade run', 0],
      ['the matrix', 1],
      ['MATRIX', 1],
      ['amélie', 2],
      ['amelie', 2],
      ['ame', 2],
      ['heat', 4],
      ['spiderman', 6],
      ['spider man', 6],
      ['spider-man', 6],
      ['it', 7],
      ['who', 8],
      ['up', 10],
      ['2001', 11],
      ['space oddysey', 11],
      ['matrx', 1],
      ['blabe runer', 0],
      ['haet ', 4],
      ['martix', 1],
      ['robbery', 4],
      ['hacker', 1],
    ])('%j first', async (query, row) => {
      using index = await build(films);
      expect((await index.search(query, { k: 3 })).rows[0]).toBe(row);
    });

    test('titles before tags, tags before descriptions', async () => {
      using index = await build(films);
      const { rows } = await index.search('heat ', { k: 10 });
      expect([...rows]).toContain(1);
      expect([4, 5, 12]).toContain(rows[2]);
      expect([...rows].indexOf(1)).toBeGreaterThan(2);
    });

    test('nothing for a query without letters or digits', async () => {
      using index = await build(films);
      for (const query of ['', '   ', '?!', '😀', '🎬🎬', '\u0301', '\ud800']) {
        const { rows, scores } = await index.search(query, { k: 5 });
        expect(rows).toEqual(new Uint32Array(0));
        expect(scores).toEqual(new Float32Array(0));
      }
    });

    test('what holds them for a query of common words only', async () => {
      using index = await build(films);
      const { rows } = await index.search('the ', { k: 10 });
      expect([...rows].sort((a, b) => a - b)).toEqual([1, 8, 12]);
    });

    test('no other year for a mistyped one', async () => {
      using index = await build(films);
      expect((await index.search('2010', { k: 5 })).rows).toHaveLength(0);
    });

    test('an answer to a query of 100,000 characters', async () => {
      using index = await build(films);
      expect((await index.search('heat '.repeat(20_000), { k: 3 })).rows[0]).toBe(4);
      expect((await index.search('x'.repeat(100_000), { k: 3 })).rows).toHaveLength(0);
    });

    test('only in the columns named', async () => {
      using index = await build(films, { fields: { description: 1 } });
      expect([...(await index.search('heat', { k: 10 })).rows]).toEqual([1]);
      expect((await index.search('blade', { k: 10 })).rows).toHaveLength(0);
    });

    test('nothing in a catalogue without text, or without rows', async () => {
      using without = await build(new Catalog(['a'], { year: numbers(Float64Array.of(1)) }));
      expect((await without.search('a', { k: 1 })).rows).toHaveLength(0);
      using empty = await build(new Catalog([], { title: TextColumn.of([]) }));
      expect((await empty.search('a', { k: 1 })).rows).toHaveLength(0);
    });
  });

  describe('ranks', () => {
    test('by descending score, ties by lower row, at most k, the best k of all', async () => {
      const twins = new Catalog(
        Array.from({ length: 50 }, (_, i) => `t${i}`),
        { title: TextColumn.of(Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? 'blue moon' : 'blue'))) },
      );
      using index = await build(twins);
      const all = await index.search('blue moon', { k: 100 });
      expect(all.rows).toHaveLength(50);
      const moons = Array.from({ length: 17 }, (_, i) => 3 * i);
      expect([...all.rows.subarray(0, 17)]).toEqual(moons);
      const rest = [...all.rows.subarray(17)];
      expect(rest).toEqual([...rest].sort((a, b) => a - b));
      for (const k of [1, 16, 17, 18, 49]) {
        const some = await index.search('blue moon', { k });
        expect(some.rows).toEqual(all.rows.slice(0, k));
        expect(some.scores).toEqual(all.scores.slice(0, k));
      }
    });
  });

  describe('on random catalogues', () => {
    const word = fc.constantFrom(
      'moon',
      'moons',
      'mood',
      'red',
      'redder',
      'terminal',
      'terminus',
      'a',
      'é',
      '42',
    );
    const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '));
    const world = fc.record({
      titles: fc.array(text, { minLength: 1, maxLength: 80 }),
      query: fc.array(fc.oneof(word, fc.constantFrom('mon', 'trminal', 'treminus', 'mo', 're')), {
        minLength: 1,
        maxLength: 4,
      }),
      typing: fc.boolean(),
      allowed: fc.array(fc.boolean(), { minLength: 80, maxLength: 80 }),
    });

    test('finds a row iff it holds a word, a beginning or a typo of one, and filters exactly', async () => {
      await fc.assert(
        fc.asyncProperty(world, async ({ titles, query, typing, allowed }) => {
          const catalog = new Catalog(
            titles.map((_, i) => `r${i}`),
            {
              title: TextColumn.of(titles),
            },
          );
          using index = await build(catalog);
          const asked = query.join(' ') + (typing ? '' : ' ');
          const wanted = queryWords(asked);
          const holds = titles.map((title) =>
            wordsOf(title)
              .split(' ')
              .some((held) =>
                wanted.some(
                  ({ text, typos, prefix }) =>
                    held !== '' && ((prefix && held.startsWith(text)) || edits(text, held) <= typos),
                ),
              ),
          );
          const rows = (from: (row: number) => boolean) =>
            titles.flatMap((_, row) => (from(row) ? [row] : []));
          const all = await index.search(asked, { k: 100 });
          expect([...all.rows].sort((a, b) => a - b)).toEqual(rows((row) => holds[row]));

          const filter = Bitset.of(
            titles.length,
            rows((row) => allowed[row]),
          );
          const some = await index.search(asked, { k: 100, filter });
          // A filter takes rows out and changes nothing about the others.
          const kept = [...all.rows.keys()].filter((at) => filter.has(all.rows[at]));
          expect([...some.rows]).toEqual(kept.map((at) => all.rows[at]));
          expect([...some.scores]).toEqual(kept.map((at) => all.scores[at]));
          for (let i = 0; i < all.rows.length; i++) {
            expect(all.scores[i]).toBeGreaterThan(0);
            if (i === 0) continue;
            if (all.scores[i] === all.scores[i - 1]) expect(all.rows[i]).toBeGreaterThan(all.rows[i - 1]);
            else expect(all.scores[i]).toBeLessThan(all.scores[i - 1]);
          }
        }),
        { numRuns: 150 },
      );
    });
  });

  describe('refuses', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });

    test.each<[string, unknown, unknown]>([
      ['a query that is no text', 7, { k: 1 }],
      ['no options', 'heat', undefined],
      ['a k of 0', 'heat', { k: 0 }],
      ['a k of 1.5', 'heat', { k: 1.5 }],
      ['no k', 'heat', {}],
      ['a filter of another size', 'heat', { k: 1, filter: new Bitset(3) }],
      ['a filter that is none', 'heat', { k: 1, filter: [1] }],
      ['a signal that is none', 'heat', { k: 1, signal: 'now' }],
    ])('%s', async (_, query, searching) => {
      using index = await build(films);
      await expect(index.search(query as string, searching as { k: number })).rejects.toThrow(invalid);
    });

    test.each<[string, unknown]>([
      ['an absent column', { fields: { plot: 1 } }],
      ['a number column', { fields: { year: 1 } }],
      ['a weight of 0', { fields: { title: 0 } }],
      ['a weight that is NaN', { fields: { title: Number.NaN } }],
      ['weights in a list', { fields: [1] }],
      ['an unknown engine', { engine: 'lucene' }],
      ['options that are none', null],
    ])('to build over %s', async (_, more) => {
      const given = more === null ? more : { ...options, ...(more as TextIndexOptions) };
      await expect(TextIndex.build(films, given as TextIndexOptions)).rejects.toThrow(invalid);
    });

    test('to search once closed, and closes twice', async () => {
      const index = await build(films);
      index.close();
      index.close();
      await expect(index.search('heat', { k: 1 })).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_CLOSED' }),
      );
    });

    test('to search for a signal that has fired', async () => {
      using index = await build(films);
      const signal = AbortSignal.abort(new DOMException('over', 'AbortError'));
      await expect(index.search('heat', { k: 1, signal })).rejects.toBe(signal.reason);
    });
  });
}

/** The Levenshtein distance, by its definition. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
