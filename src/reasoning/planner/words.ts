/** Which words does a request consist of? Folded words with what stands between them. */

import { plainLetters } from '../../catalog/text-index/plain-letters.ts';

/** Characters of a request that are read; what follows is not looked at. */
export const MOST_CHARACTERS = 2000;

/** The text of a request in one form: NFKC, plain quotes and dashes, no control or direction signs. */
export function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\bw\/o\b/gi, 'without')
    .replace(/\bb4\b/gi, 'before')
    .replace(/[‘’‚‛ʼ′`´]/g, "'")
    .replace(/[“”„‟″«»]/g, '"')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, ' ')
    .trim();
}

/** A word without case, diacritics and apostrophes: `Amélie's` is `amelies`. */
export function folded(word: string): string {
  return plainLetters(
    word
      .normalize('NFD')
      .replace(/[\p{M}']/gu, '')
      .toLowerCase(),
  );
}

/** One word of a request. */
export interface Word {
  /** Folded: no case, diacritics or apostrophes; `&` is `and`. */
  readonly text: string;
  /** Whether it begins with a capital or a digit. */
  readonly capital: boolean;
  /** What stands between the word before and this one, without blanks at its ends; `' '` where only blanks do. */
  readonly gap: string;
  /** Whether a minus stands right before it, and no word before that: `-horror`. */
  readonly minus: boolean;
}

const WORD = /[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{N}\p{M}]+)*|&/gu;

/** The words of a normalised text. Cost: one pass. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    const between = text.slice(end, match.index);
    const raw = match[0];
    words.push({
      text: raw === '&' ? 'and' : folded(raw),
      capital: /^[\p{Lu}\p{Lt}\p{N}]/u.test(raw),
      gap: between.trim() || (between === '' ? '' : ' '),
      minus: end === 0 ? between.endsWith('-') : /[\s,(]-$/.test(between),
    });
    end = match.index + raw.length;
  }
  return words.filter(({ text: word }) => word !== '');
}

/** What stands after the last word of a normalised text. */
export function tailOf(text: string): string {
  return /[^\p{L}\p{N}\p{M}]*$/u.exec(text)?.[0].trim() ?? '';
}
