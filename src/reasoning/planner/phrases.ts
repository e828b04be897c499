/** Does a phrase that we know begin at this word? The longest one of a table. */

import { folded, type Word, wordsOf } from './words.ts';

/** A phrase found: how many words it takes, and what it means. */
export interface Found<T> {
  readonly length: number;
  readonly meaning: T;
}

/** A table of phrases of one or more words, each with a meaning. Cost of a look-up: one hash per length in use. */
export class Phrases<T> {
  readonly #meanings = new Map<string, T>();
  #longest = 0;

  /** Phrases divided by commas, all with one meaning. */
  add(phrases: string, meaning: T): this {
    for (const phrase of phrases.split(',')) {
      const words = wordsOf(phrase).map(({ text }) => text);
      if (words.length === 0) continue;
      this.#meanings.set(words.join(' '), meaning);
      this.#longest = Math.max(this.#longest, words.length);
    }
    return this;
  }

  /** The meaning of exactly this phrase. */
  get(phrase: string): T | undefined {
    return this.#meanings.get(folded(phrase));
  }

  /** All phrases, folded. */
  phrases(): string[] {
    return [...this.#meanings.keys()];
  }

  /** The longest phrase that begins at `start` and ends before `end`. */
  at(words: readonly Word[], start: number, end = words.length): Found<T> | undefined {
    let phrase = '';
    let found: Found<T> | undefined;
    const last = Math.min(end, start + this.#longest);
    for (let i = start; i < last; i++) {
      phrase += i === start ? words[i].text : ` ${words[i].text}`;
      const meaning = this.#meanings.get(phrase);
      if (meaning !== undefined) found = { length: i - start + 1, meaning };
    }
    return found;
  }
}
