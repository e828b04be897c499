/** What can be known of an item? Three kinds of columns: text, categories, numbers. */

import { unexpected } from '../errors.ts';
import type { TextColumn } from './text-column.ts';

/** Any number of categories per row: row `r` has `dictionary[codes[e]]` for e in `offsets[r] .. offsets[r + 1])`. */
export interface CategoryColumn {
  readonly kind: 'categories';
  /** Distinct category names. */
  readonly dictionary: readonly string[];
  /** `rows + 1` ascending numbers, the first 0. */
  readonly offsets: Uint32Array;
  readonly codes: Uint32Array;
}

/** One number per row; NaN means absent. A yes or no is 1 or 0, a time is milliseconds since 1970. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** A column of a catalogue; {@link TextColumn} holds one string per row, empty where absent. */
export type Column = TextColumn | CategoryColumn | NumberColumn;

/** The kinds of columns. */
export type ColumnKind = Column['kind'];

/** The column type of a kind. */
export type ColumnOf<K extends ColumnKind> = Extract<Column, { kind: K }>;

/** A number column over the given values, without a copy. */
export function numbers(values: Float64Array): NumberColumn {
  return { kind: 'number', values };
}

/**
 * A category column from a list of names per row; a name that a row repeats counts once.
 *
 * @example
 * ```ts
 * categories([['Comedy', 'Drama'], [], ['Drama']]).dictionary; // ['Comedy', 'Drama']
 * ```
 */
export function categories(rows: readonly (readonly string[])[]): CategoryColumn {
  const codeOf = new Map<string, number>();
  const offsets = new Uint32Array(rows.length + 1);
  const codes: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    for (const name of new Set(rows[row])) {
      const code = codeOf.get(name) ?? codeOf.size;
      codeOf.set(name, code);
      codes.push(code);
    }
    offsets[row + 1] = codes.length;
  }
  return { kind: 'categories', dictionary: [...codeOf.keys()], offsets, codes: Uint32Array.from(codes) };
}

/** The category names of one row, in their order. @throws ERR_SLUICE_INVALID_ARGUMENT beyond the end. */
export function categoriesAt(column: CategoryColumn, row: number): string[] {
  if (!Number.isInteger(row) || row < 0 || row >= rowsOf(column)) {
    throw unexpected(`a row from 0 to ${rowsOf(column) - 1}`, 'row', row);
  }
  const names: string[] = [];
  for (let e = column.offsets[row]; e < column.offsets[row + 1]; e++)
    names.push(column.dictionary[column.codes[e]]);
  return names;
}

/** The number of rows of a column. */
export function rowsOf(column: Column): number {
  if (column.kind === 'text') return column.length;
  return column.kind === 'number' ? column.values.length : column.offsets.length - 1;
}
