/** What are the words of a text? Folded alike in items and in queries, so that spelling matters little. */

import { plainLetters } from './plain-letters.ts';

/** A longer word is cut; no catalogue tells its items apart by letters this far in. */
const LONGEST = 64;

const ASCII = /^[\0-\x7f]*$/;

/**
 * The words of a text, in order, joined by single blanks.
 *
 * Lower case, without accents and the marks of compatibility forms (Unicode NFKD, `\u0300` to `\u036f` dropped, NFC). An
 * apostrophe vanishes (`don't` is `dont`), an abbreviation with points is one word (`E.T.` is `et`), a word with hyphens or
 * middle dots is its parts and the whole (`spider-man` is `spider man spiderman`), a fraction or raised digit stands alone
 * (`8½` is `8 1 2`). All else that is neither letter, mark nor digit separates. Of scripts without blanks every Han,
 * Hiragana and Katakana character is a word. A word has at most 64 characters.
 */
export function wordsOf(text: string): string {
  const words = (ASCII.test(text) ? plainWords(text) : foldedWords(text)).trim();
  return words.length <= LONGEST ? words : words.split(' ').map(cut).join(' ');
}

/** The same as {@link foldedWords} does for ASCII, in a fraction of the time. */
function plainWords(text: string): string {
  let words = withoutPoints(text.toLowerCase()).replace(/['`]/g, '');
  if (words.includes('-')) words = words.replace(/(?<![a-z0-9])[a-z0-9]+(?:-[a-z0-9]+)+/g, withJoined);
  return words.replace(/[^a-z0-9]+/g, ' ');
}

function foldedWords(text: string): string {
  const plain = text
    .replace(/\p{No}/gu, ' $&')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]+/g, '')
    .toLowerCase();
  return plainLetters(withoutPoints(plain))
    .normalize('NFC')
    .replace(/['’‘ʼ`´]/g, '')
    .replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, ' $& ')
    .replace(/(?<![\p{L}\p{M}\p{N}])[\p{L}\p{M}\p{N}]+(?:[-‐‑·・][\p{L}\p{M}\p{N}]+)+/gu, withJoined)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ');
}

/** Abbreviations as one word each. Most texts have none, and a look is cheaper than a search for all. */
function withoutPoints(text: string): string {
  return /\S\.\S\./.test(text) ? text.replace(/(?<![\p{L}\p{N}])(?:\p{L}\.){2,}/gu, joinPoints) : text;
}

function joinPoints(points: string): string {
  return `${points.replaceAll('.', '')} `;
}

function withJoined(parts: string): string {
  return `${parts} ${parts.replace(/[-‐‑·・]/g, '')}`;
}

/** Cuts by code points: half of a pair would be no character. */
function cut(word: string): string {
  return word.length <= LONGEST ? word : [...word].slice(0, LONGEST).join('');
}
