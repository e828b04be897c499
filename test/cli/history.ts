/** A small history for the command line: two tastes, odd people like odd films, even ones even. */

import { RandomStream } from '../../src/index.ts';

export const FILMS = 40;
export const PEOPLE = 60;
const FIRST = Date.UTC(2020, 0, 1) / 1000;

interface Rating {
  readonly user: number;
  readonly film: number;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Everybody likes about half of the films of their taste and dislikes a tenth of the others. */
export const RATINGS: readonly Rating[] = (() => {
  const random = new RandomStream(3, 'history of the command line');
  const ratings: Rating[] = [];
  for (let user = 1; user <= PEOPLE; user++) {
    for (let film = 1; film <= FILMS; film++) {
      const liked = film % 2 === user % 2;
      if (random.uniform() >= (liked ? 0.5 : 0.1)) continue;
      ratings.push({ user, film, value: liked ? 4.5 : 1.5, time: FIRST + random.below(1e8) });
    }
  }
  return ratings;
})();

/** A title too long for a line, with signs that are two columns wide, and one that would clear the screen. */
const ODD_TITLES: Readonly<Record<number, string>> = {
  1: 'The Unbearably Long and Thoroughly Unabridged History of a Title That Nobody Could Fit (Director’s Cut)',
  2: '千と千尋の神隠しと風の谷のナウシカともののけ姫となりのトトロと魔女の宅急便と天空の城ラピュタ',
  3: 'Clear\u001b[2J and ring\u0007',
};

const csv = (header: string, rows: readonly (readonly (string | number)[])[]): string =>
  `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`;

/** The files of a directory in MovieLens layout. */
export const movieLens = () => ({
  'movies.csv': csv(
    'movieId,title,genres',
    Array.from({ length: FILMS }, (_, i) => [
      i + 1,
      `"${ODD_TITLES[i + 1] ?? `Film ${i + 1}`} (${1980 + i})"`,
      'Drama|Comedy',
    ]),
  ),
  'ratings.csv': csv(
    'userId,movieId,rating,timestamp',
    RATINGS.map(({ user, film, value, time }) => [user, film, value, time]),
  ),
});

/** The same history as JSON lines, and a catalogue beside it. */
export const jsonLines = () => ({
  'events.jsonl': RATINGS.map(({ user, film, value, time }) =>
    JSON.stringify({ user: `user-${user}`, item: `film-${film}`, time: time * 1000, value }),
  ).join('\n'),
  'items.jsonl': Array.from({ length: FILMS }, (_, i) =>
    JSON.stringify({ id: `film-${i + 1}`, title: `Film ${i + 1}`, year: 1980 + i }),
  ).join('\n'),
});
