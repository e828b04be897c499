/** Which rows bear this title? Names of all titles by hash, and those a few typing errors away. */

import { TextColumn } from '../../../catalog/text-column.ts';
import { countBits } from '../../../vectors/bitset.ts';
import { distanceOfBytes } from './edit-distance.ts';
import { hashOf, KeyTable } from './key-table.ts';
import { keysOfTitle, SHORTENED } from './title-keys.ts';

const encoder = new TextEncoder();

/** Rows that bear a name, and how it follows from their title. */
export interface TitleMatch {
  /** Ascending, at most {@link MOST_NAMESAKES}. */
  readonly rows: readonly number[];
  /** 0 the title itself, 1 another name of it, 2 a part of it. */
  readonly level: number;
  /** Typing errors between the name asked for and the one found. */
  readonly errors: number;
}

/** Namesakes beyond these are not told: a name of so many items means none of them. */
export const MOST_NAMESAKES = 16;

/** Segments that a name is cut into: fewer errors than half of them leave one of them whole. */
const SEGMENTS = 4;
/** Names shorter than these have no room for one error, or for two. */
const LEAST_FOR_ONE = 5;
const LEAST_FOR_TWO = 10;

/**
 * Finds titles by name, exactly or misspelt.
 *
 * A misspelt name is found by its parts (Li, Deng, Wang and Feng 2011): cut into four segments, two errors leave at
 * least one whole unless both are swaps across a cut. Built once: about 8 microseconds and 200 bytes per title.
 */
export class TitleIndex {
  readonly #keys: TextColumn;
  readonly #rows: Uint32Array;
  readonly #levels: Uint8Array;
  /** 1 where the name lost an article. */
  readonly #articles: Uint8Array;
  readonly #exact: KeyTable;
  readonly #segments: KeyTable;
  readonly #letters: Uint32Array;
  readonly #years: Float64Array | undefined;

  /** @param years the year of each row, which tells the first of a series; NaN where unknown. */
  constructor(titles: TextColumn, years?: Float64Array) {
    const keys: string[] = [];
    const rows: number[] = [];
    const levels: number[] = [];
    const articles: number[] = [];
    for (let row = 0; row < titles.length; row++) {
      for (const { key, level, article } of keysOfTitle(titles.at(row))) {
        articles.push(article ? 1 : 0);
        keys.push(key);
        rows.push(row);
        levels.push(level);
      }
    }
    this.#keys = TextColumn.of(keys);
    this.#rows = Uint32Array.from(rows);
    this.#levels = Uint8Array.from(levels);
    this.#articles = Uint8Array.from(articles);
    this.#years = years;
    this.#exact = new KeyTable(
      Uint32Array.from(keys, (key) => hashOf(key)),
      Uint32Array.from(keys.keys()),
    );
    this.#letters = Uint32Array.from(keys, lettersOf);
    this.#segments = segmentTable(keys, levels);
  }

  /**
   * The rows of exactly this name, of the best level that has any, and of those the ones with an article as here, if any
   * are: `Heat` is not `The Heat`. Cost: one hash and a few comparisons.
   */
  exact(key: string, article: boolean): TitleMatch | undefined {
    if (key === '') return undefined;
    const found: number[] = [];
    let best = 2 * (SHORTENED + 1);
    this.#exact.each(hashOf(key), (entry) => {
      const rank = 2 * this.#levels[entry] + (article === (this.#articles[entry] === 1) ? 0 : 1);
      if (rank > best || this.#keys.at(entry) !== key) return undefined;
      if (rank < best) found.length = 0;
      best = rank;
      found.push(this.#rows[entry]);
      return undefined;
    });
    return this.#matchOf(found, best >>> 1, 0);
  }

  /**
   * The rows whose name is nearest to this one, at most two typing errors away, one for short names. Of several as near
   * one that differs by letters left out or doubled is taken, then the latest title. Digits are never misspelt.
   */
  near(key: string): TitleMatch | undefined {
    const most = key.length < LEAST_FOR_ONE ? 0 : key.length < LEAST_FOR_TWO ? 1 : 2;
    if (most === 0) return undefined;
    const bytes = encoder.encode(key);
    const letters = lettersOf(key);
    const digits = digitsOf(key);
    const { bytes: names, offsets } = this.#keys;
    const seen = new Set<number>();
    let found: number[] = [];
    let name = '';
    let least = most + 1;
    let level = SHORTENED + 1;
    const visit = (entry: number): undefined => {
      if (countBits(this.#letters[entry] ^ letters) > 2 * most || seen.has(entry)) return;
      seen.add(entry);
      const limit = Math.min(most, least);
      const errors = distanceOfBytes(bytes, names, offsets[entry], offsets[entry + 1], limit);
      if (errors > limit || errors === 0) return;
      const other = this.#keys.at(entry);
      if (digitsOf(other) !== digits) return;
      const rank = this.#levels[entry];
      const tie = errors === least && rank === level && other !== name;
      const better =
        errors < least ||
        (errors === least && rank < level) ||
        (tie && this.#likelier(key, entry, name, found[0]));
      if (!better && other !== name) return;
      if (better) {
        found = [];
        least = errors;
        level = rank;
        name = other;
      }
      if (rank === level) found.push(this.#rows[entry]);
    };
    for (let length = Math.max(LEAST_FOR_ONE, key.length - most); length <= key.length + most; length++) {
      const longer = key.length - length;
      for (let segment = 0; segment < SEGMENTS; segment++) {
        const [from, to] = cut(length, segment);
        for (let shift = -most; shift <= most; shift++) {
          // What shifts a segment, and what evens the lengths out behind it, are errors.
          if (Math.abs(shift) + Math.abs(longer - shift) > most) continue;
          if (from + shift < 0 || to + shift > key.length) continue;
          this.#segments.each(segmentHash(key, from + shift, to + shift, length, segment), visit);
        }
      }
    }
    return this.#matchOf(
      found.sort((a, b) => a - b),
      level,
      least,
    );
  }

  /** Whether a letter left out or doubled explains the entry but not the name before; else whether it is the later title. */
  #likelier(key: string, entry: number, name: string, row: number): boolean {
    const other = this.#keys.at(entry);
    const one = Math.abs(other.length - key.length) - Math.abs(name.length - key.length);
    return one > 0 || (one === 0 && this.#yearOf(this.#rows[entry]) > this.#yearOf(row));
  }

  /** A shortened name means the first of its series: the earliest year, then the lowest row. */
  #matchOf(found: readonly number[], level: number, errors: number): TitleMatch | undefined {
    if (found.length === 0) return undefined;
    const rows = [...new Set(found)];
    if (level < SHORTENED) return { rows: rows.slice(0, MOST_NAMESAKES), level, errors };
    const first = rows.reduce((best, row) =>
      (this.#yearOf(row) || Number.POSITIVE_INFINITY) < (this.#yearOf(best) || Number.POSITIVE_INFINITY)
        ? row
        : best,
    );
    return { rows: [first], level, errors };
  }

  /** The year of a row, 0 where unknown. */
  #yearOf(row: number): number {
    return this.#years?.[row] || 0;
  }
}

/** Ends of a segment of a name of that length. */
function cut(length: number, segment: number): [number, number] {
  return [Math.floor((length * segment) / SEGMENTS), Math.floor((length * (segment + 1)) / SEGMENTS)];
}

function segmentHash(key: string, from: number, to: number, length: number, segment: number): number {
  return (hashOf(key, from, to) ^ Math.imul(length * SEGMENTS + segment + 1, 0x9e3779b1)) >>> 0;
}

function segmentTable(keys: readonly string[], levels: readonly number[]): KeyTable {
  const eligible = (i: number): boolean =>
    keys[i].length >= (levels[i] < SHORTENED ? LEAST_FOR_ONE : LEAST_FOR_TWO);
  let count = 0;
  for (let i = 0; i < keys.length; i++) if (eligible(i)) count += SEGMENTS;
  const hashes = new Uint32Array(count);
  const entries = new Uint32Array(count);
  let next = 0;
  for (let i = 0; i < keys.length; i++) {
    if (!eligible(i)) continue;
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const [from, to] = cut(keys[i].length, segment);
      hashes[next] = segmentHash(keys[i], from, to, keys[i].length, segment);
      entries[next++] = i;
    }
  }
  return new KeyTable(hashes, entries);
}

function digitsOf(key: string): string {
  return key.replace(/\D/g, '');
}

/** Which letters and digits a name holds, one bit each: names within e errors differ in at most 2 e of them. */
function lettersOf(key: string): number {
  let letters = 0;
  for (let i = 0; i < key.length; i++) letters |= 1 << (key.charCodeAt(i) & 31);
  return letters >>> 0;
}
