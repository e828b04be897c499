/** Which titles does a text search face? Words, names and tags with Zipf frequencies, and queries as people type them. */

import { FastRandom } from './random.mjs';

/** The most frequent words of English prose, most frequent first; the others are generated. */
const FUNCTION_WORDS =
  `the of and to a in is that for it his with as was he on be by an at from her who they their not
  but this are when has she have one all him two after into which out up its about`.split(/\s+/);

const ONSETS = 'b c d f g h j k l m n p r s t v w br ch cl cr dr fl gr pl pr sh sl st str th tr'.split(' ');
const VOWELS = 'a e i o u a e i o ai ea ee ou'.split(' ');
const CODAS = ['', '', '', 'n', 'r', 's', 't', 'l', 'm', 'd', 'ck', 'nd', 'st', 'ng'];

const GENRES =
  `Action Adventure Animation Children Comedy Crime Documentary Drama Fantasy Horror Musical Mystery Noir
  Romance Science-Fiction Thriller War Western`.split(/\s+/);

/**
 * Distinct words that can be pronounced, of one syllable where they are frequent and of up to four where they are rare.
 * @param {number} count @param {FastRandom} random @param {readonly string[]} first
 */
function vocabulary(count, random, first = []) {
  const pick = (/** @type {readonly string[]} */ from) => from[Math.floor(random.uniform() * from.length)];
  const words = new Set(first);
  while (words.size < count) {
    const least = 1 + Math.floor((2 * words.size) / count);
    const syllables = least + Math.floor(random.uniform() * 2);
    let word = '';
    for (let i = 0; i < syllables; i++) word += pick(ONSETS) + pick(VOWELS) + pick(CODAS);
    words.add(word);
  }
  return [...words];
}

/** Cumulative weights 1 / (rank + shift). @param {number} count @param {number} shift */
function zipf(count, shift) {
  const cumulative = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank++) {
    total += 1 / (rank + 1 + shift);
    cumulative[rank] = total;
  }
  return cumulative;
}

const capital = (/** @type {string} */ word) => word[0].toUpperCase() + word.slice(1);

/**
 * Titles by number: any can be made without the others.
 *
 * Descriptions hold 15 to 35 of 120,000 words; titles one to five of the same words, half of them with "The"; three to
 * five people of 4,000 first and 80,000 last names; up to eight of 5,000 tags, one to three genres.
 */
export class GeneratedTitles {
  #seed;
  #words;
  #first;
  #last;
  #tags;
  #frequency = {
    words: zipf(120_000, 1),
    // Titles avoid function words.
    content: zipf(120_000 - FUNCTION_WORDS.length, 20),
    first: zipf(4000, 5),
    last: zipf(80_000, 50),
    tags: zipf(5000, 5),
  };

  /** @param {number} seed */
  constructor(seed) {
    this.#seed = seed;
    const random = new FastRandom(seed, 1);
    this.#words = vocabulary(120_000, random, FUNCTION_WORDS);
    this.#first = vocabulary(4000, random).map(capital);
    this.#last = vocabulary(80_000, random).map(capital);
    this.#tags = Array.from({ length: 5000 }, () =>
      Array.from({ length: 1 + Math.floor(random.uniform() * 2) }, () => this.#content(random)).join(' '),
    );
  }

  /** @param {FastRandom} random */
  #content(random) {
    return this.#words[FUNCTION_WORDS.length + random.place(this.#frequency.content)];
  }

  /** Draws for one property of one title. @param {number} row @param {number} property */
  #draws(row, property) {
    const random = new FastRandom(this.#seed, 2 + 8 * row + property);
    const below = (/** @type {number} */ count) => Math.floor(random.uniform() * count);
    const times = (/** @type {number} */ length, /** @type {() => string} */ one) =>
      Array.from({ length }, one);
    return { random, below, times };
  }

  /** @param {number} row */
  title(row) {
    const { random, below, times } = this.#draws(row, 0);
    const words = times(1 + Math.min(below(5), below(5)), () => capital(this.#content(random)));
    if (words.length > 2 && below(3) === 0) words.splice(1, 0, 'of', 'the');
    return below(2) === 0 ? words.join(' ') : `The ${words.join(' ')}`;
  }

  /** @param {number} row */
  people(row) {
    const { random, below, times } = this.#draws(row, 1);
    const { first, last } = this.#frequency;
    return times(3 + below(3), () => `${this.#first[random.place(first)]} ${this.#last[random.place(last)]}`);
  }

  /** @param {number} row */
  tags(row) {
    const { random, below, times } = this.#draws(row, 2);
    return times(below(9), () => this.#tags[random.place(this.#frequency.tags)]);
  }

  /** @param {number} row */
  genres(row) {
    const { below, times } = this.#draws(row, 3);
    return times(1 + below(3), () => GENRES[below(GENRES.length)]);
  }

  /** @param {number} row */
  description(row) {
    const { random, below, times } = this.#draws(row, 4);
    return `${capital(times(15 + below(21), () => this.#words[random.place(this.#frequency.words)]).join(' '))}.`;
  }

  /**
   * What people type: one to six words of a title, its people, tags or description; two in five break off within the last
   * word, three in ten hold a typo.
   * @param {number} count @param {number} rows
   */
  queries(count, rows) {
    const random = new FastRandom(this.#seed, 0);
    const below = (/** @type {number} */ limit) => Math.floor(random.uniform() * limit);
    return Array.from({ length: count }, () => {
      const row = below(rows);
      const title = this.title(row);
      const [person] = this.people(row);
      const tags = [...this.tags(row), ...this.genres(row)].join(' ');
      const texts = [title, title, person, `${title} ${person}`, tags, this.description(row)];
      const words = texts[below(texts.length)].toLowerCase().replace('.', '').split(' ');
      const length = 1 + below(6);
      const start = below(Math.max(1, words.length - length + 1));
      const typed = words.slice(start, start + length);
      const last = typed.length - 1;
      if (below(5) < 2 && typed[last].length > 3)
        typed[last] = typed[last].slice(0, 2 + below(typed[last].length - 2));
      if (below(10) < 3) {
        const at = below(typed.length);
        typed[at] = misspelt(typed[at], below);
      }
      return typed.join(' ');
    });
  }
}

/** One letter left out, doubled, exchanged for another or for its neighbour. @param {string} word @param {(limit: number) => number} below */
function misspelt(word, below) {
  if (word.length < 4) return word;
  const at = below(word.length - 1);
  const [before, letter, next, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  const kinds = [
    before + next + after,
    before + letter + letter + next + after,
    `${before}e${next}${after}`,
    before + next + letter + after,
  ];
  return kinds[below(kinds.length)];
}
