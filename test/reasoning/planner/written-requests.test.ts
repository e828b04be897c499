/** Do written requests get the plans that people gave them? At least 95 of 100, over MovieLens. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Catalog, loadMovieLens, type QueryPlan, rowsOfPlan } from '../../../src/index.ts';
import { Planner } from '../../../src/reasoning/planner/planner.ts';
import { describeOnPublicData, publicData } from '../../offline/public-data.ts';
import { bookCatalog, musicCatalog } from './small-catalogs.ts';

type Fields =
  | 'year'
  | 'genreAny'
  | 'genreNot'
  | 'similarTo'
  | 'exclude'
  | 'count'
  | 'sort'
  | 'title'
  | 'complex';

interface Request extends Pick<QueryPlan, Fields> {
  readonly query: string;
  readonly paraphraseOf?: string;
}

const LEAST = 0.95;
const FIELDS: readonly Fields[] = [
  'year',
  'genreAny',
  'genreNot',
  'similarTo',
  'exclude',
  'count',
  'sort',
  'title',
  'complex',
];
/** One of several people asks, for films, music or books. */
interface Voiced extends Request, Partial<Pick<QueryPlan, 'minutes' | 'language'>> {
  readonly catalog: 'movies' | 'music' | 'books';
  readonly voice: string;
}

const written = <R extends Request>(name: string): R[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
const requests = written('requests.json');
const voices = written<Voiced>('voices.json');

/** Lists of names are sets. */
const comparable = (value: unknown): string =>
  JSON.stringify(Array.isArray(value) && typeof value[0] === 'string' ? [...value].sort() : value);

/** What is wrong with the plans of these requests, a line each that has a miss. */
function missesOf<R extends Request>(asked: readonly R[], plannerOf: (request: R) => Planner): string[] {
  return asked.flatMap((request) => {
    const plan = plannerOf(request).plan(request.query);
    const fields = [...FIELDS, 'minutes', 'language'].filter((field) => field in request) as Fields[];
    const told = fields.flatMap((field) => {
      const [made, wanted] = [comparable(plan[field]), comparable(request[field])];
      return made === wanted ? [] : [`${field} ${made} not ${wanted}`];
    });
    return told.length === 0 ? [] : [`${request.query}: ${told.join(', ')}`];
  });
}

describeOnPublicData('a planner of MovieLens', () => {
  let catalog: Catalog;
  let planner: Planner;

  beforeAll(async () => {
    ({ catalog } = await loadMovieLens(join(publicData, 'ml-latest-small')));
    planner = Planner.of(catalog);
  });

  // The others were written after the parser, in another voice.
  test.each([
    ['requests.json', 300],
    ['other-requests.json', 100],
  ])('makes the plans of %s, at least 95 of 100 of its %i exactly', (name, count) => {
    const asked = written(name);
    expect(asked).toHaveLength(count);
    const misses = missesOf(asked, () => planner);
    expect((asked.length - misses.length) / asked.length, misses.join('\n')).toBeGreaterThanOrEqual(LEAST);
  });

  test('makes the plans of nine voices over three catalogues, at least 95 of 100 of them exactly', () => {
    const planners = { movies: planner, music: Planner.of(musicCatalog()), books: Planner.of(bookCatalog()) };
    const misses = missesOf(voices, (request) => planners[request.catalog]);
    expect(new Set(voices.map(({ catalog, query }) => `${catalog} ${query}`)).size).toBe(voices.length);
    expect(voices.length).toBeGreaterThan(350);
    expect(1 - misses.length / voices.length, misses.join('\n')).toBeGreaterThanOrEqual(LEAST);
  });

  test('sends paraphrases the same way, at least 95 of 100 of them', () => {
    const paraphrases = requests.filter(({ paraphraseOf }) => paraphraseOf !== undefined);
    const apart = paraphrases.filter(
      ({ query, paraphraseOf = '' }) => planner.plan(query).complex !== planner.plan(paraphraseOf).complex,
    );
    expect(paraphrases.length).toBeGreaterThan(50);
    expect(
      1 - apart.length / paraphrases.length,
      apart.map(({ query }) => query).join('\n'),
    ).toBeGreaterThanOrEqual(LEAST);
  });

  test('understands a twist on Blade Runner', () => {
    const plan = planner.plan('a sci-fi movie that feels like Blade Runner but was made in the 90s');
    expect(plan).toEqual({
      year: [1990, 1999],
      minutes: null,
      genreAny: ['Sci-Fi'],
      genreNot: [],
      language: [],
      available: false,
      similarTo: ['541'],
      exclude: ['541'],
      count: null,
      sort: null,
      title: [],
      moods: [],
      residual: [],
      complex: true,
    });
    const films = readFileSync(join(publicData, 'ml-latest-small/movies.csv'), 'utf8').split('\n');
    const wanted = films.flatMap((line) =>
      /\(199\d\)/.test(line) && /[|,]Sci-Fi(\||\r|$)/.test(line) ? [line.split(',')[0]] : [],
    );
    const rows = [...(rowsOfPlan(catalog, plan) ?? [])];
    expect(rows.map((row) => catalog.idOf(row)).sort()).toEqual(wanted.sort());
    expect(wanted.length).toBeGreaterThan(100);
  });
});
