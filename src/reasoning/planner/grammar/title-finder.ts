/** Which title do these words name? Windows of words looked up in the titles of the catalogue. */

import type { TitleIndex } from '../titles/title-index.ts';
import { keyOf, leadsWithArticle } from '../titles/title-keys.ts';
import { yearAt } from './eras.ts';
import type { Reading } from './reading.ts';
import { capitalised, misspellable, type Position, plausible } from './title-rules.ts';

/** A title found at words `start` to before `end`; catalogue rows. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly rows: readonly number[];
  /** How the name follows from the title: {@link TitleMatch.level}. */
  readonly level: number;
}

/** Words of a title at most, and of one that may be misspelt. */
export const LONGEST = 16;
const LONGEST_MISSPELT = 10;

/** What may stand between a cue and the title, and between the titles of a list. */
const BRIDGE = new Set(
  `the movie film movies films classic original show series song songs album track record book novel game old first called
  one ones likes of as by my both either very these those following watching seeing all about so much really just is are was were already`.split(
    /\s+/,
  ),
);
const BETWEEN = new Set('the movie film show series song album book novel game original'.split(' '));

/** Looks windows of words up. */
export class TitleFinder {
  readonly #index: TitleIndex;
  readonly #years: Float64Array | undefined;

  /** @param years the year of each row, which tells namesakes apart. */
  constructor(index: TitleIndex, years: Float64Array | undefined) {
    this.#index = index;
    this.#years = years;
  }

  /**
   * The title that the words are, with the year that may follow: "King Kong (1933)", "King Kong from 1933", "the 1933 King Kong" name one of the
   * namesakes. Misspelt ones too where `misspelt`. Cost: a hash; a search by parts where misspelt.
   */
  named(reading: Reading, start: number, end: number, misspelt = false): Mention | undefined {
    const texts = reading.words.slice(start, end).map(({ text }) => text);
    const key = keyOf(texts);
    const match =
      this.#index.exact(key, leadsWithArticle(texts)) ?? (misspelt ? this.#index.near(key) : undefined);
    if (match === undefined) return undefined;
    const { level } = match;
    const lead = start - 1;
    if (reading.free(lead) && match.rows.length > 1 && /^\d{4}$/.test(reading.text(lead))) {
      const same = this.#ofYear(match.rows, Number(reading.text(lead)));
      if (same.length > 0) return { start: lead, end, rows: same, level };
    }
    for (const skipped of [0, 1, 2]) {
      const at = end + skipped;
      const dated = yearAt(reading, at);
      if (dated === undefined) continue;
      const between = reading.from(end, skipped);
      if (skipped > 0 && !/^(?: (?:the|from|of|in|film|movie|version|one))+ $/.test(between)) continue;
      // "War of the Worlds (1953)" is known as "The War of the Worlds".
      const others = this.#index.exact(key, !leadsWithArticle(texts))?.rows ?? [];
      const own = this.#ofYear(match.rows, dated.from);
      const same = own.length > 0 ? own : this.#ofYear(others, dated.from);
      const certain = skipped === 0 || match.rows.length > 1 || dated.end === reading.length;
      if (same.length > 0 && certain) return { start, end: dated.end, rows: same, level };
    }
    return { start, end, rows: match.rows, level };
  }

  #ofYear(rows: readonly number[], year: number): number[] {
    return rows.filter((row) => this.#years?.[row] === year);
  }

  /** The title that begins at word `i`, or after words that may stand before one, which are claimed. */
  after(reading: Reading, i: number, position: Position): Mention | undefined {
    const bridge = position === 'listed' ? BETWEEN : BRIDGE;
    for (let start = i; start < Math.min(reading.length, i + 5); start++) {
      const found = this.from(reading, start, position);
      if (found !== undefined) {
        reading.claim(i, start, 'cue');
        return found;
      }
      if (!reading.free(start) || !bridge.has(reading.text(start))) return undefined;
    }
    return undefined;
  }

  /** The longest title that begins at word `start`; a misspelt one where it takes in more of the name. */
  from(reading: Reading, start: number, position: Position): Mention | undefined {
    let end = start;
    while (end < Math.min(reading.length, start + LONGEST) && reading.free(end)) end++;
    let exact: Mention | undefined;
    for (let to = end; to > start && exact === undefined; to--) {
      if (plausible(reading, start, to, position)) exact = this.named(reading, start, to);
    }
    for (let to = Math.min(end, start + LONGEST_MISSPELT); to > (exact?.end ?? start); to--) {
      if (!misspellable(reading, start, to)) continue;
      if (position !== 'strong' && !capitalised(reading, start, to) && to - start < 2) continue;
      if (position === 'weak') break;
      // What follows an exact title must be part of a name, or it is no longer title.
      if (exact !== undefined && (reading.breakBefore(exact.end) || reading.allKnown(exact.end, to)))
        continue;
      const near = this.named(reading, start, to, true);
      if (near !== undefined) return near;
    }
    return exact;
  }

  /** The longest title that ends right before word `end`, by its exact name. */
  endingAt(reading: Reading, end: number, fits: (start: number) => boolean): Mention | undefined {
    for (let start = Math.max(0, end - LONGEST); start < end; start++) {
      if (!reading.allFree(start, end) || !fits(start)) continue;
      const found = this.named(reading, start, end);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
