/** What may a model be told of an item? Named fields of the catalogue, cleaned and cut. */

import type { Catalog } from '../../catalog/catalog.ts';
import { categoriesAt } from '../../catalog/column.ts';
import { unexpected } from '../../errors.ts';
import { planColumns } from '../planner/plan-columns.ts';
import { alikeColumns } from './alike-columns.ts';
import { cleanText } from './clean-text.ts';

/** Columns of the catalogue, each with the most bytes of UTF-8 that it may take. */
export type FieldLimits = Readonly<Record<string, number>>;

const MOST_BYTES = 1000;

/** A field as a model reads it. */
export type FieldValue = string | number | readonly string[];

/** The fields of a catalogue that leave it. */
export class ItemFields {
  readonly #catalog: Catalog;
  readonly #limits: readonly (readonly [string, number])[];

  /**
   * @param limits absent: title (80), year (8), genres (64) and tags (48), as far as the catalogue has columns that are
   * named so.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a column that the catalogue lacks, a limit that is no whole number from 1
   * to 1000, or no field at all.
   */
  constructor(catalog: Catalog, limits?: FieldLimits) {
    this.#catalog = catalog;
    this.#limits = Object.entries(limits ?? usualFields(catalog));
    if (this.#limits.length === 0) throw unexpected('at least one column of the catalogue', 'fields', limits);
    for (const [name, limit] of this.#limits) {
      catalog.column(name);
      if (!Number.isInteger(limit) || limit < 1 || limit > MOST_BYTES)
        throw unexpected(`a number of bytes from 1 to ${MOST_BYTES}`, `fields.${name}`, limit);
    }
  }

  /** What is told of a row; what is absent is left out. */
  of(row: number): Record<string, FieldValue> {
    const fields: Record<string, FieldValue> = {};
    for (const [name, limit] of this.#limits) {
      const value = this.#value(name, row, limit);
      if (value !== undefined) fields[name] = value;
    }
    return fields;
  }

  /** The same in words, for a model that reads text: the values alone, with commas and full stops. */
  textOf(row: number): string {
    return Object.values(this.of(row))
      .map((value) => (Array.isArray(value) ? value.join(', ') : String(value)))
      .join('. ');
  }

  #value(name: string, row: number, limit: number): FieldValue | undefined {
    const column = this.#catalog.column(name);
    if (column.kind === 'text') return cleanText(column.at(row), limit) || undefined;
    if (column.kind === 'number') return Number.isFinite(column.values[row]) ? column.values[row] : undefined;
    const names: string[] = [];
    let left = limit;
    for (const category of categoriesAt(column, row)) {
      const text = cleanText(category, MOST_BYTES);
      const bytes = Buffer.byteLength(text);
      // Left out whole: a name that was cut would be another name.
      if (bytes === 0 || bytes > left) continue;
      names.push(text);
      left -= bytes;
    }
    return names.length > 0 ? names : undefined;
  }
}

/** What is told unless other fields are named; empty where the catalogue has none of the columns that say something. */
export function usualFields(catalog: Catalog): FieldLimits {
  const columns = planColumns(catalog);
  const { title, year, genres } = columns;
  return Object.fromEntries([
    ...(title === undefined ? [] : [[title, 80] as const]),
    ...(year === undefined ? [] : [[year, 8] as const]),
    ...alikeColumns(catalog, columns).map((name) => [name, genres.includes(name) ? 64 : 48] as const),
  ]);
}
