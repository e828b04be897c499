/** How does a catalogue come from plain objects? One record per item; the first value of a column fixes its kind. */

import { unexpected } from '../errors.ts';
import { Catalog } from './catalog.ts';
import { type Column, type ColumnKind, categories, numbers } from './column.ts';
import { TextColumn } from './text-column.ts';

/** What a record may hold: null and undefined mean absent; true and false are 1 and 0. */
export type RecordValue = string | number | boolean | readonly string[] | null | undefined;

/**
 * Builds a catalogue record by record: texts become text columns, lists of texts categories, numbers and booleans
 * number columns. An absent text is empty, an absent number NaN, an absent list has no categories.
 *
 * @example
 * ```ts
 * const builder = new CatalogBuilder();
 * builder.add('tt1', { title: 'Heat', year: 1995, genres: ['Crime'], available: true });
 * builder.build().column('year').kind; // 'number'
 * ```
 */
export class CatalogBuilder {
  readonly #ids: string[] = [];
  readonly #known = new Set<string>();
  readonly #columns = new Map<string, { kind: ColumnKind; values: Map<number, RecordValue> }>();

  /** The number of records added. */
  get size(): number {
    return this.#ids.length;
  }

  /**
   * Adds an item; it gets the next row. A refused record leaves the builder as it was.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for an empty or repeated id, or a value of another kind than its column's.
   */
  add(id: string, record: Readonly<Record<string, RecordValue>>): void {
    if (typeof id !== 'string' || id === '') throw unexpected('a text of at least one character', 'id', id);
    if (this.#known.has(id)) throw unexpected('an id that no earlier record has', 'id', id);
    const present: [string, ColumnKind, RecordValue][] = [];
    for (const [name, value] of Object.entries(record)) {
      if (value === null || value === undefined) continue;
      const kind = kindOf(name, value);
      const known = this.#columns.get(name)?.kind ?? kind;
      if (kind !== known) throw unexpected(`a value for a ${known} column`, name, value);
      present.push([name, kind, value]);
    }
    const row = this.#ids.push(id) - 1;
    this.#known.add(id);
    for (const [name, kind, value] of present) {
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = { kind, values: new Map() };
        this.#columns.set(name, column);
      }
      column.values.set(row, value);
    }
  }

  /** The catalogue of the records so far, its columns in order of first appearance. */
  build(): Catalog {
    const rows = Array.from(this.#ids.keys());
    const columns = Array.from(this.#columns, ([name, { kind, values }]): [string, Column] => {
      if (kind === 'text') return [name, TextColumn.of(rows.map((row) => (values.get(row) as string) ?? ''))];
      if (kind === 'categories')
        return [name, categories(rows.map((row) => (values.get(row) as string[]) ?? []))];
      return [name, numbers(Float64Array.from(rows, (row) => Number(values.get(row) ?? Number.NaN)))];
    });
    return new Catalog(this.#ids, Object.fromEntries(columns));
  }
}

function kindOf(name: string, value: RecordValue): ColumnKind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value))) return 'number';
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return 'categories';
  throw unexpected('a text, a number, a boolean or a list of texts', name, value);
}
