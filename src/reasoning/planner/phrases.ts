/** Does a phrase that we know begin at this word? The longest one of a table. */

import { type Word, wordsOf } from './words.ts';

/** A phrase found: how many words it takes, and what it means. */
export interface Found<T> {
  readonly length: number;
  readonly meaning: T;
}

/** A table of phrases of one or more words, each with a meaning. Cost of a look-up: one hash per length in use. */
export class Phrases<T> {
  /** Those that nobody has looked up since: tables of the language are declared where the module is loaded. */
  readonly #added: [phrases: string, meaning: T][] = [];
  readonly #table = new Map<string, T>();
  #longest = 0;

  /** Phrases divided by commas, all with one meaning. */
  add(phrases: string, meaning: T): this {
    this.#added.push([phrases, meaning]);
    return this;
  }

  /** The meaning of exactly this folded phrase. */
  get(phrase: string): T | undefined {
    return this.#meanings().get(phrase);
  }

  /** Whether this folded phrase is one of them. */
  has(phrase: string): boolean {
    return this.#meanings().has(phrase);
  }

  /** All phrases, folded. */
  phrases(): string[] {
    return [...this.#meanings().keys()];
  }

  /** The longest phrase that ends right before `end`. */
  endingAt(words: readonly Word[], end: number): Found<T> | undefined {
    const meanings = this.#meanings();
    let phrase = '';
    let found: Found<T> | undefined;
    const first = Math.max(0, end - this.#longest);
    for (let i = end - 1; i >= first; i--) {
      phrase = i === end - 1 ? words[i].text : `${words[i].text} ${phrase}`;
      const meaning = meanings.get(phrase);
      if (meaning !== undefined) found = { length: end - i, meaning };
    }
    return found;
  }

  /** The longest phrase that begins at `start` and ends before `end`. */
  at(words: readonly Word[], start: number, end = words.length): Found<T> | undefined {
    const meanings = this.#meanings();
    let phrase = '';
    let found: Found<T> | undefined;
    const last = Math.min(end, start + this.#longest);
    for (let i = start; i < last; i++) {
      phrase += i === start ? words[i].text : ` ${words[i].text}`;
      const meaning = meanings.get(phrase);
      if (meaning !== undefined) found = { length: i - start + 1, meaning };
    }
    return found;
  }

  #meanings(): ReadonlyMap<string, T> {
    for (const [phrases, meaning] of this.#added.splice(0)) {
      for (const phrase of phrases.split(',')) {
        const words = wordsOf(phrase).map(({ text }) => text);
        if (words.length === 0) continue;
        this.#table.set(words.join(' '), meaning);
        this.#longest = Math.max(this.#longest, words.length);
      }
    }
    return this.#table;
  }
}
