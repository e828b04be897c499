/** What do simulated people ask? Five kinds of request, with what they mean and what a parser makes of them. */

import { EMPTY_PLAN, type QueryPlan, type RandomStream } from '../index.ts';
import { GENRES } from './genres.ts';
import { KNOWN_MOODS, type RequestCatalogue, UNKNOWN_MOODS } from './request-catalogue.ts';
import { DIMENSIONS } from './taste.ts';
import { WeightedDraw } from './weighted-draw.ts';

/** The kinds of request, and how often each comes. */
export const REQUEST_KINDS = {
  navigational: 0.3,
  keyword: 0.2,
  attribute: 0.2,
  'similar-with-twist': 0.15,
  vague: 0.15,
} as const;

/** A key of {@link REQUEST_KINDS}. */
export type RequestKind = keyof typeof REQUEST_KINDS;

/** A request in words, what it means, and what the fast path understands of it. */
export interface SimulatedQuery {
  readonly kind: RequestKind;
  readonly text: string;
  readonly plan: QueryPlan;
  /** The title that the answer should resemble, which is not wanted itself; -1 for none. */
  readonly anchor: number;
  readonly contradiction: boolean;
  /** The direction wanted; of length 1. */
  readonly intent: Float64Array;
  /** The direction that the parser's plan gives; zeros where it gives none. */
  readonly understood: Float64Array;
  /** Years wanted, both included; null for any. */
  readonly years: readonly [number, number] | null;
  /** Genre that no title may have; -1 for none. */
  readonly not: number;
  /** The one title that is looked for; -1 for none. */
  readonly target: number;
}

/** Share of names that are misspelt, so that the parser does not know them. */
const MISSPELT = 0.12;

const NICETIES = ['', 'a good', 'some', 'the best', 'show me', 'i would like'];
const OCCASIONS = [
  ...['tonight', 'with my sister', 'after a long shift', 'while it storms outside', 'for two'],
  ...['that stays with you', 'to fall asleep to', 'without thinking too hard', 'like when i was a student'],
];

const kinds = Object.keys(REQUEST_KINDS) as RequestKind[];
const kindDraw = new WeightedDraw(Object.values(REQUEST_KINDS));
const genreDraw = new WeightedDraw(GENRES.map(({ share }) => share));

/** Draws one request. */
export function drawQuery(catalogue: RequestCatalogue, random: RandomStream): SimulatedQuery {
  const draft = new Draft(catalogue, random);
  const kind = kinds[kindDraw.next(random)];
  if (kind === 'navigational') draft.navigate();
  else if (kind === 'keyword') draft.nameGenres();
  else if (kind === 'attribute') draft.nameAttributes();
  else if (kind === 'similar-with-twist') draft.compare();
  else draft.wish();
  return draft.query(kind);
}

/** A request in the making: each part adds words, a direction wanted, and what the parser understands of it. */
class Draft {
  readonly #catalogue: RequestCatalogue;
  readonly #random: RandomStream;
  readonly #words: string[] = [];
  readonly #plan = {
    ...{ genreAny: [] as string[], genreNot: [] as string[], similarTo: [] as string[] },
    ...{ moods: [] as string[], residual: [] as string[], title: [] as string[] },
    ...{ year: null as QueryPlan['year'], complex: false },
  };
  readonly #intent = new Float64Array(DIMENSIONS);
  readonly #understood = new Float64Array(DIMENSIONS);
  #anchor = -1;
  #contradiction = false;
  #years: [number, number] | null = null;
  #not = -1;
  #target = -1;

  constructor(catalogue: RequestCatalogue, random: RandomStream) {
    this.#catalogue = catalogue;
    this.#random = random;
  }

  navigate(): void {
    const { title, name, known } = this.#nameTitle();
    this.#say(name);
    this.#want(this.#catalogue.vectors, title, 1, known);
    this.#target = title;
    if (known) this.#plan.title = [`title-${title + 1}`];
    else this.#leave(name);
  }

  nameGenres(): void {
    this.#say(this.#pick(NICETIES));
    this.#genre(1);
    if (this.#random.uniform() < 0.4) this.#genre(1);
    this.#say('films');
  }

  nameAttributes(): void {
    this.nameGenres();
    this.#era(1970 + 10 * this.#random.below(6));
    if (this.#random.uniform() < 0.4) {
      this.#not = genreDraw.next(this.#random);
      const name = GENRES[this.#not].name;
      this.#say(`without ${name.toLowerCase()}`);
      this.#plan.genreNot.push(name);
    }
  }

  compare(): void {
    const { title, name, known } = this.#nameTitle();
    this.#say(`something like ${name} but`);
    this.#want(this.#catalogue.vectors, title, 1, known);
    this.#anchor = title;
    if (known) {
      this.#plan.similarTo.push(`title-${title + 1}`);
    } else this.#leave(name);
    this.#plan.complex = true;
    const twist = this.#random.uniform();
    if (twist < 0.6) this.#mood(0.8);
    else if (twist < 0.8) this.#genre(0.8);
    else {
      const decade = 1970 + 10 * this.#random.below(6);
      this.#era(decade);
      this.#contradiction = Math.abs(this.#catalogue.years[title] - decade - 4.5) > 5;
    }
  }

  wish(): void {
    this.#say(this.#pick(NICETIES));
    for (let mood = this.#random.below(3); mood >= 0; mood--) this.#mood(1);
    if (this.#random.uniform() < 0.3) this.#genre(0.7);
    else this.#say('film');
    const occasion = this.#pick(OCCASIONS);
    this.#say(occasion);
    this.#leave(occasion);
  }

  query(kind: RequestKind): SimulatedQuery {
    const complex = this.#plan.complex || this.#plan.residual.length > 0;
    const plan = { ...EMPTY_PLAN, ...this.#plan, exclude: this.#plan.similarTo, complex };
    return {
      ...{ kind, plan, anchor: this.#anchor, contradiction: this.#contradiction },
      text: this.#words.filter((word) => word !== '').join(' '),
      intent: unitVector(this.#intent),
      understood: unitVector(this.#understood),
      ...{ years: this.#years, not: this.#not, target: this.#target },
    };
  }

  #say(words: string): void {
    this.#words.push(words);
  }

  /** Words that the parser leaves over. */
  #leave(words: string): void {
    this.#plan.residual.push(...words.split(' '));
  }

  #pick(list: readonly string[]): string {
    return list[this.#random.below(list.length)];
  }

  #want(vectors: ArrayLike<number>, row: number, weight: number, known: boolean): void {
    for (let d = 0; d < DIMENSIONS; d++) {
      const x = weight * vectors[row * DIMENSIONS + d];
      this.#intent[d] += x;
      if (known) this.#understood[d] += x;
    }
  }

  #genre(weight: number): void {
    const genre = genreDraw.next(this.#random);
    this.#say(GENRES[genre].name.toLowerCase());
    this.#want(this.#catalogue.genreVectors, genre, weight, true);
    this.#plan.genreAny.push(GENRES[genre].name);
  }

  /** No column holds a mood: the parser may know the word, never the direction. */
  #mood(weight: number): void {
    const mood = this.#random.below(MOODS.length);
    this.#say(MOODS[mood]);
    this.#want(this.#catalogue.moodVectors[mood], 0, weight, false);
    if (mood < KNOWN_MOODS.length) {
      this.#plan.moods.push(MOODS[mood]);
      this.#plan.complex = true;
    } else this.#leave(MOODS[mood]);
  }

  #era(decade: number): void {
    this.#years = [decade, decade + 9];
    this.#plan.year = [decade, decade + 9];
    this.#say(`from the ${decade}s`);
  }

  #nameTitle(): { title: number; name: string; known: boolean } {
    const title = this.#random.below(this.#catalogue.names.length);
    const name = this.#catalogue.names[title].toLowerCase();
    if (this.#random.uniform() >= MISSPELT) return { title, name, known: true };
    // Two neighbours change places in the first half of the name.
    const at = 1 + this.#random.below(Math.floor(name.length / 2));
    return { title, name: name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2), known: false };
  }
}

const MOODS = [...KNOWN_MOODS, ...UNKNOWN_MOODS];

function unitVector(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((x) => x / length) : vector;
}
