/** Under which names is a title known? Its own, those in parentheses, and what remains when it is cut short. */

import { wordsOf } from '../words.ts';

/** How a name follows from a title, better ones first: the title itself, another one in parentheses, a part of it. */
export const ITSELF = 0;
export const ALTERNATIVE = 1;
export const SHORTENED = 2;

/** One name of a title. */
export interface TitleKey {
  readonly key: string;
  readonly level: number;
  /** Whether an article was taken off its front. */
  readonly article: boolean;
}

const ARTICLES = new Set('the a an le la les el los las il der das un une'.split(' '));
const ENGLISH_ARTICLES = new Set(['the', 'a', 'an']);
const COUNTED = new Set('part pt volume vol episode chapter'.split(' '));
const MOVED =
  /^(.*), (the|a|an|le|la|les|l'|el|los|las|il|lo|gli|i|der|die|das|den|det|de|un|une|una|ein|eine|o|os|as)$/i;
const SAME = new Map(
  `one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14
  fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 ii 2 iii 3 iv 4 vi 6 vii 7
  viii 8 ix 9 doctor dr mister mr versus vs volume vol`
    .split(/\s+/)
    .reduce<[string, string][]>((pairs, word, i, all) => {
      if (i % 2 === 0) pairs.push([word, all[i + 1]]);
      return pairs;
    }, []),
);

/**
 * The one form of a name: words without spaces, numerals as digits, no articles, so that `The Godfather: Part II`,
 * `godfather part 2` and `Godfather II` are one. Empty where nothing is left.
 */
export function keyOf(words: readonly string[]): string {
  const first = leadsWithArticle(words) ? 1 : 0;
  const last = words.length - 1;
  let key = '';
  for (let i = first; i <= last; i++) {
    const word = words[i];
    if (i < last && i > first && ENGLISH_ARTICLES.has(word)) continue;
    // "Godfather II" is "The Godfather: Part II".
    if (i < last && COUNTED.has(word) && /^\d+$/.test(numeral(words[i + 1], true))) continue;
    key += numeral(word, i === last && i > first);
  }
  return key;
}

/** A numeral in digits, another word in the one form that we give it. */
function numeral(word: string, atEnd: boolean): string {
  if (atEnd && (word === 'v' || word === 'x')) return word === 'v' ? '5' : '10';
  return SAME.get(word) ?? word;
}

/**
 * All names of a title, the best first, without repeats. `City of Lost Children, The (Cité des enfants perdus, La)` has
 * its own and the French one; `Star Wars: Episode IV - A New Hope` also `Star Wars` and `A New Hope`.
 */
export function keysOfTitle(title: string): TitleKey[] {
  const keys = new Map<string, TitleKey>();
  const add = (name: string, level: number, least = 1): void => {
    const words = wordsOf(articleFirst(name.trim())).map(({ text }) => text);
    const key = keyOf(words);
    if (
      key !== '' &&
      words.length - (leadsWithArticle(words) ? 1 : 0) >= least &&
      !((keys.get(key)?.level ?? SHORTENED + 1) <= level)
    )
      keys.set(key, { key, level, article: leadsWithArticle(words) });
  };
  const parenthesised: string[] = [];
  const main = title.replace(/\(([^()]*)\)/g, (_, inside: string) => {
    parenthesised.push(inside.replace(/^\s*(a\.?k\.?a\.?|or)\s+/i, ''));
    return ' ';
  });
  if (main.trim() === '') add(title, ITSELF);
  else add(main, ITSELF);
  if (/^\(/.test(title)) add(title, ITSELF);
  for (const name of parenthesised) if (!/^\d{4}$/.test(name.trim())) add(name, ALTERNATIVE);
  const cut = articleFirst(main.trim());
  for (const separator of [/: /, / - /, /,? or: |, or /i]) {
    const at = separator.exec(cut);
    if (at === null || at.index === 0) continue;
    add(cut.slice(0, at.index), SHORTENED);
  }
  const tail = /^.*(?:: | - )(.*)$/.exec(cut);
  if (tail !== null) add(tail[1], SHORTENED, 2);
  const comma = /^(\S+ [^,]+), /.exec(cut);
  if (comma !== null) add(comma[1], SHORTENED, 2);
  // "Monty Python's Life of Brian", "E.T. the Extra-Terrestrial", "Eternal Sunshine of the Spotless Mind".
  const owned = /^(?!the |a )\S+ \S+'s (.+)$/i.exec(cut);
  if (owned !== null) add(owned[1], SHORTENED, 2);
  const initials = /^((?:\p{L}\.){2,}) /u.exec(cut);
  if (initials !== null) add(initials[1], SHORTENED);
  const head = /^(\S+ \S+.*?) of (?:the|a) /i.exec(cut);
  if (head !== null && head[1].length >= 12) add(head[1], SHORTENED, 2);
  const series = /^(\S+ \S+.*?) (?:and|&) the /i.exec(cut);
  if (series !== null) add(series[1], SHORTENED, 2);
  return [...keys.values()];
}

/** `Postman, The` is `The Postman`. */
function articleFirst(name: string): string {
  const moved = MOVED.exec(name);
  return moved === null ? name : `${moved[2]}${moved[2].endsWith("'") ? '' : ' '}${moved[1]}`;
}

/** Whether the first of these words is an article that a name may lose. */
export function leadsWithArticle(words: readonly string[]): boolean {
  return words.length > 1 && ARTICLES.has(words[0]);
}
