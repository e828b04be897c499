/** Which titles does a request name, and what for: as an anchor, as seen, or as what is looked up? */

import type { TitleIndex, TitleMatch } from '../titles/title-index.ts';
import { keyOf, leadsWithArticle } from '../titles/title-keys.ts';
import type { Reading } from './reading.ts';

/** What the titles of a request are for; catalogue rows. */
export interface NamedTitles {
  readonly anchors: readonly number[];
  readonly unwanted: readonly number[];
  readonly lookup: readonly number[];
}

/** A title found at words `start` to before `end`. */
interface Mention {
  readonly start: number;
  readonly end: number;
  readonly rows: readonly number[];
}

/** Words of a title at most. */
const LONGEST = 16;

const PRONOUNS = new Set(
  'it its this that these those them they him her she he us we me you i one ones something anything nothing what which'.split(' '),
);
/** `like up` is a title, `like more comedies` is not. */
const CONNECTIVES = new Set('but and or with from in by for to of the a an is are that which who not only except please'.split(' '));

const LIKENESS =
  /(?:^| )(?:like|likes|liked|loved|love|loving|enjoyed|enjoy|adored|adore|similar to|similar as|similarity to|resembles|resembling|resemble|akin to|comparable to|close to|closest to|along the lines of|in the vein of|in the veins of|in the spirit of|in the style of|in the mould of|in the mold of|in the manner of|same vein as|same style as|same vibe as|same vibes as|same feel as|same mood as|same spirit as|same tone as|same kind as|vibe of|vibes of|feel of|mood of|spirit of|tone of|style of|reminiscent of|reminds me of|remind me of|reminding me of|reminded me of|fan of|fans of|big fan of|fond of|into|obsessed with|crazy about|in love with|favou?rite is|favou?rites are|favou?rite movie is|favou?rite film is|based on my love of|a la|inspired by|cross between|mix of|mixture of|mash up of|blend of|combination of|successor to|companion to|follow up to|alternatives to|alternative to|equivalent of|answer to|another|next|more|as good as|after watching|after seeing|after finishing|just finished|finished|watch after|see after|related to|compare to|compared to|else like|feels like|feel like|looks like|sounds like|plays like|such as|kind of like|sort of like|for lovers of|lovers of|for people who liked|for people who loved|same as|à la) $/;
const SEEN =
  /(?:^| )(?:seen|saw|watched|rewatched|already know|already own|already read|already heard|already played|heard|know|finished watching|except|except for|excluding|exclude|besides|beside|apart from|aside from|other than|but not|not|no|without|minus|skip|skipping|leave out|leaving out|omit|ignore|ignoring|avoid|avoiding|hate|hated|hates|dislike|disliked|dislikes|tired of|sick of|bored of|bored with|fed up with|instead of|rather than|anything but|everything but|dont recommend|dont suggest|dont show me|dont give me|do not recommend|do not suggest|do not show me|dont want|do not want|didnt like|did not like|dont like|do not like|didnt enjoy|did not enjoy|couldnt stand|cant stand|never liked|unlike|not counting|not including|no more) $/;
/** These say no where an anchor's words follow: `didn't like Heat`, `nothing like Up`. */
const REFUSED =
  /(?:^| )(?:didnt|did not|dont|do not|doesnt|does not|never|not|nothing|isnt|wasnt|hardly|nobody|without anything|no more|not too|cant say i) (?:really |particularly |much |at all |so |that |to be |anything |something |quite |very |too |even )*(?:like|likes|liked|love|loved|enjoy|enjoyed|similar to|into|fan of|a fan of|fond of|another|more) $/;
const REFUSED_LOOSELY = /(?:^| )(?:nothing|not|never) (?:like|similar to) $/;
/** What may stand between a cue and the title. */
const BRIDGE = new Set('the movie film movies films classic original show series song album track record book novel game old first called one ones likes of as by my both either watching seeing all about so much really just is are was were already'.split(' '));
const BETWEEN = new Set('the movie film show series song album book novel game original'.split(' '));
const LIST = new Set(['and', 'or', 'nor', 'plus', 'meets', 'x', 'with', 'cross']);
/** `something like it`, after a title that was liked or seen. */
const BACK_REFERENCE = /(?:like|similar to|resembles|akin to|vein as|more of|same as|close to) (?:it|that|this|them|those|these|that one|this one|both|these two) (?:\||$|\w)/;

/** Finds titles by their position in the sentence; claims their words and the words that say what they are for. */
export class TitleReader {
  readonly #index: TitleIndex;
  readonly #years: Float64Array | undefined;

  constructor(index: TitleIndex, years: Float64Array | undefined) {
    this.#index = index;
    this.#years = years;
  }

  /** Reads the titles of a request. Cost: a hash per window of words, and few searches for misspelt ones. */
  read(reading: Reading): NamedTitles {
    const anchors: number[] = [];
    const unwanted: number[] = [];
    const lookup: number[] = [];

    const whole = this.#whole(reading);
    if (whole !== undefined) {
      lookup.push(...whole.rows);
      reading.claim(0, reading.length, 'title');
      return { anchors, unwanted, lookup };
    }

    const mentions = this.#cued(reading, anchors, unwanted);
    const later = this.#uncued(reading);
    for (const mention of later) {
      reading.claim(mention.start, mention.end, 'title');
      const after = reading.after(mention.end, 4);
      const before = reading.before(mention.start, 6);
      if (/^ \|? ?(?:but|only|except|meets|style|vibes?|esque|fans?|lookalikes?|clones?|lovers?|likes?|type|kind|again) /.test(after)) {
        (/^ \|? ?again /.test(after) && /\b(?:not|no) /.test(before) ? unwanted : anchors).push(...mention.rows);
      } else if (/(?:seen|watched|saw) $/.test(before)) unwanted.push(...mention.rows);
      else lookup.push(...mention.rows);
    }
    void mentions;
    return { anchors, unwanted, lookup };
  }

  /** Titles that a cue announces, with those listed after them. */
  #cued(reading: Reading, anchors: number[], unwanted: number[]): void {
    for (let i = 0; i < reading.length; i++) {
      if (!reading.free(i)) continue;
      const role = cueBefore(reading, i);
      if (role === undefined) continue;
      let mention = this.#titleFrom(reading, i, role === 'anchor' ? 'strong' : 'weak');
      if (mention === undefined) continue;
      const rows = role === 'anchor' ? anchors : unwanted;
      let next = i;
      for (;;) {
        reading.claim(mention.start, mention.end, 'title');
        rows.push(...mention.rows);
        next = mention.end;
        let j = next;
        while (reading.free(j) && LIST.has(reading.text(j))) j++;
        if (j === next && !(reading.free(j) && /^,|^\/|^&|^\+/.test(reading.words[j].gap))) break;
        const more: Mention | undefined = this.#titleFrom(reading, j, 'listed');
        if (more === undefined) break;
        reading.claim(next, j, 'cue');
        mention = more;
      }
      i = next - 1;
    }
    if (anchors.length === 0 && unwanted.length > 0) {
      for (let i = 0; i < reading.length; i++) {
        if (reading.free(i) && BACK_REFERENCE.test(reading.from(i, 5).trimStart())) {
          anchors.push(...unwanted.splice(0));
          break;
        }
      }
      // "I've seen Heat and loved it": what was seen is liked.
      const all = reading.before(reading.length, 40);
      if (unwanted.length > 0 && /\* (?:\| )?(?:and |i |which i |really |absolutely |so |we )*(?:loved|liked|enjoyed|adored) (?:it|them|that|both)\b/.test(all))
        anchors.push(...unwanted.splice(0));
    }
  }

  /** The title that begins at word `i`, or after words that may stand before one. */
  #titleFrom(reading: Reading, i: number, position: 'strong' | 'weak' | 'listed'): Mention | undefined {
    for (let start = i; start < Math.min(reading.length, i + 5); start++) {
      const found = this.#at(reading, start, position);
      if (found !== undefined) {
        reading.claim(i, start, 'cue');
        return found;
      }
      const bridge = position === 'listed' ? BETWEEN : BRIDGE;
      if (!reading.free(start) || !bridge.has(reading.text(start))) return undefined;
    }
    return undefined;
  }

  #at(reading: Reading, start: number, position: 'strong' | 'weak' | 'listed'): Mention | undefined {
    const quoted = reading.quoted.find(([from]) => from === start);
    if (quoted !== undefined) {
      const found = this.#named(reading, start, quoted[1], true);
      if (found !== undefined) return found;
    }
    let end = start;
    while (end < reading.length && end < start + LONGEST && reading.free(end)) end++;
    let exact: Mention | undefined;
    for (let to = end; to > start && exact === undefined; to--) {
      if (plausible(reading, start, to, position)) exact = this.#named(reading, start, to, false);
    }
    for (let to = end; to > (exact?.end ?? start); to--) {
      if (to - start > 8 || !misspellable(reading, start, to)) continue;
      if (position !== 'strong' && !capitalised(reading, start, to) && to - start < 2) continue;
      const near = this.#named(reading, start, to, true);
      if (near !== undefined && (exact === undefined || worth(reading, exact.end, near.end))) return near;
    }
    return exact;
  }

  /** The rows of the words as a title, with the year that may follow; near ones too where `misspelt`. */
  #named(reading: Reading, start: number, end: number, misspelt: boolean): Mention | undefined {
    const texts = reading.words.slice(start, end).map(({ text }) => text);
    const key = keyOf(texts);
    let match: TitleMatch | undefined = this.#index.exact(key, leadsWithArticle(texts));
    if (match === undefined && misspelt) match = this.#index.near(key);
    if (match === undefined) return undefined;
    // "King Kong (1933)", "King Kong 1933", "King Kong from 1933" name one of the namesakes.
    for (const skipped of [0, 1, 2]) {
      const at = end + skipped;
      if (!reading.free(at) || !/^\d{4}$/.test(reading.text(at))) continue;
      if (skipped > 0 && !/^(?: \|? ?(?:the|from|of|in|film|movie|version|one))+ \d{4} /.test(reading.from(end, skipped + 1))) continue;
      const same = match.rows.filter((row) => this.#years?.[row] === Number(reading.text(at)));
      if (same.length > 0 && (skipped === 0 || match.rows.length > 1)) return { start, end: at + 1, rows: same };
    }
    return { start, end, rows: match.rows };
  }

  /** The title that the whole request is. */
  #whole(reading: Reading): Mention | undefined {
    const { length } = reading;
    if (length === 0 || length > LONGEST) return undefined;
    const year = length > 1 && /^\d{4}$/.test(reading.text(length - 1)) ? length - 1 : length;
    for (const end of new Set([length, year])) {
      const mention = this.#named(reading, 0, end, false);
      if (mention === undefined || mention.end !== length) continue;
      if (end < mention.end || titleByItself(reading, 0, end)) return mention;
    }
    return undefined;
  }

  /** Titles that no cue announces: quoted, capitalised, or all that is asked for. */
  #uncued(reading: Reading): Mention[] {
    const mentions: Mention[] = [];
    for (const [from, to] of reading.quoted) {
      if (!reading.allFree(from, to)) continue;
      const found = this.#named(reading, from, to, true);
      if (found !== undefined) mentions.push(found);
    }
    if (mentions.length > 0) return mentions;
    const only = this.#onlyWish(reading);
    if (only !== undefined) return [only];
    for (let start = 0; start < reading.length; start++) {
      for (let end = Math.min(reading.length, start + LONGEST); end > start + 1; end--) {
        if (!reading.allFree(start, end) || !stands(reading, start, end)) continue;
        const found = this.#named(reading, start, end, false);
        if (found === undefined) continue;
        mentions.push(found);
        start = found.end - 1;
        break;
      }
    }
    return mentions;
  }

  /** "show me Inception", "do you have the matrix?": what is left when words of asking are taken away. */
  #onlyWish(reading: Reading): Mention | undefined {
    const { length } = reading;
    let lead = 0;
    while (lead < length && reading.free(lead) && asks(reading, lead)) lead++;
    let tail = length;
    while (tail > lead && reading.free(tail - 1) && asks(reading, tail - 1)) tail--;
    if (lead > 12) return undefined;
    for (let start = 0; start <= Math.min(lead, length - 1); start++) {
      for (let end = length; end >= Math.max(tail, start + 1); end--) {
        if (!reading.allFree(start, end) || end - start > LONGEST) continue;
        const called = /(?:movie|film|show|song|album|book|called|named|titled|watch|play|see|find) $/.test(reading.before(start, 2));
        if (!titleByItself(reading, start, end, !(called || start === 0))) continue;
        if (start > 0 && allPlain(reading, start, end) && !(called && capitalised(reading, start, end))) continue;
        const found = this.#named(reading, start, end, false);
        if (found !== undefined) return found;
      }
    }
    for (let start = 0; start <= Math.min(lead, length - 1); start++) {
      if (start < lead && !BRIDGE.has(reading.text(start))) continue;
      for (const end of new Set([length, tail])) {
        if (end - start > 10 || end <= start || !reading.allFree(start, end) || !misspellable(reading, start, end)) continue;
        const near = this.#named(reading, start, end, true);
        if (near !== undefined) return near;
      }
    }
    return undefined;
  }
}

function cueBefore(reading: Reading, i: number): 'anchor' | 'unwanted' | undefined {
  const before = reading.before(i, 7).replace(/\| $/, '');
  if (before.endsWith('| ')) return undefined;
  if (REFUSED.test(before) || REFUSED_LOOSELY.test(before)) return 'unwanted';
  // "I would like ...", "I'd love to": a wish, not a likeness.
  if (/(?:would|id|wed|should|youd|hed|shed|theyd) (?:really |also |just )*(?:like|love|enjoy) $/.test(before)) return undefined;
  if (SEEN.test(before)) return 'unwanted';
  return LIKENESS.test(before) ? 'anchor' : undefined;
}

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

function allPlain(reading: Reading, start: number, end: number): boolean {
  const { fillers, things } = reading.vocabulary;
  for (let i = start; i < end; i++) {
    const { text } = reading.words[i];
    if (fillers.get(text) === undefined && things.get(text) === undefined) return false;
  }
  return true;
}

function asks(reading: Reading, i: number): boolean {
  return reading.vocabulary.fillers.get(reading.text(i)) !== undefined || reading.vocabulary.things.get(reading.text(i)) !== undefined;
}

/** Whether every word that bears weight has a capital, in a text where that says something. */
function capitalised(reading: Reading, start: number, end: number): boolean {
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
function plausible(reading: Reading, start: number, end: number, position: 'strong' | 'weak' | 'listed'): boolean {
  const one = end - start === 1;
  const { text } = reading.words[start];
  const { genres, things } = reading.vocabulary;
  if (capitalised(reading, start, end) && !(one && (start === 0 || genres.get(text) !== undefined || text === 'i'))) return true;
  if (one && (PRONOUNS.has(text) || genres.get(text) !== undefined || things.get(text) !== undefined)) return false;
  if (one && position === 'listed' && reading.cased) return false;
  if (!allKnown(reading, start, end)) return position !== 'weak' || !one || closes(reading, end) && seenBefore(reading, start);
  if (one) return position === 'strong' && !CONNECTIVES.has(text) && closes(reading, end);
  if (onlyConstraints(reading, start, end)) return false;
  return position === 'strong' && end - start > 2 && closes(reading, end);
}

function seenBefore(reading: Reading, start: number): boolean {
  return /(?:seen|saw|watched|heard|played|read|know) $/.test(reading.before(start, 3));
}

/** Whether the sentence ends or turns after word `end - 1`. */
function closes(reading: Reading, end: number): boolean {
  return end >= reading.length || reading.breakBefore(end) || /^(?:but|and|or|only|with|from|please|again|made|set|released|except|without)$/.test(reading.text(end));
}

function onlyConstraints(reading: Reading, start: number, end: number): boolean {
  const { genres, things, moods } = reading.vocabulary;
  let i = start;
  let constraint = false;
  while (i < end) {
    const found = genres.at(reading.words, i, end) ?? moods.at(reading.words, i, end) ?? things.at(reading.words, i, end);
    if (found !== undefined) {
      constraint = true;
      i += found.length;
    } else if (/^(?:a|an|the|some|any|of|for|new|best|good|great|top|or|and|more|most|other|else|\d+s?)$/.test(reading.text(i))) i++;
    else return false;
  }
  return constraint;
}

/** Whether words that are all of a request, or all but words of asking, are a title rather than a wish. */
function titleByItself(reading: Reading, start: number, end: number, led = false): boolean {
  const { genres, things } = reading.vocabulary;
  const { text } = reading.words[start];
  if (end - start === 1 && (genres.get(text) !== undefined || things.get(text) !== undefined)) return false;
  if (!onlyConstraints(reading, start, end)) return !led || !allPlain(reading, start, end);
  return end - start > 1 && capitalised(reading, start, end) && !reading.words.slice(start, end).some((word) => !word.capital);
}

/** Whether the words stand out as a title without a cue: capitals, or long and of rare words. */
function stands(reading: Reading, start: number, end: number): boolean {
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
function misspellable(reading: Reading, start: number, end: number): boolean {
  if (allKnown(reading, start, end) || CONNECTIVES.has(reading.text(end - 1))) return false;
  for (let i = start; i < end; i++) if (reading.vocabulary.things.get(reading.text(i)) !== undefined) return false;
  return true;
}

/** Whether the words between an exact title and a longer misspelt one are part of a name. */
function worth(reading: Reading, exactEnd: number, nearEnd: number): boolean {
  return !allKnown(reading, exactEnd, nearEnd);
}
