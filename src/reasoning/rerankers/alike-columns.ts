/** By which categories are items alike? Genres, and what is named tags or keywords. */

import type { Catalog } from '../../catalog/catalog.ts';
import type { PlanColumns } from '../planner/plan-columns.ts';

/** Names of category columns, genres first. Others may be meant for nobody's eyes. */
export function alikeColumns(catalog: Catalog, { genres }: PlanColumns): string[] {
  const tags = [...catalog.columns].filter(
    ([name, { kind }]) => kind === 'categories' && /^(tags?|keywords?)$/i.test(name),
  );
  return [...new Set([...genres, ...tags.map(([name]) => name)])];
}
