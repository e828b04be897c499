/** In which order are answers wanted? */

import { Phrases } from '../phrases.ts';
import type { Reading } from './reading.ts';

const SORTS = new Phrases<'new' | 'popular'>()
  .add(
    `popular, most popular, more popular, the most popular, by popularity, most watched, most viewed, most seen, most played,
    most listened, most listened to, most streamed, best selling, bestselling, top grossing, highest grossing, biggest hits,
    biggest hit, greatest hits, blockbuster, blockbusters, hits, trending, in demand, everyone is watching, everybody is watching,
    everyones watching, everybodys watching, people are watching, most famous, famous, well known, best known, widely seen,
    crowd favourite, crowd favourites, crowd favorite, crowd favorites, fan favourite, fan favourites, fan favorite, fan favorites,
    what is popular, whats popular, whats hot, hottest, popularity`,
    'popular',
  )
  .add(
    `newest, newest first, latest, latest first, most recent, most recent first, recent, more recent, recently released, recently made, just released, just
    out, just came out, new releases, new release, newly released, recent releases, freshest, brand new, sorted by year, sort by year, sorted by date, sort by date,
    by release date, sorted by release date, from newest to oldest, newest to oldest, up to date, hot off the press, whats new, what is new, recently, new arrivals, latest releases`,
    'new',
  );

const DENIED =
  /(?:^| )(?:not|no|nothing|isnt|arent|less|lesser|non|un|without|dont want|avoid|never|too|skip|except|hate) (?:too |so |very |the |that |a |an |any |something |anything |super |overly |really |just )*$/;

/** Reads and claims the order; null where none is asked for. A negated one is a style: `denied`. */
export function readSort(reading: Reading): { sort: 'new' | 'popular' | null; denied: boolean } {
  let sort: 'new' | 'popular' | null = null;
  let denied = false;
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    let end = i;
    while (end < reading.length && reading.free(end)) end++;
    const found = SORTS.at(reading.words, i, end) ?? plainNew(reading, i);
    if (found === undefined) continue;
    if (DENIED.test(reading.before(i, 5))) denied = true;
    else sort ??= found.meaning;
    reading.claim(i, i + found.length, 'sort');
    i += found.length - 1;
  }
  return { sort, denied };
}

/** "new" before what is asked for: "new horror", "something new"; not "new york". */
function plainNew(reading: Reading, i: number): { length: number; meaning: 'new' } | undefined {
  if (reading.text(i) !== 'new') return undefined;
  const { words, vocabulary } = reading;
  const next = i + 1;
  const before = /(?:something|anything|whats|what is|stuff|movies|films) $/.test(reading.before(i, 2));
  const ends = next >= reading.length || reading.breakBefore(next);
  if (before && (ends || /^(?:to|please|for|tonight|in|from|and)$/.test(reading.text(next))))
    return { length: 1, meaning: 'new' };
  const thing =
    reading.role(next) === 'genre' || (reading.free(next) && vocabulary.things.at(words, next) !== undefined);
  return thing && reading.text(next) !== 'age' ? { length: 1, meaning: 'new' } : undefined;
}
