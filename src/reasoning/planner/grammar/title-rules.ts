/** May these words be a title where they stand? Rules for capitals, common words and what follows. */

import { keyOf } from '../titles/title-keys.ts';
import type { Reading } from './reading.ts';

/** Where a title may stand: after a cue of likeness, after one that other words follow as well, in a list of titles. */
export type Position = 'strong' | 'weak' | 'listed';

const PRONOUNS = new Set(
  `it its this that these those them they him her she he us we me you i one ones something anything nothing what which
  mine yours everything someone anyone`.split(/\s+/),
);
/** `like up` is a title, `like more comedies` is not. */
const CONNECTIVES = new Set(
  'but and or with from in by for to of the a an is are that which who not only except please'.split(' '),
);
const NEUTRAL = /^(?:a|an|the|some|any|of|for|new|best|good|great|top|or|and|more|most|other|else|\d+s?)$/;

/** Whether every word that bears weight has a capital, in a text where that says something. */
export function capitalised(reading: Reading, start: number, end: number): boolean {
  if (!reading.cased) return false;
  let bearing = 0;
  for (let i = start; i < end; i++) {
    const word = reading.words[i];
    if (word.capital) bearing++;
    else if (!CONNECTIVES.has(word.text) || i === start) return false;
  }
  return bearing > 0;
}

/** Whether the words may be a title after a cue; rules in the order of their certainty. */
export function plausible(reading: Reading, start: number, end: number, position: Position): boolean {
  const the = end - start === 2 && reading.text(start) === 'the';
  if (end - start > 1 && /^(?:a|an|the)$/.test(reading.text(start)) && !reading.capital(start)) start++;
  const one = end - start === 1;
  const { text } = reading.words[start];
  const { genres, things } = reading.vocabulary;
  const genre = one && genres.get(text) !== undefined;
  // "after 2001" is a year.
  if (one && position !== 'strong' && /^\d+s?$/.test(text)) return false;
  if (capitalised(reading, start, end) && !(genre || (one && (start === 0 || text === 'i')))) return true;
  // "like the thing"
  if (the && !genre && position === 'strong' && closes(reading, end) && things.has(text)) return true;
  if (one && (genre || PRONOUNS.has(text) || things.get(text) !== undefined)) return false;
  // In a text with capitals, a small word in a list of titles is none.
  if (one && position === 'listed' && reading.cased) return false;
  if (!reading.allKnown(start, end)) return position !== 'weak' || !one;
  if (one) return position === 'strong' && !CONNECTIVES.has(text) && closes(reading, end);
  if (onlyConstraints(reading, start, end) || plainAt(reading, start, end) === end - start) return false;
  return position === 'strong' && closes(reading, end);
}

/** Whether words that are all of a request, or all but words of asking (`led`), are a title rather than a wish. */
export function titleByItself(reading: Reading, start: number, end: number, led: boolean): boolean {
  const { genres, things } = reading.vocabulary;
  const { text } = reading.words[start];
  if (end - start === 1 && (genres.get(text) !== undefined || things.get(text) !== undefined)) return false;
  if (end - start === 1 && !reading.capital(start) && /^(?:help|whatever|hello|hi|hey|idk)$/.test(text))
    return false;
  // "top 5" is a count.
  if (/^(?:top|best)$/.test(text) && end - start === 2 && !capitalised(reading, start, end)) {
    if (/^\d+$/.test(keyOf([reading.text(start + 1)]))) return false;
  }
  if (!onlyConstraints(reading, start, end)) return !led || !allPlain(reading, start, end);
  // "the thing", "The Game": nothing but a title is asked for so.
  if (!led && end - start === 2 && text === 'the' && things.get(reading.text(start + 1)) !== undefined)
    return true;
  return end - start > 1 && reading.cased && reading.words.slice(start, end).every(({ capital }) => capital);
}

/** Whether the words stand out as a title without a cue: capitals, or a long name of rare words. */
export function standsOut(reading: Reading, start: number, end: number): boolean {
  if (capitalised(reading, start, end)) {
    return !onlyConstraints(reading, start, end) && (start > 0 || !allPlain(reading, start, end));
  }
  if (reading.allKnown(start, end) || CONNECTIVES.has(reading.text(end - 1))) return false;
  let length = 0;
  for (let i = start; i < end; i++) length += reading.text(i).length;
  return end - start >= 3 && length >= 12;
}

/** Whether a misspelt title may hide in the words: one of them is none that we know, and no ends hang loose. */
export function misspellable(reading: Reading, start: number, end: number): boolean {
  if (reading.allKnown(start, end) || CONNECTIVES.has(reading.text(end - 1))) return false;
  for (let i = start; i < end; i++) {
    if (reading.vocabulary.things.get(reading.text(i)) !== undefined) return false;
  }
  return true;
}

/** Whether all the words are those of asking, or name what is asked for. */
export function allPlain(reading: Reading, start: number, end: number): boolean {
  for (let i = start; i < end; ) {
    const words = plainAt(reading, i, end);
    if (words === 0) return false;
    i += words;
  }
  return true;
}

/** How many words of asking, or that name what is asked for, begin at word `i`. */
export function plainAt(reading: Reading, i: number, end = reading.length): number {
  const { fillers, things } = reading.vocabulary;
  return Math.max(
    fillers.at(reading.words, i, end)?.length ?? 0,
    things.at(reading.words, i, end)?.length ?? 0,
  );
}

/** Whether the sentence ends or turns after word `end - 1`. */
function closes(reading: Reading, end: number): boolean {
  return (
    end >= reading.length ||
    reading.breakBefore(end) ||
    /^(?:but|and|or|only|with|from|please|again|made|set|released|except|without)$/.test(reading.text(end))
  );
}

/** Whether the words are genres, moods and what is asked for, and nothing else that could be a name. */
function onlyConstraints(reading: Reading, start: number, end: number): boolean {
  const { genres, things, moods } = reading.vocabulary;
  let constraint = false;
  for (let i = start; i < end; ) {
    const found =
      genres.at(reading.words, i, end) ?? moods.at(reading.words, i, end) ?? things.at(reading.words, i, end);
    if (found === undefined && !NEUTRAL.test(reading.text(i))) return false;
    constraint ||= found !== undefined;
    i += found?.length ?? 1;
  }
  return constraint;
}
