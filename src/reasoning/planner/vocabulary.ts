/** Which words mean something in this catalogue? Its own categories and languages, and the English words for them. */

import type { Catalog } from '../../catalog/catalog.ts';
import { BLENDS, GENRES } from './lexicon/genres.ts';
import { LANGUAGES } from './lexicon/languages.ts';
import { MOOD_SUFFIX, MOODS, NO_MOODS } from './lexicon/moods.ts';
import { decadeWord, numberWord } from './lexicon/numbers.ts';
import { FILLERS, THINGS } from './lexicon/plain-words.ts';
import { Phrases } from './phrases.ts';
import type { PlanColumns } from './plan-columns.ts';
import { editDistance } from './titles/edit-distance.ts';
import { type Word, wordsOf } from './words.ts';

/** What a genre phrase means: categories of the catalogue, and whether it is a name of theirs or another word for it. */
export interface GenreMeaning {
  readonly categories: readonly string[];
  readonly named: boolean;
}

/** The words of a catalogue. Built once; bounded by its categories and languages, whatever its number of items. */
export interface Vocabulary {
  readonly genres: Phrases<GenreMeaning>;
  readonly languages: Phrases<readonly string[]>;
  readonly moods: Phrases<true>;
  readonly things: Phrases<true>;
  readonly fillers: Phrases<true>;
  /** The genre that a misspelt word must mean. */
  genreNear(word: string): GenreMeaning | undefined;
}

/** Collects the vocabulary. Cost: one pass over the dictionaries of its category columns. */
export function vocabularyOf(catalog: Catalog, columns: PlanColumns): Vocabulary {
  const genres = new Phrases<GenreMeaning>();
  const categories = columns.genres.flatMap((name) => catalog.column(name, 'categories').dictionary);
  const byConcept = new Map<string, string[]>();
  const concepts = new Map<string, string>();
  for (const { names } of GENRES) {
    for (const name of split(names)) concepts.set(name, split(names)[0]);
  }
  for (const category of new Set(categories)) {
    for (const part of partsOf(category)) {
      const concept = concepts.get(part) ?? concepts.get(singular(part));
      if (concept !== undefined) byConcept.set(concept, [...(byConcept.get(concept) ?? []), category]);
    }
  }
  const meaningOf = (concept: string, named: boolean): GenreMeaning | undefined => {
    const held = byConcept.get(concept);
    return held && { categories: held, named };
  };
  for (const { names, synonyms } of GENRES) {
    for (const [phrases, named] of [
      [synonyms, false],
      [names, true],
    ] as const) {
      const meaning = meaningOf(split(names)[0], named);
      if (meaning === undefined) continue;
      for (const phrase of split(phrases)) genres.add(phrase, meaning).add(plural(phrase), meaning);
    }
  }
  for (const [phrases, blend] of BLENDS) {
    const held = blend.split('|').flatMap((concept) => byConcept.get(concept) ?? []);
    if (held.length > 0) genres.add(phrases, { categories: [...new Set(held)], named: true });
  }
  if (byConcept.has('action')) genres.add('live action', { categories: [], named: true });
  // The catalogue's own names come last, so that nothing of the lexicon stands before them.
  for (const category of new Set(categories)) {
    const own = words(category);
    if (own === '') continue;
    const known = genres.get(own)?.categories ?? [];
    const meaning = { categories: [...new Set([category, ...known])], named: true };
    genres.add(own, meaning).add(plural(own), meaning);
  }

  const held = new Set(categories.flatMap((category) => [words(category), plural(words(category))]));
  const byLetter = new Map<string, string[]>();
  for (const phrase of genres.phrases()) {
    if (phrase.includes(' ') || phrase.length < 6) continue;
    byLetter.set(phrase[0], [...(byLetter.get(phrase[0]) ?? []), phrase]);
  }
  const moods = new Phrases<true>();
  // "black comedies", "cult classics"
  for (const mood of split(MOODS)) {
    moods.add(mood, true);
    if (mood.includes(' ')) moods.add(plural(mood), true);
  }
  const things = new Phrases<true>();
  for (const thing of split(THINGS)) things.add(thing, true).add(plural(thing), true);
  const fillers = new Phrases<true>().add(FILLERS, true);
  return {
    genres,
    languages: languagesOf(catalog, columns),
    moods,
    things,
    fillers,
    genreNear(word) {
      if (word.length < 5 || held.has(word) || fillers.get(word) || moods.get(word) || things.get(word))
        return undefined;
      const near = byLetter
        .get(word[0])
        ?.find((phrase) => editDistance(word, phrase, 1) === 1 && plural(word) !== phrase);
      return near === undefined ? undefined : genres.get(near);
    },
  };
}

/** Whether the word has a meaning besides being part of a name. */
export function knows(vocabulary: Vocabulary, word: string): boolean {
  const { fillers, things, genres, moods, languages } = vocabulary;
  return (
    [fillers, things, genres, moods, languages].some((phrases) => phrases.has(word)) ||
    /^\d{1,4}s?$/.test(word) ||
    numberWord(word) !== undefined ||
    decadeWord(word) !== undefined ||
    vocabulary.genreNear(word) !== undefined
  );
}

/** Whether the word looks like an adjective of mood. */
export function soundsLikeMood(word: Word): boolean {
  return MOOD_SUFFIX.test(word.text) && !NO_MOODS.has(word.text);
}

function languagesOf(catalog: Catalog, { language }: PlanColumns): Phrases<readonly string[]> {
  const languages = new Phrases<readonly string[]>();
  if (language === undefined) return languages;
  const column = catalog.column(language);
  const values =
    column.kind === 'categories' ? column.dictionary : column.kind === 'text' ? [...distinct(column)] : [];
  const known = new Map<string, string[]>();
  for (const value of values) {
    const folded = words(value);
    if (folded !== '') known.set(folded, [...(known.get(folded) ?? []), value]);
  }
  for (const [folded, named] of known) if (folded.length > 3) languages.add(folded, named);
  for (const line of LANGUAGES.split(',')) {
    const names = line.trim().split(/\s+/);
    const held = names.flatMap((name) => known.get(name) ?? []);
    if (held.length === 0) continue;
    languages.add(names[0], [...new Set(held)]);
    for (const name of names) if (name.length > 3) languages.add(name, [...new Set(held)]);
  }
  return languages;
}

/** A text column of languages has few distinct values; one of thousands is something else. */
const MOST_LANGUAGES = 1000;

function distinct(column: Iterable<string>): Set<string> {
  const values = new Set<string>();
  for (const value of column) {
    if (value !== '') values.add(value);
    if (values.size > MOST_LANGUAGES) return new Set();
  }
  return values;
}

/** `Sci-Fi & Fantasy` holds two genres, `Hip-Hop` one. */
function partsOf(category: string): string[] {
  const whole = words(category);
  return [...new Set([whole, ...category.split(/[&/,|]| and /).map(words)])].filter((part) => part !== '');
}

function words(text: string): string {
  return wordsOf(text)
    .map((word) => word.text)
    .join(' ');
}

function split(list: string): string[] {
  return list.split(',').map(words);
}

function plural(phrase: string): string {
  if (/(?:s|x|ch|sh)$/.test(phrase)) return `${phrase}es`;
  if (/[^aeiou]y$/.test(phrase)) return `${phrase.slice(0, -1)}ies`;
  return `${phrase}s`;
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
