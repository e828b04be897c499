/** A history in MovieLens layout, small enough for a test: two tastes, forty people. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes `movies.csv` and `ratings.csv` into a new directory. */
export function writeHistory(directory: string): void {
  const films = Array.from({ length: 40 }, (_, item) => `${item + 1},Film ${item + 1} (1990),Drama`);
  const ratings: string[] = [];
  for (let user = 1; user <= 40; user++) {
    for (let item = (user % 2) + 1; item <= 40; item += 2) {
      if ((user * 7 + item * 3) % 5 < 3)
        ratings.push(`${user},${item},4.5,${1_500_000_000 + user * 100 + item}`);
    }
  }
  mkdirSync(directory);
  writeFileSync(join(directory, 'movies.csv'), `movieId,title,genres\n${films.join('\n')}\n`);
  writeFileSync(join(directory, 'ratings.csv'), `userId,movieId,rating,timestamp\n${ratings.join('\n')}\n`);
}
