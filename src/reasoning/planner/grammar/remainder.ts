/** What is left when all constraints are read? Moods and styles, and free text. */

import { soundsLikeMood } from '../vocabulary.ts';
import type { Reading } from './reading.ts';

/** What no field of a plan holds. */
export interface Remainder {
  readonly moods: readonly string[];
  readonly residual: readonly string[];
  /** Whether free text stands where it narrows what went before: "but with robots", "set in Paris". */
  readonly twist: boolean;
}

/** What something does to the one who sees it is a mood, whatever the verb: "that makes you think". */
const EFFECT =
  /^ (?:(?:that|which|to|will|would|can|could|really|just) )*(?:make|makes|making|made|leave|leaves|leaving|keep|keeps|get|gets|help|helps|let|lets) (?:me|you|us|people|everyone|your|my|him|her|them|one) \w/;
/** Asking, not an effect: "help me pick", "get me something". */
const ASKED =
  / (?:me|us|him|her|them) (?:pick|choose|find|decide|something|anything|a|an|the|some|out|with|see|watch|know|have|\d+|one|two|three|four|five) /;
const COMPARED = /^ (?:(?:a|bit|little|lot|much|way|far|slightly|somewhat) )*(?:more|less) /;
/** What "more" and "less" may be followed by without comparing. */
const UNCOMPARED =
  / (?:more|less) (?:like|of|than|please|from|about|in|on|with|to|\||and|or|but|for|that|a|the|\d+) /;
/** "want more zombie comedies" counts, and compares nothing. */
const MORE_OF =
  /^$|\| $|(?:want|wants|need|any|some|me|us|see|find|have|got|recommend|suggest|for|no|even) $/;
const COMPARATIVE = /^[a-z]{3,}(?:ier|er)$/;
/** Words that end in -er and compare nothing. */
const NOT_COMPARATIVE = new Set(
  `other another either neither over under after never ever order whether together water mother father brother sister
  daughter power number later earlier summer winter october september november december theater river paper character
  master computer soldier killer dinner dancer singer lawyer teacher writer player cyber super silver tiger monster
  director thriller partner letter hacker gangster roller trucker border finger leader danger hunter robber officer
  driver spider cancer career chapter corner desert center`.split(/\s+/),
);
const TURN =
  /(?:^| )(?:but|only|just|except|yet)(?: (?:it|its|make|making|is|to|be|with|a|an|the|more|less|bit|little|much|way|far|slightly|in|on|something|set|also|even|somewhat|lot|about|has|have))* $/;
const NARROWS =
  /(?:^| )(?:about|with|featuring|starring|involving|set in|in|on|at|where|by|containing)(?: (?:a|an|the|some|lots of))* $/;
const REFUSAL =
  /(?:^| )(?:no|not|nothing|never|without|minus|except|avoid|hate|excluding|isnt|arent|non|anything but)(?: (?:any|more|the|a|an|too|much|so|many|about|with|please|anything|very|overly|super|really|that|s|be|is))* $/;

/** "for a road trip", "to cook to": an occasion is a mood. */
const OCCASION =
  /(?:^| )(?<!(?:looking|search|searching|hunting|asking|look|ready|thanks|up|care) )for (?:(?:a|an|my|our|the|when|while|before|after|during|good|nice|first|second|big|little|long|late|night|day|morning|evening|weekend|some|this|that|us|me|to) )*$/;
const PURPOSE = /(?:^| )to $/;

/** Claims moods, words of asking and the names of things; returns what is left of each. */
export function readRemainder(reading: Reading): Remainder {
  const moods: string[] = [];
  claimFillers(reading, 2);
  for (let i = 0; i < reading.length; i++) {
    const end = reading.free(i) ? moodEnd(reading, i) : moodFromGenre(reading, i);
    if (end === i) continue;
    // "not too sad" is not "sad".
    const texts: string[] = REFUSAL.test(reading.before(i, 5)) ? ['no'] : [];
    for (let j = i; j < end; j++)
      if (j > i || !/^(?:a|an|the)$/.test(reading.text(j))) texts.push(reading.text(j));
    moods.push(texts.join(' '));
    for (let j = i; j < end; j++) if (reading.free(j)) reading.claim(j, j + 1, 'mood');
    i = end - 1;
  }
  claimFillers(reading, 1);
  claimThings(reading);
  const residual: string[] = [];
  let twist = false;
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i) && reading.role(i) !== 'name') continue;
    residual.push(reading.text(i));
    const before = reading.before(i, 6);
    twist ||= TURN.test(before) || NARROWS.test(before);
  }
  return { moods, residual, twist };
}

/** The end of a mood or style that begins at word `i`; `i` where none does. */
function moodEnd(reading: Reading, i: number): number {
  const { words, vocabulary } = reading;
  const rest = reading.from(i, 7);
  const aged = /^ \w+ (?:year|yr)s? olds? /.exec(rest);
  if (aged !== null && reading.allFree(i, i + 3)) return i + 3;
  if (EFFECT.test(rest) && !ASKED.test(rest)) return clauseEnd(reading, i);
  const found = vocabulary.moods.at(words, i);
  if (
    found !== undefined &&
    joinable(reading, i, i + found.length) &&
    !/(?:^| )about (?:(?:a|an|the) )?$/.test(reading.before(i, 3))
  ) {
    return i + found.length;
  }
  if (COMPARED.test(rest) && !UNCOMPARED.test(rest)) {
    let at = i;
    while (reading.text(at) !== 'more' && reading.text(at) !== 'less') at++;
    const compared =
      reading.free(at + 1) &&
      !vocabulary.things.has(reading.text(at + 1)) &&
      !vocabulary.fillers.has(reading.text(at + 1)) &&
      !(MORE_OF.test(reading.before(at, 1)) && !soundsLikeMood(words[at + 1]));
    if (compared) return at + 2;
  }
  if (!reading.allKnown(i, i + 1)) {
    if (OCCASION.test(reading.before(i, 8)) && !/^ \w+ times? /.test(rest))
      return clauseEnd(reading, i, true);
    if (PURPOSE.test(reading.before(i, 1)) && / to /.test(reading.from(i + 1, 2))) return i + 1;
  }
  const { text } = words[i];
  if (
    COMPARATIVE.test(text) &&
    !NOT_COMPARATIVE.has(text) &&
    (TURN.test(reading.before(i, 6)) || /(?:something|anything) $/.test(reading.before(i, 1)))
  )
    return i + 1;
  if (soundsLikeMood(words[i]) && describes(reading, i)) return i + 1;
  return refusedTopic(reading, i);
}

/** The end of a phrase of mood whose first word was read as a genre: "laugh out loud"; `i` where there is none. */
function moodFromGenre(reading: Reading, i: number): number {
  if (reading.role(i) !== 'genre') return i;
  const length = reading.vocabulary.moods.at(reading.words, i)?.length ?? 0;
  return length > 1 && joinable(reading, i, i + length) ? i + length : i;
}

/** Whether a word that names what is asked for, as `music` may, is here what that is about: "documentaries about music". */
function isTopic(reading: Reading, i: number): boolean {
  return (
    / about (?:(?:a|an|the) )?$/.test(` ${reading.before(i, 3)}`) &&
    reading.vocabulary.things.has(reading.text(i)) &&
    !/^(?:any|every|some|stuff|thing)/.test(reading.text(i))
  );
}

/** Claims phrases of asking and of grammar of at least that many words. */
function claimFillers(reading: Reading, least: number): void {
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const found = reading.vocabulary.fillers.at(reading.words, i);
    if (found === undefined || found.length < least || !reading.allFree(i, i + found.length)) continue;
    reading.claim(i, i + found.length, 'filler');
    i += found.length - 1;
  }
}

function claimThings(reading: Reading): void {
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    if (isTopic(reading, i)) continue;
    const found = reading.vocabulary.things.at(reading.words, i);
    if (found === undefined || !reading.allFree(i, i + found.length)) continue;
    reading.claim(i, i + found.length, 'thing');
    i += found.length - 1;
  }
}

/** Whether a phrase of mood may take these words: none but free ones and genres, as in "black comedy". */
function joinable(reading: Reading, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!reading.free(i) && reading.role(i) !== 'genre') return false;
  return true;
}

/** "no zombies", "without Meg Ryan": the end of an unwanted topic, which no field holds; `i` where there is none. */
function refusedTopic(reading: Reading, i: number): number {
  if (reading.allKnown(i, i + 1) || reading.text(i - 1) === 'never') return i;
  if (!REFUSAL.test(reading.before(i, 5))) return i;
  let end = i + 1;
  while (reading.free(end) && !reading.breakBefore(end) && !reading.allKnown(end, end + 1)) end++;
  return end;
}

/** The end of the clause that word `i` belongs to; of its phrase, where a preposition ends that. */
function clauseEnd(reading: Reading, i: number, phrase = false): number {
  let end = i + 1;
  while (reading.free(end) && !reading.breakBefore(end)) {
    if (phrase && /^(?:in|from|with|that|which|but|about|by|at|on|and|or|please)$/.test(reading.text(end)))
      break;
    end++;
  }
  return end;
}

/** Whether word `i` stands as an adjective before what is asked for, or after a linking verb. */
function describes(reading: Reading, i: number): boolean {
  const { words, vocabulary } = reading;
  for (let j = i + 1; j < Math.min(reading.length, i + 4); j++) {
    if (reading.breakBefore(j)) break;
    if (reading.role(j) === 'genre' || vocabulary.things.at(words, j) !== undefined) return true;
    if (reading.role(j) === undefined && !soundsLikeMood(words[j])) break;
  }
  return /(?:something|anything|is|are|be|feels|feel|really|very|too|so|bit|more|less|quite) $/.test(
    reading.before(i, 3),
  );
}
