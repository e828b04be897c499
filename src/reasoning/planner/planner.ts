/** What does a sentence ask for? A parser that knows the catalogue, English, and no more. */

import type { Catalog } from '../../catalog/catalog.ts';
import { unexpected } from '../../errors.ts';
import { EMPTY_PLAN, type QueryPlan } from '../plan.ts';
import { readCount } from './grammar/counts.ts';
import { readGenres } from './grammar/genres.ts';
import { readAvailable, readLanguage } from './grammar/languages.ts';
import { readMinutes } from './grammar/minutes.ts';
import { Reading, type Role } from './grammar/reading.ts';
import { readRemainder } from './grammar/remainder.ts';
import { readSort } from './grammar/sorts.ts';
import { TitleFinder } from './grammar/title-finder.ts';
import { type NamedTitles, readTitles } from './grammar/titles.ts';
import { readYears } from './grammar/years.ts';
import { type PlanColumns, planColumns } from './plan-columns.ts';
import { TitleIndex } from './titles/title-index.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';
import { MOST_CHARACTERS, normalised, tailOf, wordsOf } from './words.ts';

/** Options of {@link Planner.of}. */
export interface PlannerOptions {
  /** Which column holds what; by default found by name. */
  readonly columns?: Partial<PlanColumns>;
  /** The year that "last year" counts from. @default the year in which the planner is made */
  readonly thisYear?: number;
}

/** A request as it was understood. */
export interface ParsedRequest {
  readonly plan: QueryPlan;
  /** Words that no constraint of the plan holds, in their order: moods, free text, words of grammar, eras of a setting. */
  readonly left: readonly string[];
  /** True where constraints exclude one another, as two eras do; the plan then holds the more explicit one. */
  readonly contradiction: boolean;
}

/** Roles whose words a constraint of the plan holds. */
const HELD = new Set<Role | undefined>([
  ...(['title', 'cue', 'year', 'minutes', 'language', 'available', 'count', 'genre', 'sort'] as const),
]);

const NO_TITLES: NamedTitles = { anchors: [], unwanted: [], lookup: [] };
/** Cues that deny stay among the words that are left: whether the plan holds what they deny is a matter of their place. */
const DENIES = /^(?:not?|never|nothing|un\w+|\w+nt)$/;

/** Words of a request that are read. */
const MOST_WORDS = 200;

/**
 * Turns a request in English into a {@link QueryPlan} without a model: titles, years, genres, counts and the rest are
 * recognised by a grammar over the words, with the categories, languages and titles of the catalogue as vocabulary.
 *
 * What it makes of a doubt:
 * - a title is read before anything else, so that a year, a number or a genre within it is no constraint; a single common
 *   word is a title only in quotes, after words such as "like", with a capital, or as the whole request;
 * - a title that several items share means all of them, unless a year stands beside it; a shortened one ("Star Wars")
 *   the first of its series, but "Star Wars movies" none: the name is free text; of two as near to a misspelt one the
 *   later; one never seen is not excluded;
 * - years: "made in" or "released after" beats an era that merely colours the request; ranges that overlap are cut to
 *   what both allow, eras in a list joined; an era of style or setting gives no range;
 * - genres: "no X" beats X, a genre by name beats another word for it ("horror but nothing scary" is horror);
 * - whatever no field holds stays in `moods` or, as free text, in `residual`.
 *
 * A plan is a pure function of the planner and the text.
 *
 * @example
 * ```ts
 * const planner = Planner.of(catalog);
 * planner.plan('a sci-fi movie that feels like Blade Runner but was made in the 90s').year; // [1990, 1999]
 * ```
 */
export class Planner {
  readonly #catalog: Catalog;
  readonly #columns: PlanColumns;
  readonly #vocabulary: Vocabulary;
  readonly #titles: TitleFinder | undefined;
  readonly #shortest: number;
  readonly #longest: number;
  readonly #thisYear: number;

  private constructor(catalog: Catalog, columns: PlanColumns, thisYear: number) {
    this.#catalog = catalog;
    this.#columns = columns;
    this.#thisYear = thisYear;
    this.#vocabulary = vocabularyOf(catalog, columns);
    const years = columns.year === undefined ? undefined : catalog.column(columns.year, 'number').values;
    if (columns.title !== undefined) {
      this.#titles = new TitleFinder(new TitleIndex(catalog.column(columns.title, 'text'), years), years);
    }
    const lengths =
      columns.minutes === undefined
        ? []
        : [...catalog.column(columns.minutes, 'number').values].filter((value) => value > 0);
    lengths.sort((a, b) => a - b);
    this.#shortest = lengths[Math.floor(lengths.length / 4)] ?? 0;
    this.#longest = lengths[Math.floor((lengths.length * 3) / 4)] ?? 0;
  }

  /**
   * Builds the planner of a catalogue, once for each snapshot. Cost: about 8 microseconds and 200 bytes per title, 8 seconds for a million.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for options that are none, or columns that the catalogue lacks.
   */
  static of(catalog: Catalog, options: PlannerOptions = {}): Planner {
    if (typeof options !== 'object' || options === null) throw unexpected('an object', 'options', options);
    const { columns, thisYear = new Date().getUTCFullYear() } = options;
    if (!Number.isInteger(thisYear)) throw unexpected('a whole number', 'thisYear', thisYear);
    return new Planner(catalog, planColumns(catalog, columns), thisYear);
  }

  /**
   * The plan of a request. Of a longer text the first {@link MOST_CHARACTERS} are read, and of those 200 words; one
   * without words is the empty plan, which is complex. Cost: about 50 microseconds, 80 with a million titles; a search for
   * a misspelt title may take milliseconds among those.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for anything but a text.
   */
  plan(text: string): QueryPlan {
    return this.parse(text).plan;
  }

  /** The plan of a request with the words that it does not hold, likewise. */
  parse(text: string): ParsedRequest {
    if (typeof text !== 'string') throw unexpected('a text', 'text', text);
    const clean = normalised(text.slice(0, MOST_CHARACTERS));
    const words = wordsOf(clean).slice(0, MOST_WORDS);
    if (words.length === 0) return { plan: { ...EMPTY_PLAN, complex: true }, left: [], contradiction: false };
    const shouted = !/\p{Ll}/u.test(clean) || !/\p{Lu}/u.test(clean);
    const reading = new Reading(words, this.#vocabulary, tailOf(clean), shouted);
    const named = this.#titles === undefined ? NO_TITLES : readTitles(reading, this.#titles);
    const minutes =
      this.#columns.minutes === undefined ? null : readMinutes(reading, this.#shortest, this.#longest);
    const years = readYears(reading, this.#thisYear);
    const language = readLanguage(reading);
    const available = readAvailable(reading);
    const genres = readGenres(reading);
    const { sort, denied } = readSort(reading);
    const count = readCount(reading);
    const { moods, residual, twist } = readRemainder(reading);

    const ids = (rows: readonly number[]): string[] =>
      [...new Set(rows)].map((row) => this.#catalog.idOf(row));
    const hasYears = this.#columns.year !== undefined;
    const constrained =
      years.range !== null || minutes !== null || genres.any.length + genres.not.length + language.length > 0;
    // A title that is named beside constraints or a twist is not looked up: it is what the answer should resemble.
    const resembled = constrained || twist || moods.length > 0 || named.anchors.length > 0;
    const anchors = resembled ? [...named.anchors, ...named.lookup] : named.anchors;
    const lookup = anchors.length > 0 ? [] : named.lookup;
    const style = moods.length > 0 || years.unheld || denied;
    const contradiction = years.contradiction || genres.contradiction;
    const turned = anchors.length > 0 && (style || twist || constrained);
    const empty =
      !constrained &&
      !available &&
      anchors.length + named.unwanted.length + lookup.length + residual.length === 0 &&
      count === null &&
      sort === null;
    const plan: QueryPlan = {
      year: hasYears ? years.range : null,
      minutes,
      genreAny: genres.any,
      genreNot: genres.not,
      language,
      available,
      similarTo: ids(anchors),
      exclude: ids([...anchors, ...named.unwanted]),
      count,
      sort,
      title: ids(lookup),
      moods,
      residual,
      complex: style || contradiction || turned || empty,
    };
    const left = words
      .filter(
        ({ text: word }, i) => !HELD.has(reading.role(i)) || (reading.role(i) === 'cue' && DENIES.test(word)),
      )
      .map((word) => word.text);
    return { plan, left, contradiction };
  }
}
