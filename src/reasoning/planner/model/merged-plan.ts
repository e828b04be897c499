/** What do the parser and the model ask for together? The parser's constraints stand, the model adds. */

import type { QueryPlan } from '../../plan.ts';
import type { ParsedRequest } from '../planner.ts';
import type { PlanAnswer } from './plan-answer.ts';

/** Ids of titles that were found, and titles that were not. */
export interface NamedItems {
  readonly like: readonly string[];
  /** Those of `like` that the request itself names. */
  readonly named: readonly string[];
  readonly unwanted: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * The plan of both. Nothing that the parser found is dropped, widened or contradicted: a range, a list of genres wanted, a
 * language or a sort of its own stays as it is, and what it excludes stays excluded; an era that it took for style or
 * setting gives no range. The model fills what is empty, bans more, adds anchors, moods and words. Counts and what can be
 * had are the parser's alone.
 */
export function mergedPlan(
  { plan: parsed, left }: ParsedRequest,
  answer: PlanAnswer,
  items: NamedItems,
): QueryPlan {
  const genreAny =
    parsed.genreAny.length > 0
      ? parsed.genreAny
      : answer.genreAny.filter((name) => !parsed.genreNot.includes(name));
  const genreNot = union(
    parsed.genreNot,
    answer.genreNot.filter((name) => !genreAny.includes(name)),
  );
  const exclude = union(
    parsed.exclude,
    [...items.named, ...items.unwanted].filter((id) => !parsed.title.includes(id)),
  );
  const wanted = items.like.filter((id) => parsed.similarTo.includes(id) || !items.unwanted.includes(id));
  return {
    year: parsed.year ?? (left.some(isEra) ? null : answer.year),
    minutes: parsed.minutes ?? answer.minutes,
    genreAny,
    genreNot,
    language: parsed.language.length > 0 ? parsed.language : answer.language,
    available: parsed.available,
    similarTo: union(
      parsed.similarTo,
      // What the parser took for seen or unwanted is no anchor.
      wanted.filter((id) => !parsed.exclude.includes(id)),
    ),
    exclude,
    count: parsed.count,
    sort: parsed.sort ?? answer.sort,
    title: parsed.title,
    moods: union(parsed.moods, answer.moods),
    residual: union(parsed.residual, [...answer.free, ...items.unknown]),
    complex: false,
  };
}

/** A year or a decade that is left over tells of style or setting: the parser saw it, and made no range of it. */
const ERA = /^(?:(?:1[89]|20)\d\d|(?:(?:1[89]|20)?\d0)s|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)$/;
const isEra = (word: string): boolean => ERA.test(word);

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
