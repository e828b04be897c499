/** Do two plans ask for the same? Equality of what they constrain and of what they are near to. */

import type { QueryPlan } from '../plan.ts';

/**
 * Whether two plans are the same in everything but `complex`: ranges and flags equal, lists equal as sets. Two requests
 * whose plans differ must never share an answer ("not horror" and "horror").
 *
 * @example
 * ```ts
 * samePlan(EMPTY_PLAN, { ...EMPTY_PLAN, genreNot: ['Horror'] }); // false
 * ```
 */
export function samePlan(a: QueryPlan, b: QueryPlan): boolean {
  return (
    sameRange(a.year, b.year) &&
    sameRange(a.minutes, b.minutes) &&
    a.available === b.available &&
    a.count === b.count &&
    a.sort === b.sort &&
    LISTS.every((list) => sameSet(a[list], b[list]))
  );
}

const LISTS = [
  'genreAny',
  'genreNot',
  'language',
  'similarTo',
  'exclude',
  'title',
  'moods',
  'residual',
] as const satisfies readonly (keyof QueryPlan)[];

function sameRange(a: QueryPlan['year'], b: QueryPlan['year']): boolean {
  return a === null || b === null ? a === b : a[0] === b[0] && a[1] === b[1];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const others = new Set(b);
  return new Set(a).size === others.size && a.every((entry) => others.has(entry));
}
