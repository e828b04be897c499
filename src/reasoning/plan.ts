/** What does a sentence ask for? The typed plan that a parser or a language model makes of it. */

/**
 * A request in words, as constraints that code can apply. Absent `year`, `minutes`, `count` and `sort` are null, absent
 * lists are empty. Items are named by their ids in the catalogue, never by text.
 */
export interface QueryPlan {
  /** First and last year, both included; null where that side is open. */
  readonly year: readonly [number | null, number | null] | null;
  /** Length in minutes, both ends included; null where that side is open. */
  readonly minutes: readonly [number | null, number | null] | null;
  /** Category names of the catalogue; an item must have one of them. Empty: any. */
  readonly genreAny: readonly string[];
  /** Category names of the catalogue that no item may have. */
  readonly genreNot: readonly string[];
  /** Languages of the catalogue, any of them. Empty: any. */
  readonly language: readonly string[];
  /** True where only what can be had now is wanted. */
  readonly available: boolean;
  /** Ids of the anchors: items that the answer should resemble. */
  readonly similarTo: readonly string[];
  /** Ids of items that must not be in the answer: the anchors, and what was seen or is unwanted. */
  readonly exclude: readonly string[];
  /** How many items are wanted. */
  readonly count: number | null;
  readonly sort: 'new' | 'popular' | null;
  /** Ids of the items that a plain look-up means; empty unless the request is one. */
  readonly title: readonly string[];
  /** Words of mood or style that no column holds, in their order; one that is denied begins with `no `. */
  readonly moods: readonly string[];
  /** Words that nothing understood, in their order: free text. */
  readonly residual: readonly string[];
  /** True where a language model may find more in the sentence than this plan: the router then weighs its price. */
  readonly complex: boolean;
}

/** Who made a plan. */
export type PlanSource = 'parser' | 'model' | 'cache';

/** The plan that asks for nothing. */
export const EMPTY_PLAN: QueryPlan = Object.freeze({
  year: null,
  minutes: null,
  genreAny: [],
  genreNot: [],
  language: [],
  available: false,
  similarTo: [],
  exclude: [],
  count: null,
  sort: null,
  title: [],
  moods: [],
  residual: [],
  complex: false,
});
