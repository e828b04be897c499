/** Which titles does a request name, and what for: as an anchor, as seen or unwanted, or as what is looked up? */

import { numberWord } from '../lexicon/numbers.ts';
import { ALTERNATIVE, SHORTENED } from '../titles/title-keys.ts';
import type { Reading } from './reading.ts';
import { type Cue, cueBefore } from './title-cues.ts';
import { LONGEST, type Mention, type TitleFinder } from './title-finder.ts';
import {
  allPlain,
  capitalised,
  misspellable,
  plainAt,
  plausible,
  standsOut,
  titleByItself,
} from './title-rules.ts';

/** What the titles of a request are for; catalogue rows. */
export interface NamedTitles {
  readonly anchors: readonly number[];
  readonly unwanted: readonly number[];
  readonly lookup: readonly number[];
}

/** What joins the titles of a list. */
const LIST = new Set(['and', 'or', 'nor', 'plus', 'meets']);
/** What makes an anchor of the title before it, beside a hyphen or a blank. */
const LIKENESS_AFTER =
  /^(?:like|esque|ish|style|styled|type|inspired|vibes?|fans?|lovers?|lookalikes?|clones?)$/;
/** A twist on the title before it. */
const TWIST_AFTER = /^ \|? ?(?:but|only|except|meets|just) (?!not again)/;
/** `something like it`, after a title that was seen. */
const BACK_REFERENCE =
  /(?:like|similar to|resembles|akin to|vein as|more of|same as|close to) (?:it|that|this|them|those|these|that one|this one|both|these two) /;
const LIKED =
  /\* (?:\| )?(?:(?:and|i|we|which|really|absolutely|so|just) )*(?:loved|liked|enjoyed|adored) (?:it|them|that|both) /;
/** "submarine movies", "star wars films": a topic or a series, which no single title is. */
const PLURAL = /^(?:movies|films|flicks|songs|tracks|albums|books|novels|shows|series)$/;
/** Right before a title that is looked up. */
const ASKING_FOR =
  /(?:^| )(?:called|named|titled|tell me about|info on|information on|information about|details on|details about|who directed|who made|whos in|who is in|cast of|plot of|review of|reviews of|trailer for|trailer of|wheres|where is|watch|see|find|play|show|show me|have|got|get|get me|rent|stream|put on|need|want|is|called the|looking for|search for|searching for|hunting for|look up|rewatch|rewatching|playing|watching|streaming|hear|listen to|read|movie|film|song|album|track|book|novel|game|series|record|title|the movie|the film|pull up|bring up|cue up|queue up|put up|dig up|dig out|throw on|stick on|turn on|start|launch|load|queue|locate|fetch|you seen|you watched|ever seen|ever watched|never seen|never watched|never saw|never heard|never read|never tried|havent seen|havent watched|havent read|havent heard|not seen) $/;

/** Reads the titles of a request and claims their words and the words that say what they are for. */
export function readTitles(reading: Reading, finder: TitleFinder): NamedTitles {
  const only = wholeTitle(reading, finder);
  if (only !== undefined) {
    reading.claim(0, reading.length, 'title');
    return { anchors: [], unwanted: [], lookup: only.rows };
  }
  const anchors: number[] = [];
  const unwanted: number[] = [];
  const lookup: number[] = [];
  claimSeries(reading, finder);
  const plain = plainTitles(reading, finder);
  readCued(reading, finder, plain, anchors, unwanted);
  if (plain.size === 0 && anchors.length + unwanted.length === 0) {
    const wish = onlyWish(reading, finder);
    if (wish !== undefined) plain.set(wish.start, wish);
  }
  for (const { start, end, rows } of plain.values()) {
    reading.claim(start, end, 'title');
    if (reading.text(end) === 'again' && /(?:no|not) $/.test(reading.before(start, 2)))
      unwanted.push(...rows);
    else if (TWIST_AFTER.test(reading.after(end, 3)) || LIKENESS_AFTER.test(reading.text(end))) {
      anchors.push(...rows);
      if (LIKENESS_AFTER.test(reading.text(end))) reading.claim(end, end + 1, 'cue');
    } else lookup.push(...rows);
  }
  if (anchors.length === 0 && lookup.length > 0 && BACK_REFERENCE.test(whole(reading)))
    anchors.push(...lookup.splice(0));
  if (anchors.length + lookup.length === 0 && pointsBack(reading)) {
    anchors.push(...(unwanted.length > 0 ? unwanted.splice(0) : lastName(reading, finder)));
  }
  return { anchors, unwanted, lookup };
}

/** The title that the whole request is, with its year or without. */
function wholeTitle(reading: Reading, finder: TitleFinder): Mention | undefined {
  const { length } = reading;
  if (length === 0 || length > LONGEST) return undefined;
  const dated = length > 1 && /^\d{4}$/.test(reading.text(length - 1));
  for (const end of dated ? [length, length - 1] : [length]) {
    const mention = finder.named(reading, 0, end);
    if (mention?.end === length && (end < length || titleByItself(reading, 0, end, false))) return mention;
  }
  return undefined;
}

/** Claims names that several titles begin with, "star wars movies": they are free text, and hold no genre. */
function claimSeries(reading: Reading, finder: TitleFinder): void {
  for (let end = 2; end < reading.length; end++) {
    if (!PLURAL.test(reading.text(end)) || reading.breakBefore(end)) continue;
    for (let start = Math.max(0, end - LONGEST); start < end - 1; start++) {
      if (reading.allKnown(start, end) || finder.named(reading, start, end)?.level !== SHORTENED) continue;
      reading.claim(/^(?:a|an|the)$/.test(reading.text(start)) ? start + 1 : start, end, 'name');
      break;
    }
  }
}

/** Titles that stand out by themselves: in quotes, in capitals, or long; by their first word. */
function plainTitles(reading: Reading, finder: TitleFinder): Map<number, Mention> {
  const found = new Map<number, Mention>();
  const taken = new Uint8Array(reading.length);
  const take = (mention: Mention | undefined): void => {
    if (mention === undefined || taken.subarray(mention.start, mention.end).some((t) => t === 1)) return;
    taken.fill(1, mention.start, mention.end);
    found.set(mention.start, mention);
  };
  for (const [from, to] of reading.quoted) take(finder.named(reading, from, to, true));
  for (let at = 1; at < reading.length; at++) {
    if (/\($/.test(reading.words[at].gap) && /^\d{4}$/.test(reading.text(at)))
      take(dated(reading, finder, at));
    if (introduced(reading, at)) take(finder.from(reading, at, 'strong'));
  }
  // A part of a title stands out only where it is long: "Los Angeles" is no film.
  for (const [least, most] of [
    [3, SHORTENED],
    [2, ALTERNATIVE],
  ]) {
    for (let start = 0; start < reading.length; start++) {
      for (let end = Math.min(reading.length, start + LONGEST); end >= start + least; end--) {
        if (PLURAL.test(reading.text(end)) || !standsOut(reading, start, end)) continue;
        const mention = finder.named(reading, start, end);
        if (mention === undefined || taken[start] === 1 || mention.level > most) continue;
        take(mention);
        break;
      }
    }
  }
  return found;
}

/** The longest title that the year in parentheses at word `at` is of. */
function dated(reading: Reading, finder: TitleFinder, at: number): Mention | undefined {
  for (let start = Math.max(0, at - LONGEST); start < at; start++) {
    const mention = finder.named(reading, start, at);
    if (mention?.end === at + 1) return mention;
  }
  return undefined;
}

/** Whether word `at` begins a name: "a film called Her". */
function introduced(reading: Reading, at: number): boolean {
  if (reading.breakBefore(at) || at < 2 || !/^(?:called|entitled|titled|named)$/.test(reading.text(at - 1)))
    return false;
  return (
    reading.vocabulary.things.has(reading.text(at - 2)) || /^(?:its|is|was|thats)$/.test(reading.text(at - 2))
  );
}

/** Titles that a cue announces, with those listed after them; taken out of `plain`. */
function readCued(
  reading: Reading,
  finder: TitleFinder,
  plain: Map<number, Mention>,
  anchors: number[],
  unwanted: number[],
): void {
  for (const { start, end } of plain.values()) reading.claim(start, end, 'title');
  const take = (i: number): Mention | undefined => {
    const mention = plain.get(i);
    plain.delete(i);
    return mention;
  };
  for (let i = 0; i < reading.length; i++) {
    if (LIKENESS_AFTER.test(reading.text(i)) && reading.free(i) && i > 0) {
      const glued = reading.words[i].gap === '-';
      const fits = (start: number): boolean =>
        plausible(reading, start, i, glued ? 'strong' : 'weak') && (glued || reading.text(i) !== 'like');
      const before = finder.endingAt(reading, i, fits);
      if (before !== undefined) {
        reading.claim(before.start, before.end, 'title');
        reading.claim(i, i + 1, 'cue');
        anchors.push(...before.rows);
      }
    }
    if (!plain.has(i) && !reading.free(i)) continue;
    if (reading.text(i) === 'meets') {
      const first = finder.endingAt(reading, i, (start) => start === 0 || reading.capital(start));
      if (first !== undefined) {
        reading.claim(first.start, first.end, 'title');
        anchors.push(...first.rows);
      }
    }
    const cue = cueBefore(reading, i) ?? twisted(reading, finder, i);
    if (cue === undefined) continue;
    const first =
      take(i) ??
      (reading.free(i) ? bridged(reading, finder, plain, i, cue.weak ? 'weak' : 'strong') : undefined);
    if (first === undefined) continue;
    for (let j = i - cue.words; j < i; j++) if (reading.free(j)) reading.claim(j, j + 1, 'cue');
    let mention: Mention | undefined = first;
    while (mention !== undefined) {
      reading.claim(mention.start, mention.end, 'title');
      (cue.role === 'anchor' ? anchors : unwanted).push(...mention.rows);
      i = mention.end - 1;
      let j: number = mention.end;
      while (reading.free(j) && LIST.has(reading.text(j))) j++;
      if (j >= reading.length) break;
      if (j === mention.end && !/^[,/+&]/.test(reading.words[j].gap)) break;
      const more: Mention | undefined =
        take(j) ?? (reading.free(j) ? finder.after(reading, j, 'listed') : undefined);
      if (more !== undefined) reading.claim(mention.end, j, 'cue');
      mention = more;
    }
  }
}

/** "Jaws but in space": a title that opens the request and is twisted. */
function twisted(reading: Reading, finder: TitleFinder, i: number): Cue | undefined {
  if (i > 1 || (i === 1 && !/^(?:a|an|the)$/.test(reading.text(0))) || reading.allKnown(i, i + 1))
    return undefined;
  const title = finder.from(reading, i, 'strong');
  if (title === undefined) return undefined;
  const after = reading.after(title.end, 2);
  const turns =
    /^ (?:\| )?(?:but|only|except|meets) /.test(after) ||
    (reading.capital(i) && /^ (?:in|on|with|without|for) /.test(after));
  return turns ? { role: 'anchor', weak: false, words: 0 } : undefined;
}

/** The title after a cue, which may be one that stands out, behind words such as "the movie". */
function bridged(
  reading: Reading,
  finder: TitleFinder,
  plain: Map<number, Mention>,
  i: number,
  position: 'strong' | 'weak',
): Mention | undefined {
  const found = finder.after(reading, i, position);
  if (found !== undefined) return found;
  let j = i;
  while (
    j < i + 4 &&
    reading.free(j) &&
    /^(?:the|movie|film|show|series|song|album|book|classic|original|called)$/.test(reading.text(j))
  )
    j++;
  const mention = plain.get(j);
  plain.delete(j);
  return mention;
}

function whole(reading: Reading): string {
  return reading.before(reading.length, reading.length);
}

/** "I've seen Heat, show me something like it", "I watched Heat and loved it". */
function pointsBack(reading: Reading): boolean {
  const text = whole(reading);
  return BACK_REFERENCE.test(text) || LIKED.test(text);
}

/** The last title of one word with a capital, which only a word that points back to it makes one; claimed. */
function lastName(reading: Reading, finder: TitleFinder): readonly number[] {
  for (let i = reading.length - 1; i > 0; i--) {
    if (!reading.free(i) || !reading.capital(i) || reading.breakBefore(i) || reading.allKnown(i, i + 1))
      continue;
    if (/^(?:in|from|near|around)$/.test(reading.text(i - 1))) continue;
    const found = finder.named(reading, i, i + 1);
    if (found === undefined || found.level > ALTERNATIVE) continue;
    reading.claim(found.start, found.end, 'title');
    return found.rows;
  }
  return [];
}

/** "show me Inception", "do you have the matrix?": what is left when words of asking are taken away. */
function onlyWish(reading: Reading, finder: TitleFinder): Mention | undefined {
  const { length } = reading;
  let lead = 0;
  for (let words = 1; lead < length && words > 0; lead += words) words = plainAt(reading, lead);
  let tail = length;
  while (tail > lead && allPlain(reading, tail - 1, tail)) tail--;
  if (lead > 12) return undefined;
  for (let i = tail; i < length; i++) if (PLURAL.test(reading.text(i))) return undefined;
  // "Casino Royale from two thousand six"
  const dated =
    /^\d{4}$/.test(reading.text(tail - 1)) || numberWord(reading.text(tail - 1)) !== undefined ? 5 : 0;
  // "yo show me superbad", but not "people who find gold"
  const telling = RELATIVE.test(whole(reading));
  const last = (misspelt: boolean): number => (misspelt || telling ? Math.min(lead + 1, length) : length);
  for (const misspelt of [false, true]) {
    for (let start = 0; start < last(misspelt); start++) {
      const before = reading.before(start, 2);
      const article = reading.before(start, 3).replace(/(?:the|a|an) $/, '');
      if (start > 0 && !before.endsWith('| ') && !ASKING_FOR.test(before) && !ASKING_FOR.test(article))
        continue;
      for (let end = length; end >= Math.max(tail - dated, start + 1); end--) {
        if (end - start > LONGEST || (start > lead && reading.allKnown(start, end))) continue;
        if (misspelt ? !misspellable(reading, start, end) : !asked(reading, start, end)) continue;
        const found = finder.named(reading, start, end, misspelt);
        if (found !== undefined && found.end >= tail) return found;
      }
    }
  }
  return undefined;
}

/** What tells of a story. */
const RELATIVE = /(?:^| )(?:who|whose|whom|where|which|that|about|when|while|because|with|in) /;
/** In a text without capitals: "play the movie up". */
const KIND = /(?:^| )the (?:movie|film|song|album|track|book|novel|game|series|show) (?:called )?$/;

/** Whether the words may be what is looked up: words of asking alone only with capitals, "find the movie Big". */
function asked(reading: Reading, start: number, end: number): boolean {
  if (!reading.cased && end === reading.length && KIND.test(reading.before(start, 3))) {
    return reading.vocabulary.genres.get(reading.text(start)) === undefined;
  }
  if (!titleByItself(reading, start, end, start > 0 && !capitalised(reading, start, end))) return false;
  if (start === 0 || !allPlain(reading, start, end)) return true;
  return capitalised(reading, start, end) && ASKING_FOR.test(reading.before(start, 2));
}
