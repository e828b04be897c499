import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queryWords } from '../../../src/catalog/text-index/query.ts';
import { wordsOf } from '../../../src/catalog/text-index/words.ts';

describe('the words of a text', () => {
  test.each([
    ['Amélie (Le fabuleux destin)', 'amelie le fabuleux destin'],
    ["Schindler's List", 'schindlers list'],
    ['Schindler’s List', 'schindlers list'],
    ['Matrix, The', 'matrix the'],
    ['E.T. the Extra-Terrestrial', 'et the extra terrestrial extraterrestrial'],
    ['WALL·E', 'wall e walle'],
    ['Spider-Man 2', 'spider man spiderman 2'],
    ['Mission: Impossible - Fallout', 'mission impossible fallout'],
    ['300', '300'],
    ['8½', '8 1 2'],
    ['Straße, Ærø, Øst, Łódź', 'strasse aero ost lodz'],
    ['İstanbul ışık', 'istanbul isik'],
    ['Иди и смотри: Ёлки', 'иди и смотри елки'],
    ['千と千尋', '千 と 千 尋'],
    ['기생충', '기생충'],
    ['हिन्दी', 'हिन्दी'],
    ['ﬁlm Ｎｏｉｒ', 'film noir'],
    ['  ... !? ', ''],
    ['😀🎬', ''],
    ['U.S. Marshals', 'us marshals'],
    ['A. and B.', 'a and b'],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text)).toBe(words);
  });

  test('of plain text are the same however it is folded', () => {
    // A blank beyond ASCII sends a text the long way.
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."abzAZ019 .,'-:&`") }), (text) => {
        expect(wordsOf(`${text}\u2003`)).toBe(wordsOf(text));
      }),
    );
  });

  test('are their own words, without hyphens', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words)).toBe(words);
        expect(words).not.toMatch(/^ | $| {2}/);
      }),
      { numRuns: 500 },
    );
  });

  test('of a run of a million letters take no longer than others of a million', () => {
    const run = `${'a'.repeat(1_000_000)}-b`;
    const started = performance.now();
    wordsOf(run);
    wordsOf(`${run}é`);
    // Quadratic time would be hours.
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('are cut after 64 characters, between characters', () => {
    expect(wordsOf('x'.repeat(1000))).toBe('x'.repeat(64));
    expect(wordsOf(`${'𐐨'.repeat(100)} b`)).toBe(`${'𐐨'.repeat(64)} b`);
  });
});

describe('the words of a query', () => {
  test('hold no typo up to three characters, one up to seven, two from eight on, and none with a digit', () => {
    const typos = (query: string) => queryWords(query).map((word) => word.typos);
    expect(typos('up heat bladers terminat 2001 blade2049')).toEqual([0, 1, 1, 2, 0, 0]);
  });

  test('end with a beginning while the last word is being typed, from two characters on', () => {
    const prefixes = (query: string) => queryWords(query).map((word) => word.prefix);
    expect(prefixes('blade run')).toEqual([false, true]);
    expect(prefixes('blade run ')).toEqual([false, false]);
    expect(prefixes('blade run!')).toEqual([false, false]);
    expect(prefixes('blade r')).toEqual([false, false]);
    expect(prefixes('Amé')).toEqual([true]);
  });

  test('are distinct, and at most 32 of the first 4096 characters', () => {
    expect(queryWords('new york, new york').map(({ text }) => text)).toEqual(['new', 'york']);
    const many = Array.from({ length: 100 }, (_, i) => `w${i}`).join(' ');
    expect(queryWords(many)).toHaveLength(32);
    expect(queryWords(`${' '.repeat(4096)}late`)).toEqual([]);
  });
});
