/** Which titles does a request name, and what for: as an anchor, as seen, or as what is looked up? */

import type { TitleIndex, TitleMatch } from '../titles/title-index.ts';
import { keyOf, leadsWithArticle } from '../titles/title-keys.ts';
import type { Reading } from './reading.ts';
import { cueBefore } from './title-cues.ts';
import {
  allPlain,
  asks,
  capitalised,
  misspellable,
  plausible,
  stands,
  titleByItself,
  worth,
} from './title-rules.ts';

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

/** What may stand between a cue and the title. */
const BRIDGE = new Set(
  'the movie film movies films classic original show series song album track record book novel game old first called one ones likes of as by my both either watching seeing all about so much really just is are was were already'.split(
    ' ',
  ),
);
const BETWEEN = new Set('the movie film show series song album book novel game original'.split(' '));
const LIST = new Set(['and', 'or', 'nor', 'plus', 'meets', 'x', 'with', 'cross']);
/** `something like it`, after a title that was liked or seen. */
const BACK_REFERENCE =
  /(?:like|similar to|resembles|akin to|vein as|more of|same as|close to) (?:it|that|this|them|those|these|that one|this one|both|these two) (?:\||$|\w)/;

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
      if (
        /^ \|? ?(?:but|only|except|meets|style|vibes?|esque|fans?|lookalikes?|clones?|lovers?|likes?|type|kind|again) /.test(
          after,
        )
      ) {
        (/^ \|? ?again /.test(after) && /\b(?:not|no) /.test(before) ? unwanted : anchors).push(
          ...mention.rows,
        );
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
      const cue = cueBefore(reading, i);
      if (cue === undefined) continue;
      const { role } = cue;
      let mention = this.#titleFrom(reading, i, role === 'anchor' ? 'strong' : 'weak');
      if (mention === undefined) continue;
      for (let j = i - cue.words; j < i; j++) if (reading.free(j)) reading.claim(j, j + 1, 'cue');
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
      if (
        unwanted.length > 0 &&
        /\* (?:\| )?(?:and |i |which i |really |absolutely |so |we )*(?:loved|liked|enjoyed|adored) (?:it|them|that|both)\b/.test(
          all,
        )
      )
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
      if (
        skipped > 0 &&
        !/^(?: \|? ?(?:the|from|of|in|film|movie|version|one))+ \d{4} /.test(reading.from(end, skipped + 1))
      )
        continue;
      const same = match.rows.filter((row) => this.#years?.[row] === Number(reading.text(at)));
      if (same.length > 0 && (skipped === 0 || match.rows.length > 1))
        return { start, end: at + 1, rows: same };
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
        const called = /(?:movie|film|show|song|album|book|called|named|titled|watch|play|see|find) $/.test(
          reading.before(start, 2),
        );
        if (!titleByItself(reading, start, end, !(called || start === 0))) continue;
        if (start > 0 && allPlain(reading, start, end) && !(called && capitalised(reading, start, end)))
          continue;
        const found = this.#named(reading, start, end, false);
        if (found !== undefined) return found;
      }
    }
    for (let start = 0; start <= Math.min(lead, length - 1); start++) {
      if (start < lead && !BRIDGE.has(reading.text(start))) continue;
      for (const end of new Set([length, tail])) {
        if (
          end - start > 10 ||
          end <= start ||
          !reading.allFree(start, end) ||
          !misspellable(reading, start, end)
        )
          continue;
        const near = this.#named(reading, start, end, true);
        if (near !== undefined) return near;
      }
    }
    return undefined;
  }
}
