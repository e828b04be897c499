import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { CatalogBuilder, type RecordValue } from '../../src/catalog/catalog-builder.ts';
import { categories, categoriesAt, numbers } from '../../src/catalog/column.ts';
import type { Filter } from '../../src/catalog/filter.ts';
import { TextColumn } from '../../src/catalog/text-column.ts';

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT', message: expect.stringMatching(message) });

function films(): Catalog {
  return new Catalog(['tt1', 'tt2', 'tt3', 'tt4'], {
    title: TextColumn.of(['Heat', 'Ronin', '', 'Heat']),
    genres: categories([['Crime', 'Drama'], ['Action', 'Crime'], [], ['Drama', 'Drama']]),
    year: numbers(Float64Array.of(1995, 1998, Number.NaN, 1972)),
  });
}

describe('Catalog', () => {
  it('maps ids to rows and back', () => {
    const catalog = films();
    expect(catalog.size).toBe(4);
    expect(catalog.rowOf('tt3')).toBe(2);
    expect(catalog.rowOf('tt')).toBeUndefined();
    expect(catalog.rowOf('')).toBeUndefined();
    expect(catalog.idOf(3)).toBe('tt4');
    expect(() => catalog.idOf(4)).toThrow(invalid(/row from 0 to 3/));
  });

  it('may be empty', () => {
    const empty = new Catalog([]);
    expect(empty.size).toBe(0);
    expect(empty.rowOf('x')).toBeUndefined();
    expect(empty.filter({ and: [] }).count()).toBe(0);
  });

  it('refuses repeated ids, empty ids and columns of another length', () => {
    expect(() => new Catalog(['a', 'b', 'a'])).toThrow(invalid(/distinct item ids.*"a"/));
    expect(() => new Catalog(['a', ''])).toThrow(invalid(/at least one character/));
    expect(() => new Catalog(['a'], { year: numbers(new Float64Array(2)) })).toThrow(
      invalid(/1 entries.*"year".*2/),
    );
  });

  it('refuses an unknown column and one of another kind, and says which there are', () => {
    expect(() => films().column('studio')).toThrow(invalid(/title, genres, year.*"studio"/));
    expect(() => films().column('year', 'text')).toThrow(invalid(/text column.*"year".*number column/));
  });

  it('counts a repeated category of a row once', () => {
    const genres = films().column('genres', 'categories');
    expect(categoriesAt(genres, 3)).toEqual(['Drama']);
    expect(categoriesAt(genres, 2)).toEqual([]);
    expect(() => categoriesAt(genres, 4)).toThrow(invalid(/row from 0 to 3/));
  });
});

describe('filter', () => {
  const rows = (filter: Filter) => [...films().filter(filter)];

  it('keeps the rows that have any, or none, of some categories', () => {
    expect(rows({ column: 'genres', anyOf: ['Drama', 'Action'] })).toEqual([0, 1, 3]);
    expect(rows({ column: 'genres', noneOf: ['Drama'] })).toEqual([1, 2]);
    expect(rows({ column: 'genres', anyOf: [] })).toEqual([]);
    expect(rows({ column: 'genres', noneOf: ['Western'] })).toEqual([0, 1, 2, 3]);
  });

  it('keeps the rows whose number lies in a range, never one that is absent', () => {
    expect(rows({ column: 'year', from: 1972, to: 1995 })).toEqual([0, 3]);
    expect(rows({ column: 'year', from: 1996 })).toEqual([1]);
    expect(rows({ column: 'year', to: Number.POSITIVE_INFINITY })).toEqual([0, 1, 3]);
    expect(rows({ column: 'year', from: 2000, to: 1990 })).toEqual([]);
  });

  it('keeps the rows that equal a text or a number', () => {
    expect(rows({ column: 'title', is: 'Heat' })).toEqual([0, 3]);
    expect(rows({ column: 'title', is: '' })).toEqual([2]);
    expect(rows({ column: 'year', is: 1998 })).toEqual([1]);
  });

  it('keeps what passes all of several conditions, and everything where there are none', () => {
    const crime: Filter = { column: 'genres', anyOf: ['Crime'] };
    expect(rows({ and: [crime, { column: 'year', to: 1996 }] })).toEqual([0]);
    expect(rows({ and: [] })).toEqual([0, 1, 2, 3]);
  });

  it.each([
    [{ column: 'studio', is: 'x' }, /"studio"/],
    [{ column: 'year', anyOf: ['1995'] }, /categories column/],
    [{ column: 'genres', from: 1 }, /number column/],
    [{ column: 'genres', is: 'Drama' }, /text column/],
    [{ column: 'title', is: 5 }, /number column/],
    [{ column: 'year', is: true }, /a text or a number/],
    [{ column: 'year' }, /one of anyOf, noneOf, from, to, is/],
    [{ column: 'year', from: '1990' }, /a number for from/],
    [{ column: 'year', from: Number.NaN }, /a number for from/],
    [{ column: 'year', form: 1990 }, /"form"/],
    [{ column: 'genres', anyOf: 'Drama' }, /list of category names/],
    [{ column: 'genres', anyOf: ['Drama'], noneOf: ['Crime'] }, /"noneOf"/],
    [{ and: { column: 'year', from: 1 } }, /list of filters/],
    [{ and: [null] }, /filter object/],
    [{ is: 4 }, /column name/],
  ])('refuses %j', (filter, message) => {
    expect(() => films().filter(filter as unknown as Filter)).toThrow(invalid(message));
  });

  it('agrees with a test of each record by hand', () => {
    const record = fc.record({
      year: fc.option(fc.integer({ min: 1990, max: 1995 }), { nil: undefined }),
      tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
    });
    const check = fc.property(
      fc.array(record, { maxLength: 70 }),
      fc.subarray(['a', 'b', 'c']),
      fc.integer({ min: 1990, max: 1995 }),
      (records, wanted, from) => {
        const builder = new CatalogBuilder();
        builder.add('first', { year: 1900, tags: [] });
        records.forEach((values, i) => {
          builder.add(`i${i}`, values);
        });
        const found = builder.build().filter({
          and: [
            { column: 'tags', noneOf: wanted },
            { column: 'year', from },
          ],
        });
        const expected = records.flatMap(({ year, tags }, i) =>
          year !== undefined && year >= from && !tags.some((tag) => wanted.includes(tag)) ? [i + 1] : [],
        );
        expect([...found]).toEqual(expected);
      },
    );
    fc.assert(check);
  });
});

describe('CatalogBuilder', () => {
  it('infers text, categories and number columns, and fills what is absent', () => {
    const builder = new CatalogBuilder();
    builder.add('a', { title: 'A', genres: ['x', 'y'], available: true });
    builder.add('b', { year: 1999, title: null, available: false });
    const catalog = builder.build();
    expect([...catalog.columns.keys()]).toEqual(['title', 'genres', 'available', 'year']);
    expect([...catalog.column('title', 'text')]).toEqual(['A', '']);
    expect(categoriesAt(catalog.column('genres', 'categories'), 1)).toEqual([]);
    expect([...catalog.column('available', 'number').values]).toEqual([1, 0]);
    expect([...catalog.column('year', 'number').values]).toEqual([Number.NaN, 1999]);
  });

  it('refuses a record that contradicts an earlier one and stays as it was', () => {
    const builder = new CatalogBuilder();
    builder.add('a', { year: 1999 });
    expect(() => builder.add('b', { studio: 'X', year: 'old' })).toThrow(
      invalid(/number column for year.*"old"/),
    );
    expect(() => builder.add('a', {})).toThrow(invalid(/no earlier record.*"a"/));
    expect(() => builder.add('', {})).toThrow(invalid(/at least one character/));
    for (const value of [Number.NaN, { deep: 1 }, [1]] as unknown as RecordValue[]) {
      expect(() => builder.add('c', { other: value })).toThrow(
        invalid(/a text, a number, a boolean or a list/),
      );
    }
    expect([...builder.build().columns.keys()]).toEqual(['year']);
    expect(builder.size).toBe(1);
  });

  it('takes a column of any name', () => {
    const builder = new CatalogBuilder();
    builder.add('a', JSON.parse('{"__proto__": "x", "constructor": 3}'));
    const catalog = builder.build();
    expect(catalog.column('__proto__', 'text').at(0)).toBe('x');
    expect(catalog.column('constructor', 'number').values[0]).toBe(3);
  });
});
