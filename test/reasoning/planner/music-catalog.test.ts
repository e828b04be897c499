/** Does the planner speak of whatever the catalogue holds? A small one of music, with other columns and genres. */

import { describe, expect, test } from 'vitest';
import { CatalogBuilder, EMPTY_PLAN, type QueryPlan, rowsOfPlan } from '../../../src/index.ts';
import { Planner } from '../../../src/reasoning/planner/planner.ts';

const ALBUMS: readonly (readonly [string, string, number, string[], number, string, boolean])[] = [
  ['nevermind', 'Nevermind', 1991, ['Grunge', 'Rock'], 42, 'English', true],
  ['ten', 'Ten', 1991, ['Grunge'], 53, 'English', false],
  ['blue', 'Kind of Blue', 1959, ['Jazz'], 45, 'Instrumental', true],
  ['discovery', 'Discovery', 2001, ['Electronic', 'House'], 60, 'English', true],
  ['moon', 'Moon Safari', 1998, ['Electronic'], 43, 'French', true],
  ['illmatic', 'Illmatic', 1994, ['Hip-Hop'], 39, 'English', true],
  ['dummy', 'Dummy', 1994, ['Trip-Hop'], 49, 'English', true],
  ['black', 'Back to Black', 2006, ['Soul', 'R&B'], 34, 'English', true],
  ['1999', '1999', 1982, ['Pop', 'Funk'], 70, 'English', true],
];
const builder = new CatalogBuilder();
for (const [id, title, year, styles, duration, language, available] of ALBUMS) {
  builder.add(id, { title, year, styles, duration, language, available });
}
const catalog = builder.build();
const planner = Planner.of(catalog);

/** What a plan asks for beyond the empty one, without its free words. */
function asked(text: string): Partial<QueryPlan> {
  const { residual: _, moods: __, ...plan } = planner.plan(text);
  return Object.fromEntries(
    Object.entries(plan).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(EMPTY_PLAN[name as keyof QueryPlan]),
    ),
  );
}

describe('a planner of music', () => {
  test.each<[string, Partial<QueryPlan>]>([
    ['music for a rainy reading session in 1990s Seattle', { complex: true }],
    ['90s grunge', { year: [1990, 1999], genreAny: ['Grunge'] }],
    ['rap albums before 2000', { year: [null, 1999], genreAny: ['Hip-Hop'] }],
    ['rnb or soul', { genreAny: ['R&B', 'Soul'] }],
    ['no electronic music, please', { genreNot: ['Electronic'] }],
    ['like Dummy', { similarTo: ['dummy'], exclude: ['dummy'] }],
    ['something like Dummy but mellower', { similarTo: ['dummy'], exclude: ['dummy'], complex: true }],
    ['1999', { title: ['1999'] }],
    ['electronic music in French', { genreAny: ['Electronic'], language: ['French'] }],
    ['albums under 40 minutes', { minutes: [null, 40] }],
    ['albums longer than an hour', { minutes: [60, null] }],
    ['something between 40 and 50 minutes', { minutes: [40, 50] }],
    ['grunge that is available now', { genreAny: ['Grunge'], available: true }],
    ['sad songs', { complex: true }],
  ])('"%s"', (text, expected) => {
    expect(asked(text)).toEqual(expected);
  });

  test('finds the rows that each constraint leaves', () => {
    const ids = (plan: Partial<QueryPlan>) => {
      const rows = rowsOfPlan(catalog, { ...EMPTY_PLAN, ...plan });
      return rows && [...rows].map((row) => catalog.idOf(row));
    };
    expect(ids({})).toBeNull();
    expect(ids({ year: [null, null] })).toBeNull();
    expect(ids({ minutes: [null, 39] })).toEqual(['illmatic', 'black']);
    expect(ids({ genreAny: ['Grunge', 'Jazz'], genreNot: ['Rock'] })).toEqual(['ten', 'blue']);
    expect(ids({ genreAny: ['Grunge'], available: true })).toEqual(['nevermind']);
    expect(ids({ language: ['French', 'Instrumental'] })).toEqual(['blue', 'moon']);
    expect(ids({ year: [1994, 1994], exclude: ['dummy', 'no such id'] })).toEqual(['illmatic']);
  });
});
