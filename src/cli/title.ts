/** What is an item called? */

import type { Catalog } from '../index.ts';

/** The item's title, or name, where the catalogue has one, else its id. */
export function titleOf(catalog: Catalog, id: string): string {
  const row = catalog.rowOf(id) as number;
  for (const name of ['title', 'name']) {
    const column = catalog.columns.get(name);
    const title = column?.kind === 'text' ? column.at(row) : '';
    if (title.trim() !== '') return title;
  }
  return id;
}
