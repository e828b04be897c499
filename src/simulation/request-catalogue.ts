/** What can simulated requests ask for? Titles with factors, genres, years and describing words, and moods as directions. */

import { RandomStream } from '../index.ts';
import { GENRES } from './genres.ts';
import { DIMENSIONS, genreVectors, titleVectors } from './taste.ts';
import { titleNames } from './title-names.ts';
import { genreSlots } from './titles.ts';

/** Words of mood that the parser's lexicon holds, and words that it does not; each is a direction of taste. */
export const KNOWN_MOODS = `cosy gloomy dreamy tense uplifting bleak quirky hypnotic tender eerie witty
  melancholic`.split(/\s+/);
export const UNKNOWN_MOODS = `rainy sunday-ish heartbroken hungover candlelit bittersweet glacial feverish
  homesick weightless`.split(/\s+/);

/** Share of the titles that a mood fits, and the chance that the description of one that it fits says so. */
const FITTING = 0.08;
const SAID = 0.5;

/** A catalogue for requests in words; row numbers are title numbers. */
export interface RequestCatalogue {
  readonly names: readonly string[];
  /** Genre numbers of each title. */
  readonly genres: readonly ReadonlySet<number>[];
  readonly years: Int32Array;
  /** Titles x 16, unit rows. */
  readonly vectors: Float32Array;
  /** Genres x 16, unit rows: what the fast path takes a genre's name for. */
  readonly genreVectors: Float64Array;
  /** One unit vector for each mood, known ones first. */
  readonly moodVectors: readonly Float64Array[];
  /** Logarithm of how well known a title is, of mean 0 and deviation 1. */
  readonly fame: Float64Array;
  /** Titles whose name, genres or description hold a word, by word in lower case. */
  readonly words: ReadonlyMap<string, readonly number[]>;
}

/** The catalogue of a seed. */
export function createRequestCatalogue(titles: number, seed: number): RequestCatalogue {
  const stream = (label: string) => new RandomStream(seed, `request world:${label}`);
  const slots = genreSlots(titles, stream('genres'));
  const centres = genreVectors(stream('genre vectors'));
  const vectors = titleVectors(slots, centres, stream('title vectors'));
  const names = titleNames(
    Array.from({ length: titles }, (_, title) => slots[3 * title]),
    stream('names'),
  );
  const years = stream('years');
  const fame = stream('fame');
  const moods = stream('moods');
  const moodVectors = [...KNOWN_MOODS, ...UNKNOWN_MOODS].map(() => {
    const vector = Float64Array.from({ length: DIMENSIONS }, () => moods.normal());
    const length = Math.hypot(...vector);
    return vector.map((x) => x / length);
  });
  const genres = Array.from(
    { length: titles },
    (_, title) => new Set(slots.subarray(3 * title, 3 * title + 3)),
  );
  return {
    ...{ names, genres, vectors, genreVectors: centres, moodVectors },
    years: Int32Array.from(
      { length: titles },
      () => 2025 - Math.min(75, Math.floor(-16 * Math.log(1 - years.uniform()))),
    ),
    fame: Float64Array.from({ length: titles }, () => fame.normal()),
    words: describedBy(names, genres, vectors, moodVectors, stream('descriptions')),
  };
}

function describedBy(
  names: readonly string[],
  genres: readonly ReadonlySet<number>[],
  vectors: Float32Array,
  moodVectors: readonly Float64Array[],
  random: RandomStream,
): Map<string, number[]> {
  const words = new Map<string, number[]>();
  const add = (word: string, title: number) => {
    const holders = words.get(word);
    if (holders === undefined) words.set(word, [title]);
    else if (holders[holders.length - 1] !== title) holders.push(title);
  };
  names.forEach((name, title) => {
    for (const word of name.toLowerCase().split(' ')) add(word, title);
    for (const genre of genres[title]) add(GENRES[genre].name.toLowerCase(), title);
  });
  [...KNOWN_MOODS, ...UNKNOWN_MOODS].forEach((word, mood) => {
    const fits = names.map((_, title) => product(vectors, title, moodVectors[mood]));
    const least = [...fits].sort((a, b) => b - a)[Math.floor(FITTING * names.length)];
    fits.forEach((fit, title) => {
      if (fit > least && random.uniform() < SAID) add(word, title);
    });
  });
  return words;
}

/** The product of a row of 16 with a vector. */
export function product(rows: Float32Array, row: number, vector: Float64Array): number {
  let sum = 0;
  for (let at = row * DIMENSIONS, d = 0; d < DIMENSIONS; d++, at++) sum += rows[at] * vector[d];
  return sum;
}
