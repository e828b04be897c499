/** What is in the catalogue? Items by row number: the caller's ids and typed columns of what is known of them. */

import { unexpected } from '../errors.ts';
import type { Bitset } from '../vectors/bitset.ts';
import { type Column, type ColumnKind, type ColumnOf, rowsOf } from './column.ts';
import { applyFilter, type Filter } from './filter.ts';
import { TextColumn } from './text-column.ts';
import { TextLookup } from './text-lookup.ts';

/**
 * An immutable catalogue of items. Row numbers run from 0 to `size - 1` and are the item numbers of the snapshot.
 *
 * @example
 * ```ts
 * const catalog = new Catalog(['tt1', 'tt2'], { title: TextColumn.of(['Heat', 'Ronin']), year: numbers(years) });
 * catalog.rowOf('tt2'); // 1
 * catalog.filter({ column: 'year', from: 1990 }); // Bitset
 * ```
 */
export class Catalog {
  readonly ids: TextColumn;
  /** Columns by name, in the order given. */
  readonly columns: ReadonlyMap<string, Column>;
  readonly #lookup: TextLookup;

  /**
   * @param ids the caller's item ids, distinct, not empty; row `r` is `ids[r]`.
   * @param columns what is known of the items; every column has one entry per id.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a repeated or empty id, or a column of another length.
   */
  constructor(ids: readonly string[] | TextColumn, columns: Readonly<Record<string, Column>> = {}) {
    this.ids = ids instanceof TextColumn ? ids : TextColumn.of(ids);
    this.columns = new Map(Object.entries(columns));
    for (const [name, column] of this.columns) {
      if (rowsOf(column) !== this.size) {
        throw unexpected(
          `${this.size} entries`,
          `column ${JSON.stringify(name)}`,
          `${rowsOf(column)} entries`,
        );
      }
    }
    this.#lookup = new TextLookup(this.ids);
    if (this.#lookup.duplicate !== -1) {
      throw unexpected('distinct item ids', 'ids', this.ids.at(this.#lookup.duplicate));
    }
    if (this.#lookup.find('') !== -1) throw unexpected('item ids of at least one character', 'ids', '');
  }

  /** The number of items. */
  get size(): number {
    return this.ids.length;
  }

  /** The row of an item id, or undefined for an unknown one. Cost: one hash. */
  rowOf(id: string): number | undefined {
    const row = this.#lookup.find(id);
    return row === -1 ? undefined : row;
  }

  /** The id of a row. @throws ERR_SLUICE_INVALID_ARGUMENT for a row at or beyond `size`. */
  idOf(row: number): string {
    return this.ids.at(row);
  }

  /**
   * The column of that name, of that kind if one is named.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown column or another kind.
   */
  column(name: string): Column;
  column<K extends ColumnKind>(name: string, kind: K): ColumnOf<K>;
  column(name: string, kind?: ColumnKind): Column {
    const column = this.columns.get(name);
    if (column === undefined) {
      throw unexpected(
        `one of the columns ${[...this.columns.keys()].join(', ') || '(none)'}`,
        'column',
        name,
      );
    }
    if (kind !== undefined && column.kind !== kind) {
      throw unexpected(`a ${kind} column`, `column ${JSON.stringify(name)}`, `a ${column.kind} column`);
    }
    return column;
  }

  /** The rows that pass a filter. @throws ERR_SLUICE_INVALID_ARGUMENT as {@link applyFilter} does. */
  filter(filter: Filter): Bitset {
    return applyFilter(this, filter);
  }
}
