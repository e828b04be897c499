/** May these words be a title where they stand? Rules for capitals, common words and what follows. */

import type { Reading } from './reading.ts';

const PRONOUNS = new Set(
  'it its this that these those them they him her she he us we me you i one ones something anything nothing what which'.split(
    ' ',
  ),
);
/** `like up` is a title, `like more comedies` is not. */
const CONNECTIVES = new Set(
  'but and or with from in by for to of the a an is are that which who not only except please'.split(' '),
);

/** Whether the words carry no meaning but those of asking, of what is asked for, or of a constraint. */
function allKnown(reading: Reading, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!known(reading, i)) return false;
  return true;
}

function known(reading: Reading, i: number): boolean {
  const { text } = reading.words[i];
  const { fillers, things, genres, moods, languages, genreNear } = reading.vocabulary;
  return (
    fillers.get(text) !== undefined ||
    things.get(text) !== undefined ||
    genres.get(text) !== undefined ||
    moods.get(text) !== undefined ||
    languages.get(text) !== undefined ||
    genreNear(text) !== undefined ||
    /^\d{2,4}s?$/.test(text) ||
    /^(?:early|mid|late|popular|newest|latest|recent)$/.test(text)
  );
}

export function allPlain(reading: Reading, start: number, end: number): boolean {
  const { fillers, things } = reading.vocabulary;
  for (let i = start; i < end; i++) {
    const { text } = reading.words[i];
    if (fillers.get(text) === undefined && things.get(text) === undefined) return false;
  }
  return true;
}

export function asks(reading: Reading, i: number): boolean {
  return (
    reading.vocabulary.fillers.get(reading.text(i)) !== undefined ||
    reading.vocabulary.things.get(reading.text(i)) !== undefined
  );
}

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
export function plausible(
  reading: Reading,
  start: number,
  end: number,
  position: 'strong' | 'weak' | 'listed',
): boolean {
  const one = end - start === 1;
  const { text } = reading.words[start];
  const { genres, things } = reading.vocabulary;
  if (
    capitalised(reading, start, end) &&
    !(one && (start === 0 || genres.get(text) !== undefined || text === 'i'))
  )
    return true;
  if (one && (PRONOUNS.has(text) || genres.get(text) !== undefined || things.get(text) !== undefined))
    return false;
  if (one && position === 'listed' && reading.cased) return false;
  if (!allKnown(reading, start, end))
    return position !== 'weak' || !one || (closes(reading, end) && seenBefore(reading, start));
  if (one) return position === 'strong' && !CONNECTIVES.has(text) && closes(reading, end);
  if (onlyConstraints(reading, start, end)) return false;
  return position === 'strong' && end - start > 2 && closes(reading, end);
}

function seenBefore(reading: Reading, start: number): boolean {
  return /(?:seen|saw|watched|heard|played|read|know) $/.test(reading.before(start, 3));
}

/** Whether the sentence ends or turns after word `end - 1`. */
function closes(reading: Reading, end: number): boolean {
  return (
    end >= reading.length ||
    reading.breakBefore(end) ||
    /^(?:but|and|or|only|with|from|please|again|made|set|released|except|without)$/.test(reading.text(end))
  );
}

function onlyConstraints(reading: Reading, start: number, end: number): boolean {
  const { genres, things, moods } = reading.vocabulary;
  let i = start;
  let constraint = false;
  while (i < end) {
    const found =
      genres.at(reading.words, i, end) ?? moods.at(reading.words, i, end) ?? things.at(reading.words, i, end);
    if (found !== undefined) {
      constraint = true;
      i += found.length;
    } else if (
      /^(?:a|an|the|some|any|of|for|new|best|good|great|top|or|and|more|most|other|else|\d+s?)$/.test(
        reading.text(i),
      )
    )
      i++;
    else return false;
  }
  return constraint;
}

/** Whether words that are all of a request, or all but words of asking, are a title rather than a wish. */
export function titleByItself(reading: Reading, start: number, end: number, led = false): boolean {
  const { genres, things } = reading.vocabulary;
  const { text } = reading.words[start];
  if (end - start === 1 && (genres.get(text) !== undefined || things.get(text) !== undefined)) return false;
  if (!onlyConstraints(reading, start, end)) return !led || !allPlain(reading, start, end);
  return (
    end - start > 1 &&
    capitalised(reading, start, end) &&
    !reading.words.slice(start, end).some((word) => !word.capital)
  );
}

/** Whether the words stand out as a title without a cue: capitals, or long and of rare words. */
export function stands(reading: Reading, start: number, end: number): boolean {
  if (capitalised(reading, start, end)) {
    return !onlyConstraints(reading, start, end) && (start > 0 || !allPlain(reading, start, end));
  }
  if (allKnown(reading, start, end) || CONNECTIVES.has(reading.text(end - 1))) return false;
  if (/^(?:but|meets|only|vibes?|esque|style)$/.test(reading.text(end))) return true;
  let length = 0;
  for (let i = start; i < end; i++) length += reading.text(i).length;
  return end - start >= 3 && length >= 12;
}

/** Whether a misspelt title may hide in the words: one of them is none that we know, and no ends hang loose. */
export function misspellable(reading: Reading, start: number, end: number): boolean {
  if (allKnown(reading, start, end) || CONNECTIVES.has(reading.text(end - 1))) return false;
  for (let i = start; i < end; i++)
    if (reading.vocabulary.things.get(reading.text(i)) !== undefined) return false;
  return true;
}

/** Whether the words between an exact title and a longer misspelt one are part of a name. */
export function worth(reading: Reading, exactEnd: number, nearEnd: number): boolean {
  return !allKnown(reading, exactEnd, nearEnd);
}
