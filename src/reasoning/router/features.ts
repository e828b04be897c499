/** What is known of a request before money is spent on it? A vector of fixed order, names and ranges. */

import { unexpected } from '../../errors.ts';
import type { QueryPlan } from '../plan.ts';
import { agreement, PLACES, scoreShape, unit } from './score-shape.ts';

/** One ranked list of results. */
export interface RankedLeg {
  /** Catalogue rows, best first. */
  readonly rows: ArrayLike<number>;
  /** Their scores, descending; any scale. */
  readonly scores: ArrayLike<number>;
}

/** What {@link routeFeatures} looks at; whoever serves the request knows all of it before a model is asked. */
export interface RouteFeatureInput {
  /** The request in words, as typed; empty if there is none. */
  readonly text: string;
  /** What the parser made of it. */
  readonly plan: QueryPlan;
  /** Titles that the text names as anchors, found in the catalogue or not; at least `plan.similarTo.length`. */
  readonly anchorsNamed: number;
  /** True where constraints exclude one another, such as the years and the anchor. */
  readonly contradiction: boolean;
  /** Results of the text search, best first; empty where it did not run. */
  readonly textLeg: RankedLeg;
  /** Results of the vector search, best first; empty where it did not run. */
  readonly vectorLeg: RankedLeg;
  /** Candidates before the constraints of the plan were applied. */
  readonly candidates: number;
  /** Those of them that satisfy the plan. */
  readonly satisfying: number;
  /** Interactions known of the user; 0 for an unknown one. */
  readonly userEvents: number;
  /** Earlier requests in words of this session that this one rewords. */
  readonly reformulations: number;
}

/** Names of the features, in the order of the vector; each in [0, 1]. The order never changes within a version. */
export const ROUTE_FEATURES = [
  /** ln(1 + characters) / ln(4001), at most 1. */
  'length',
  /** Words that the parser did not understand, as a share of all. */
  'residual-share',
  /** Words of mood or style, as a share of all. */
  'mood-share',
  /** Kinds of hard constraint in the plan, of six. */
  'constraints',
  /** 1 where something is ruled out: a category, or an item that is no anchor. */
  'negation',
  /** Anchors named, of three. */
  'anchors',
  /** Share of the anchors named that the catalogue has. */
  'anchors-resolved',
  'contradiction',
  /** 1 where the parser says that a model may find more. */
  'complex',
  /** 1 for the look-up of a title. */
  'look-up',
  /** 1 where an order is stated. */
  'sort',
  'text-gap',
  'text-entropy',
  'vector-gap',
  'vector-entropy',
  /** Jaccard similarity of the first dozen of both searches. */
  'agreement',
  /** Candidates that satisfy the plan, as a share of all. */
  'satisfying-share',
  /** Candidates that satisfy the plan, of the dozen that is shown. */
  'enough',
  /** 1 / sqrt(1 + interactions known of the user). */
  'coldness',
  /** Reformulations in the session, of four. */
  'reformulations',
] as const;

/** A name of {@link ROUTE_FEATURES}. */
export type RouteFeature = (typeof ROUTE_FEATURES)[number];

const LONGEST = Math.log1p(4000);

/**
 * The features of a request, in the order of {@link ROUTE_FEATURES}; all finite and in [0, 1]. Cost: about a microsecond.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a count that is not a number of at least 0.
 * @example
 * ```ts
 * const none = { rows: [], scores: [] };
 * const features = routeFeatures({
 *   ...{ text: 'something slow', plan: { ...EMPTY_PLAN, residual: ['something', 'slow'] } },
 *   ...{ anchorsNamed: 0, contradiction: false, textLeg: none, vectorLeg: none },
 *   ...{ candidates: 500, satisfying: 500, userEvents: 0, reformulations: 0 },
 * });
 * features[ROUTE_FEATURES.indexOf('residual-share')]; // 1
 * ```
 */
export function routeFeatures(input: RouteFeatureInput): Float64Array {
  const { text, plan, textLeg, vectorLeg } = input;
  const anchorsNamed = count('anchorsNamed', input.anchorsNamed);
  const candidates = count('candidates', input.candidates);
  const satisfying = count('satisfying', input.satisfying);
  const userEvents = count('userEvents', input.userEvents);
  const reformulations = count('reformulations', input.reformulations);
  const words = Math.max(1, wordsIn(text));
  const anchors = plan.similarTo.length;
  const textShape = scoreShape(textLeg.scores);
  const vectorShape = scoreShape(vectorLeg.scores);
  const constraints =
    flag(plan.year !== null) +
    flag(plan.minutes !== null) +
    flag(plan.genreAny.length > 0) +
    flag(plan.genreNot.length > 0) +
    flag(plan.language.length > 0) +
    flag(plan.available);
  return Float64Array.of(
    unit(Math.log1p(text.length) / LONGEST),
    unit(plan.residual.length / words),
    unit(plan.moods.length / words),
    constraints / 6,
    flag(plan.genreNot.length > 0 || plan.exclude.length > anchors),
    unit(anchorsNamed / 3),
    anchorsNamed > 0 ? unit(anchors / anchorsNamed) : 0,
    flag(input.contradiction),
    flag(plan.complex),
    flag(plan.title.length > 0),
    flag(plan.sort !== null),
    textShape.gap,
    textShape.entropy,
    vectorShape.gap,
    vectorShape.entropy,
    agreement(textLeg.rows, vectorLeg.rows),
    candidates > 0 ? unit(satisfying / candidates) : 0,
    unit(satisfying / PLACES),
    1 / Math.sqrt(1 + userEvents),
    unit(reformulations / 4),
  );
}

const flag = (yes: boolean): number => (yes ? 1 : 0);

function count(name: string, value: number): number {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw unexpected('a number from 0', name, value);
  return value;
}

/** Runs of characters between white space. */
function wordsIn(text: string): number {
  let words = 0;
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const space = text.charCodeAt(i) <= 32 || text.charCodeAt(i) === 160;
    if (!space && !inside) words++;
    inside = !space;
  }
  return words;
}
