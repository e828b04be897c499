/** Films for the tests of rerankers. */

import { Catalog } from '../../../src/catalog/catalog.ts';
import { categories, numbers } from '../../../src/catalog/column.ts';
import { TextColumn } from '../../../src/catalog/text-column.ts';
import { EMPTY_PLAN, type QueryPlan } from '../../../src/reasoning/plan.ts';

/** One film; absent fields are empty. */
export interface Film {
  readonly title: string;
  readonly year?: number;
  readonly minutes?: number;
  readonly genres?: readonly string[];
  readonly tags?: readonly string[];
  readonly description?: string;
}

/** A catalogue of films with the ids `film-0`, `film-1`, ... */
export function catalogOf(films: readonly Film[]): Catalog {
  return new Catalog(
    films.map((_, row) => `film-${row}`),
    {
      title: TextColumn.of(films.map(({ title }) => title)),
      description: TextColumn.of(films.map(({ description }) => description ?? '')),
      year: numbers(Float64Array.from(films, ({ year }) => year ?? Number.NaN)),
      minutes: numbers(Float64Array.from(films, ({ minutes }) => minutes ?? Number.NaN)),
      genres: categories(films.map(({ genres }) => genres ?? [])),
      tags: categories(films.map(({ tags }) => tags ?? [])),
    },
  );
}

/** Blade Runner, row 0, and twelve that may answer the request. */
export const FILMS: readonly Film[] = [
  {
    title: 'Blade Runner',
    year: 1982,
    genres: ['Action', 'Sci-Fi', 'Thriller'],
    tags: ['dystopia', 'android'],
  },
  {
    title: 'Dark City',
    year: 1998,
    minutes: 100,
    genres: ['Sci-Fi', 'Thriller'],
    tags: ['dystopia', 'noir'],
  },
  {
    title: 'Strange Days',
    year: 1995,
    minutes: 145,
    genres: ['Action', 'Crime', 'Sci-Fi'],
    tags: ['cyberpunk'],
  },
  {
    title: 'Ghost in the Shell',
    year: 1995,
    minutes: 83,
    genres: ['Animation', 'Sci-Fi'],
    tags: ['android'],
  },
  {
    title: 'The Matrix',
    year: 1999,
    minutes: 136,
    genres: ['Action', 'Sci-Fi', 'Thriller'],
    tags: ['dystopia'],
  },
  { title: 'Gattaca', year: 1997, minutes: 106, genres: ['Drama', 'Sci-Fi', 'Thriller'], tags: ['dystopia'] },
  {
    title: 'Twelve Monkeys',
    year: 1995,
    minutes: 129,
    genres: ['Sci-Fi', 'Thriller'],
    tags: ['time travel'],
  },
  { title: 'Total Recall', year: 1990, minutes: 113, genres: ['Action', 'Sci-Fi', 'Thriller'] },
  { title: 'Johnny Mnemonic', year: 1995, minutes: 96, genres: ['Action', 'Sci-Fi'], tags: ['cyberpunk'] },
  { title: 'The Fifth Element', year: 1997, minutes: 126, genres: ['Action', 'Adventure', 'Sci-Fi'] },
  { title: 'eXistenZ', year: 1999, minutes: 97, genres: ['Action', 'Sci-Fi', 'Thriller'] },
  {
    title: 'Judge Dredd',
    year: 1995,
    minutes: 96,
    genres: ['Action', 'Crime', 'Sci-Fi'],
    tags: ['dystopia'],
  },
  { title: 'The Thirteenth Floor', year: 1999, minutes: 100, genres: ['Drama', 'Sci-Fi', 'Thriller'] },
];

/** A science fiction film that feels like Blade Runner but was made in the 90s. */
export const LIKE_BLADE_RUNNER: QueryPlan = {
  ...EMPTY_PLAN,
  year: [1990, 1999],
  genreAny: ['Sci-Fi'],
  similarTo: ['film-0'],
  exclude: ['film-0'],
  complex: true,
};

export const REQUEST = 'a sci-fi movie that feels like Blade Runner but was made in the 90s';

/** Rows `from` to `to`, both included. */
export const rowsFrom = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to - from + 1 }, (_, i) => from + i);
