/** A handful of films, a history of two tastes, and an engine that answers requests in words about them. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  Catalog,
  categories,
  Engine,
  type EngineOptions,
  KeyMap,
  numbers,
  TextColumn,
  trainSnapshot,
} from '../../src/index.ts';
import { ForgetfulStore } from '../log/forgetful-store.ts';
import { directoryWith } from '../offline/temporary.ts';

/** Title, year, genres; the id is `m` and the place from 1. The last one nobody has seen. */
export const FILMS: readonly (readonly [string, number, readonly string[]])[] = [
  ['Blade Runner', 1982, ['Sci-Fi', 'Thriller']],
  ['Dark City', 1998, ['Sci-Fi', 'Thriller']],
  ['The Matrix', 1999, ['Sci-Fi', 'Action']],
  ['Twelve Monkeys', 1995, ['Sci-Fi', 'Thriller']],
  ['Strange Days', 1995, ['Sci-Fi', 'Drama']],
  ['Alien', 1979, ['Sci-Fi', 'Horror']],
  ['Metropolis', 1927, ['Sci-Fi', 'Drama']],
  ['Gattaca', 1997, ['Sci-Fi', 'Drama']],
  ['Notting Hill', 1999, ['Comedy', 'Romance']],
  ['Clueless', 1995, ['Comedy', 'Romance']],
  ['Groundhog Day', 1993, ['Comedy', 'Fantasy']],
  ['Pretty Woman', 1990, ['Comedy', 'Romance']],
  ['When Harry Met Sally', 1989, ['Comedy', 'Romance']],
  ['Amelie', 2001, ['Comedy', 'Romance']],
  ['Roman Holiday', 1953, ['Comedy', 'Romance']],
  ['The Penguins of Winter', 1994, ['Documentary']],
];
export const idOf = (title: string): string => `m${FILMS.findIndex(([name]) => name === title) + 1}`;
export const titleOf = (id: string): string => FILMS[Number(id.slice(1)) - 1][0];

export function filmCatalog(): Catalog {
  return new Catalog(
    FILMS.map((_, place) => `m${place + 1}`),
    {
      title: TextColumn.of(FILMS.map(([title]) => title)),
      year: numbers(Float64Array.from(FILMS, ([, year]) => year)),
      genres: categories(FILMS.map(([, , genres]) => genres)),
    },
  );
}

/** Even people have seen films of science fiction, odd ones comedies; each lacks one of every four. */
function history() {
  const users: number[] = [];
  const items: number[] = [];
  for (let user = 0; user < 40; user++) {
    for (let film = 0; film < 15; film++) {
      const fits = film < 8 === (user % 2 === 0);
      if (!fits || (user + film) % 4 === 0) continue;
      users.push(user);
      items.push(film);
    }
  }
  return {
    users: Uint32Array.from(users),
    items: Uint32Array.from(items),
    values: new Float32Array(users.length).fill(1),
    times: new Float64Array(users.length).fill(Date.UTC(2025, 0, 1)),
  };
}

/** An engine over the films; it closes with the test. */
export async function filmEngine(options: Partial<EngineOptions> = {}) {
  const directory = directoryWith();
  const store = new ForgetfulStore();
  const userKeys = Array.from({ length: 40 }, (_, user) => `user-${user}`);
  const { path } = await trainSnapshot({
    dataset: { userKeys, catalog: filmCatalog() },
    positives: history(),
    userNumbers: await new KeyMap(store).assignAll(userKeys),
    directory: join(directory, 'films'),
    ...{ factors: 8, iterations: 8, backend: 'typescript', seed: 1 },
  });
  let decisions = 0;
  const settings: EngineOptions = {
    snapshot: path,
    state: store,
    decisionId: () => `decision-${decisions++}`,
    ...options,
  };
  const engine = await Engine.open(settings);
  onTestFinished(() => engine.close().catch(() => {}));
  return { engine, store, snapshot: path, settings };
}
