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
const MOVED =
  /^(.*), (the|a|an|le|la|les|l'|el|los|las|il|lo|gli|i|der|die|das|den|det|de|un|une|una|ein|eine|o|os|as)$/i;
const SAME = new Map(
  `one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 ii 2 iii 3 iv 4 vi 6 vii 7
  viii 8 ix 9 doctor dr mister mr versus vs volume vol part pt`
    .split(/\s+/)
    .reduce<[string, string][]>((pairs, word, i, all) => {
      if (i % 2 === 0) pairs.push([word, all[i + 1]]);
      return pairs;
    }, []),
);

/**
 * The one form of a name: words without spaces, numerals as digits, no leading article, so that `The Godfather: Part II`
 * and `godfather part 2` are one. Empty where nothing is left.
 */
export function keyOf(words: readonly string[]): string {
  const first = leadsWithArticle(words) ? 1 : 0;
  let key = '';
  for (let i = first; i < words.length; i++) {
    const word = words[i];
    const last = i > first && i === words.length - 1;
    key += last && (word === 'v' || word === 'x') ? (word === 'v' ? '5' : '10') : (SAME.get(word) ?? word);
  }
  return key;
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
    if (key !== '' && words.length >= least && !((keys.get(key)?.level ?? SHORTENED + 1) <= level))
      keys.set(key, { key, level, article: leadsWithArticle(words) });
  };
  const parenthesised: string[] = [];
  const main = title.replace(/\(([^()]*)\)/g, (_, inside: string) => {
    parenthesised.push(inside.replace(/^\s*(a\.?k\.?a\.?|or)\s+/i, ''));
    return ' ';
  });
  if (main.trim() === '') add(title, ITSELF);
  else add(main, ITSELF);
  for (const name of parenthesised) if (!/^\d{4}$/.test(name.trim())) add(name, ALTERNATIVE);
  const cut = articleFirst(main.trim());
  for (const separator of [/: /, / - /, /,? or: |, or /i]) {
    const at = separator.exec(cut);
    if (at === null || at.index === 0) continue;
    add(cut.slice(0, at.index), SHORTENED);
  }
  const tail = /^.*(?:: | - )(.*)$/.exec(cut);
  if (tail !== null) add(tail[1], SHORTENED, 2);
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
