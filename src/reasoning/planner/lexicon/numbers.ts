/** Which number does a word state? */

import { editDistance } from '../titles/edit-distance.ts';

const WORDS =
  `one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13
  fourteen 14 fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fourty 40 fifty 50
  sixty 60 seventy 70 eighty 80 ninety 90`
    .trim()
    .split(/\s+/);
const NUMBERS = new Map<string, number>();
for (let i = 0; i < WORDS.length; i += 2) NUMBERS.set(WORDS[i], Number(WORDS[i + 1]));

const DECADES =
  `tens 10 twenties 20 thirties 30 forties 40 fourties 40 fifties 50 sixties 60 seventies 70 eighties 80
  nineties 90 noughties 0 naughties 0 aughts 0 oughts 0 thousands 0`
    .trim()
    .split(/\s+/);
const DECADE = new Map<string, number>();
for (let i = 0; i < DECADES.length; i += 2) DECADE.set(DECADES[i], Number(DECADES[i + 1]));

/** The whole number from 0 to 99 that a word names, or undefined. */
export function numberWord(word: string): number | undefined {
  return NUMBERS.get(word);
}

/** The decade that a word of one typing error names: `ninties` 90. Cost: an edit distance to each. */
export function decadeNear(word: string): number | undefined {
  if (word.length < 6 || !/(?:ies|es|is)$/.test(word)) return undefined;
  for (const [name, digits] of DECADE) {
    if (name.length >= 7 && name[0] === word[0] && editDistance(word, name, 1) === 1) return digits;
  }
  return undefined;
}

/** The last two digits of the decade that a word names: `nineties` 90, `noughties` 0; or undefined. */
export function decadeWord(word: string): number | undefined {
  return DECADE.get(word);
}
