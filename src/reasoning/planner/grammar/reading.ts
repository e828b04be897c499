/** What is known of each word of a request so far? Words, and what has claimed them. */

import { knows, type Vocabulary } from '../vocabulary.ts';
import type { Word } from '../words.ts';

/** What a word has been understood as. */
export type Role =
  | 'title'
  | 'name'
  | 'cue'
  | 'year'
  | 'setting'
  | 'minutes'
  | 'language'
  | 'available'
  | 'count'
  | 'genre'
  | 'sort'
  | 'mood'
  | 'thing'
  | 'filler';

/** A request while it is read: recognisers claim words in order, and see only what is left. */
export class Reading {
  readonly words: readonly Word[];
  readonly vocabulary: Vocabulary;
  /** Whether capitals tell anything: not where all words have them, or none. */
  readonly cased: boolean;
  readonly #roles: (Role | undefined)[];
  readonly #tail: string;
  /** Whether a word is of the vocabulary: 1 yes, 2 no, 0 not asked yet. */
  readonly #known: Uint8Array;
  readonly #quoted: readonly (readonly [number, number])[];

  /** @param tail what stands after the last word. @param shouted whether capitals tell nothing. */
  constructor(words: readonly Word[], vocabulary: Vocabulary, tail: string, shouted: boolean) {
    this.#tail = tail;
    this.words = words;
    this.vocabulary = vocabulary;
    this.cased = !shouted;
    this.#roles = new Array(words.length);
    this.#known = new Uint8Array(words.length);
    this.#quoted = quotedSpans(words, tail);
  }

  get length(): number {
    return this.words.length;
  }

  /** Spans of words in quotation marks: first word, and the one after the last. */
  get quoted(): readonly (readonly [number, number])[] {
    return this.#quoted;
  }

  role(i: number): Role | undefined {
    return this.#roles[i];
  }

  free(i: number): boolean {
    return i >= 0 && i < this.words.length && this.#roles[i] === undefined;
  }

  /** Whether all words from `start` to before `end` are there and unclaimed. */
  allFree(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (!this.free(i)) return false;
    return true;
  }

  /** Whether each of the words has a meaning besides being part of a name. */
  allKnown(start: number, end: number): boolean {
    for (let i = start; i < end; i++) {
      if (this.#known[i] === 0) this.#known[i] = knows(this.vocabulary, this.words[i].text) ? 1 : 2;
      if (this.#known[i] === 2) return false;
    }
    return true;
  }

  claim(start: number, end: number, role: Role): void {
    for (let i = start; i < end; i++) this.#roles[i] = role;
  }

  text(i: number): string {
    return this.words[i]?.text ?? '';
  }

  /** Whether word `i` has a capital, in a text where that says something. */
  capital(i: number): boolean {
    return this.cased && this.words[i].capital;
  }

  /** What stands before word `i`, or after the last one. */
  gapBefore(i: number): string {
    return this.words[i]?.gap ?? this.#tail;
  }

  /** Whether a comma, a full stop or the like, or an end, stands before word `i`. */
  breakBefore(i: number): boolean {
    return i <= 0 || i >= this.words.length || /[,.;:!?()"|]| - |^-{2,}$/.test(this.words[i].gap);
  }

  /** Up to `most` words before `i`, joined; `|` where the text breaks and `*` for what is claimed. */
  before(i: number, most = 8): string {
    let text = '';
    for (let j = Math.max(0, i - most); j < i; j++) {
      if (j > 0 && this.breakBefore(j)) text += '| ';
      text += `${this.#shown(j)} `;
    }
    return i > 0 && this.breakBefore(i) ? `${text}| ` : text;
  }

  /** Up to `most` words from `i` on, likewise, with the break before the first one. */
  after(i: number, most = 6): string {
    return `${this.breakBefore(i) ? ' |' : ''}${this.from(i, most)}`;
  }

  /** Up to `most` words from `i` on, likewise. */
  from(i: number, most = 6): string {
    let text = '';
    for (let j = i; j < Math.min(this.words.length, i + most); j++) {
      text += `${j > i && this.breakBefore(j) ? ' |' : ''} ${this.#shown(j)}`;
    }
    return `${text} `;
  }

  #shown(i: number): string {
    const role = this.#roles[i];
    return role === undefined || role === 'cue' || role === 'filler' || role === 'thing'
      ? this.words[i].text
      : '*';
  }
}

function quotedSpans(words: readonly Word[], tail: string): [number, number][] {
  const spans: [number, number][] = [];
  let open = -1;
  let sign = '';
  for (let i = 0; i <= words.length; i++) {
    const gap = words[i]?.gap ?? tail;
    for (const mark of gap) {
      if (mark !== '"' && mark !== "'") continue;
      if (open === -1) {
        open = i;
        sign = mark;
      } else if (mark === sign) {
        if (i > open) spans.push([open, i]);
        open = -1;
      }
    }
  }
  return spans;
}
