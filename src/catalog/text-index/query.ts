/** What does a query look for? Its words, each with the typos that it may hold, the last one as a beginning too. */

import { wordsOf } from './words.ts';

/** A word that is looked for. */
export interface QueryWord {
  readonly text: string;
  /** By how many letters put in, left out, exchanged or swapped with the next a word of an item may differ: 0, 1 or 2. */
  readonly typos: number;
  /** True where words that begin with it are meant too. */
  readonly prefix: boolean;
}

/** Words beyond these are not looked for; nobody writes so many, and each one costs. */
const MOST_WORDS = 32;

/** Of a longer text no more than this is read: 32 words of the greatest length. */
const MOST_CHARACTERS = 4096;

/**
 * The distinct words of a query, at most the first 32 of the first 4096 characters.
 *
 * Up to three characters a word must be right, from four on it may hold one typo and from eight on two; one with a digit
 * none. The last word, unless a blank or a sign follows it, is a beginning too where it has two characters or more.
 */
export function queryWords(query: string): QueryWord[] {
  const read = query.slice(0, MOST_CHARACTERS);
  const words = [...new Set(wordsOf(read).split(' '))].filter((word) => word !== '').slice(0, MOST_WORDS);
  const open = /[\p{L}\p{M}\p{N}]$/u.test(read) ? wordsOf(read).split(' ').at(-1) : undefined;
  return words.map((text) => {
    const characters = [...text].length;
    return { text, typos: typosOf(text, characters), prefix: text === open && characters >= 2 };
  });
}

function typosOf(text: string, characters: number): number {
  if (characters < 4 || /\p{N}/u.test(text)) return 0;
  return characters < 8 ? 1 : 2;
}
