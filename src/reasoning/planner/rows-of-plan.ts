/** Which items may answer? The hard constraints of a plan as a set of rows. */

import type { Catalog } from '../../catalog/catalog.ts';
import { rowsOf as lengthOf } from '../../catalog/column.ts';
import { Bitset } from '../../vectors/bitset.ts';
import type { QueryPlan } from '../plan.ts';
import { type PlanColumns, planColumns } from './plan-columns.ts';

/**
 * The rows that meet every hard constraint of a plan: year, minutes, genres, language, availability, exclusions. Null
 * where nothing is constrained, or only by columns that the catalogue lacks. An item whose year, length or language is
 * not known meets no constraint on it. Cost: one pass over each column named.
 *
 * @param columns as {@link Planner} was given them; found by their names otherwise.
 * @example
 * ```ts
 * const rows = rowsOfPlan(catalog, { ...EMPTY_PLAN, year: [1990, 1999], genreNot: ['Horror'] }); // Bitset
 * ```
 */
export function rowsOfPlan(
  catalog: Catalog,
  plan: QueryPlan,
  columns: Partial<PlanColumns> = {},
): Bitset | null {
  const known = planColumns(catalog, columns);
  const parts: Bitset[] = [];
  for (const [column, range] of [
    [known.year, plan.year],
    [known.minutes, plan.minutes],
  ] as const) {
    if (column === undefined || range === null || (range[0] === null && range[1] === null)) continue;
    parts.push(catalog.filter({ column, from: range[0] ?? undefined, to: range[1] ?? undefined }));
  }
  if (plan.genreAny.length > 0 && known.genres.length > 0) {
    const any = new Bitset(catalog.size);
    for (const column of known.genres) any.or(catalog.filter({ column, anyOf: plan.genreAny }));
    parts.push(any);
  }
  if (plan.genreNot.length > 0) {
    for (const column of known.genres) parts.push(catalog.filter({ column, noneOf: plan.genreNot }));
  }
  if (plan.language.length > 0 && known.language !== undefined) {
    parts.push(inLanguage(catalog, known.language, plan.language));
  }
  if (plan.available && known.available !== undefined) {
    parts.push(catalog.filter({ column: known.available, from: Number.MIN_VALUE }));
  }
  const excluded = plan.exclude.flatMap((id) => catalog.rowOf(id) ?? []);
  if (excluded.length > 0) parts.push(Bitset.of(catalog.size, excluded).not());
  if (parts.length === 0) return null;
  return parts.reduce((rows, part) => rows.and(part));
}

function inLanguage(catalog: Catalog, name: string, languages: readonly string[]): Bitset {
  const column = catalog.column(name);
  if (column.kind === 'categories') return catalog.filter({ column: name, anyOf: languages });
  const rows = new Bitset(lengthOf(column));
  for (const language of languages) rows.or(catalog.filter({ column: name, is: language }));
  return rows;
}
