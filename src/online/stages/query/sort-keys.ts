/** By what are items sorted where the sentence asks for the newest or the most popular? */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { QueryPlan } from '../../../reasoning/plan.ts';
import { numberColumn } from '../options.ts';

/** The key of every row, larger first; NaN where it has none. */
export type SortKeys = (sort: NonNullable<QueryPlan['sort']>) => ArrayLike<number>;

/** `new` by the number column `year`, `popular` by positives. A catalogue without years has no newest items. */
export function sortKeys(catalog: Catalog, popularity: Uint32Array): SortKeys {
  const years = numberColumn(catalog, 'year') ?? new Float64Array(catalog.size).fill(Number.NaN);
  return (sort) => (sort === 'new' ? years : popularity);
}
