/** By what are items sorted where the sentence asks for the newest or the most popular? */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { QueryPlan } from '../../../reasoning/plan.ts';
import { planColumns } from '../../../reasoning/planner/plan-columns.ts';

/** The key of every row, larger first; NaN where it has none. */
export type SortKeys = (sort: NonNullable<QueryPlan['sort']>) => ArrayLike<number>;

/** `new` by the column that the planner takes for years, `popular` by positives. Without years no item is the newest. */
export function sortKeys(catalog: Catalog, popularity: Uint32Array): SortKeys {
  const { year } = planColumns(catalog);
  const years =
    year === undefined
      ? new Float64Array(catalog.size).fill(Number.NaN)
      : catalog.column(year, 'number').values;
  return (sort) => (sort === 'new' ? years : popularity);
}
