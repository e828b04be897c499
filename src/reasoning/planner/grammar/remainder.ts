/** What is left when all constraints are read? Moods and styles, free text, and whether the request is complex. */

import { Phrases } from '../phrases.ts';
import { soundsLikeMood } from '../vocabulary.ts';
import type { Reading } from './reading.ts';

/** What no field of a plan holds. */
export interface Remainder {
  readonly moods: readonly string[];
  readonly residual: readonly string[];
  /** Whether a turn ("but", "only", "with") brings in something that is left. */
  readonly twist: boolean;
}

/** What something does to the one who sees it is a mood, whatever the verb. */
const EFFECT =
  /^ (?:that |which |to |will |would |can |could |really |just )*(make|makes|making|made|leave|leaves|leaving|let|lets|keep|keeps|get|gets|help|helps) (?:me|you|us|people|everyone|your|my|him|her|them|one) (?:\||\w)/;
const COMPARED = /^ (?:a bit |a little |a lot |much |way |far |slightly |somewhat )?(?:more|less) /;
const COMPARATIVE = /^[a-z]{3,}(?:[^aeiou]ier|er)$/;
/** Words that end in -er and compare nothing. */
const NOT_COMPARATIVE = new Set(
  'other another either neither over under after never ever order whether together water mother father brother sister daughter power number later earlier newer older summer winter october september november december theater river paper character master computer soldier killer dinner dancer singer lawyer teacher writer player'.split(
    ' ',
  ),
);
const OCCASION =
  /^ for (?:a|an|my|our|the|when|this|that|those|these|some|after|before|tonight|while|date|rainy|sunday|someone who|people who) /;
const TOPIC =
  /(?:^| )(?:about|with|on|featuring|starring|involving|around|regarding|concerning|of|by|directed by|based on|set in|in|at|from|during|that has|has|have|having|where|containing|and|or) (?:(?:a|an|the|some|lots of|young|old|two|three) )*$/;

/** Words of time and company that tell of an occasion only beside "for". */
const LEFT_ALONE = new Phrases<true>().add('about, for, with, to, in, on, at, of, by', true);

/** Claims moods, things and fillers; returns what is left of each. */
export function readRemainder(reading: Reading): Remainder {
  const moods: string[] = [];
  const mood = (start: number, end: number): void => {
    const free: string[] = [];
    for (let i = start; i < end; i++)
      if (reading.free(i) && reading.text(i) !== '') free.push(reading.text(i));
    if (free.length > 0) moods.push(free.join(' '));
    for (let i = start; i < end; i++) if (reading.free(i)) reading.claim(i, i + 1, 'mood');
  };
  const { words, vocabulary } = reading;
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const rest = reading.from(i, 8);
    if (
      EFFECT.test(rest) &&
      !/(?:help|get|let|make) me (?:pick|choose|find|decide|something|a|an|the|some|out|with|see|watch|know|have) /.test(
        rest,
      )
    ) {
      mood(i, clauseEnd(reading, i));
      continue;
    }
    let end = i;
    while (end < reading.length && reading.free(end)) end++;
    const found = vocabulary.moods.at(words, i, end);
    if (found !== undefined && !topical(reading, i, i + found.length)) {
      mood(i, i + found.length);
      i += found.length - 1;
      continue;
    }
    if (
      COMPARED.test(rest) &&
      !/ (?:more|less) (?:like|of|than|movies?|films?|please|from|about|in|on|with|to|\||and|or) /.test(rest)
    ) {
      const at =
        rest
          .trim()
          .split(' ')
          .findIndex((word) => word === 'more' || word === 'less') + i;
      if (
        reading.free(at + 1) &&
        !vocabulary.things.at(words, at + 1) &&
        !vocabulary.fillers.get(reading.text(at + 1))
      )
        mood(i, at + 2);
      continue;
    }
    if (turnBefore(reading, i) && COMPARATIVE.test(words[i].text) && !NOT_COMPARATIVE.has(words[i].text)) {
      mood(i, i + 1);
      continue;
    }
    if (soundsLikeMood(words[i]) && describes(reading, i)) mood(i, i + 1);
  }
  const residual: string[] = [];
  let twist = false;
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const thing = vocabulary.things.at(words, i);
    if (thing !== undefined && reading.allFree(i, i + thing.length)) {
      reading.claim(i, i + thing.length, 'thing');
      i += thing.length - 1;
      continue;
    }
    const filler = vocabulary.fillers.at(words, i);
    if (filler !== undefined && reading.allFree(i, i + filler.length)) {
      reading.claim(i, i + filler.length, 'filler');
      i += filler.length - 1;
      continue;
    }
    residual.push(words[i].text);
    twist ||= turnBefore(reading, i) || TOPIC.test(reading.before(i, 4));
  }
  void LEFT_ALONE;
  void OCCASION;
  return { moods, residual, twist };
}

/** The end of the clause that word `i` belongs to. */
function clauseEnd(reading: Reading, i: number): number {
  let end = i + 1;
  while (end < reading.length && reading.free(end) && !reading.breakBefore(end)) end++;
  return end;
}

/** Whether "but", "only" or "except" stands shortly before word `i`. */
function turnBefore(reading: Reading, i: number): boolean {
  return /(?:^| )(?:but|only|just|except|yet|and)(?: (?:it|its|make|making|is|to|be|with|a|an|the|more|less|a bit|a little|much|way|far|slightly|in|on|something|set|also|even|somewhat|lot))* $/.test(
    reading.before(i, 6),
  );
}

/** Whether word `i` stands as an adjective before what is asked for, or after a linking verb. */
function describes(reading: Reading, i: number): boolean {
  const { words, vocabulary } = reading;
  for (let j = i + 1; j < Math.min(reading.length, i + 4); j++) {
    if (reading.breakBefore(j)) break;
    if (reading.role(j) === 'genre' || vocabulary.things.at(words, j) !== undefined) return true;
    if (reading.role(j) === undefined && !soundsLikeMood(words[j])) break;
  }
  return /(?:something|anything|thing|things|is|are|be|feels|feel|really|very|too|so|bit|more|less|quite) $/.test(
    reading.before(i, 3),
  );
}

/** Whether mood words are the topic instead: "about cold war spies", "about a dinner party". */
function topical(reading: Reading, start: number, end: number): boolean {
  void end;
  return /(?:^| )about (?:(?:a|an|the) )?$/.test(reading.before(start, 3));
}
