/** Which items may be shown? A small expression over columns, as plain data, evaluated to a bitset. */

import { unexpected } from '../errors.ts';
import { Bitset } from '../vectors/bitset.ts';
import type { Catalog } from './catalog.ts';

/**
 * A condition on the columns of an item; JSON-able, so that a funnel that holds it is.
 *
 * - `anyOf`, `noneOf`: a categories column has at least one, or none, of the names. A name that no item has matches
 *   nothing.
 * - `from`, `to`: a number column lies in the range, both ends included, either end open; an absent number matches no
 *   range.
 * - `is`: a text or number column equals the value.
 * - `and`: all of the conditions hold; an empty list holds for every item.
 */
export type Filter =
  | { readonly column: string; readonly anyOf: readonly string[] }
  | { readonly column: string; readonly noneOf: readonly string[] }
  | { readonly column: string; readonly from?: number; readonly to?: number }
  | { readonly column: string; readonly is: string | number }
  | { readonly and: readonly Filter[] };

/**
 * The rows of the catalogue that pass. Cost: one pass over the columns named.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown column, a condition of the wrong kind for it, or a malformed one.
 */
export function applyFilter(catalog: Catalog, filter: Filter): Bitset {
  if (typeof filter !== 'object' || filter === null) throw unexpected('a filter object', 'filter', filter);
  if ('and' in filter) {
    onlyKeys(filter, ['and']);
    if (!Array.isArray(filter.and)) throw unexpected('a list of filters', 'and', filter.and);
    const rows = Bitset.full(catalog.size);
    for (const part of filter.and) rows.and(applyFilter(catalog, part));
    return rows;
  }
  if (typeof filter.column !== 'string') throw unexpected('a column name', 'column', filter.column);
  if ('anyOf' in filter) {
    onlyKeys(filter, ['column', 'anyOf']);
    return havingAny(catalog, filter.column, filter.anyOf, 'anyOf');
  }
  if ('noneOf' in filter) {
    onlyKeys(filter, ['column', 'noneOf']);
    return havingAny(catalog, filter.column, filter.noneOf, 'noneOf').not();
  }
  if ('is' in filter) {
    onlyKeys(filter, ['column', 'is']);
    return equalTo(catalog, filter.column, filter.is);
  }
  onlyKeys(filter, ['column', 'from', 'to']);
  return inRange(catalog, filter.column, filter.from, filter.to);
}

/** A misspelt condition would otherwise pass everything. */
function onlyKeys(filter: object, known: readonly string[]): void {
  for (const key of Object.keys(filter)) {
    if (!known.includes(key)) throw unexpected(`a filter of ${known.join(', ')}`, 'filter', key);
  }
}

function havingAny(catalog: Catalog, name: string, names: readonly string[], key: string): Bitset {
  const column = catalog.column(name, 'categories');
  if (!Array.isArray(names) || names.some((value) => typeof value !== 'string')) {
    throw unexpected('a list of category names', key, names);
  }
  const wanted = new Uint8Array(column.dictionary.length);
  for (let code = 0; code < wanted.length; code++)
    wanted[code] = names.includes(column.dictionary[code]) ? 1 : 0;
  const rows = new Bitset(catalog.size);
  for (let row = 0; row < catalog.size; row++) {
    for (let e = column.offsets[row]; e < column.offsets[row + 1]; e++) {
      if (wanted[column.codes[e]] === 1) {
        rows.words[row >>> 5] |= 1 << (row & 31);
        break;
      }
    }
  }
  return rows;
}

function inRange(catalog: Catalog, name: string, from?: number, to?: number): Bitset {
  const { values } = catalog.column(name, 'number');
  if (from === undefined && to === undefined) {
    throw unexpected(
      'one of anyOf, noneOf, from, to, is',
      `the condition on ${JSON.stringify(name)}`,
      undefined,
    );
  }
  const low = bound(from, 'from') ?? Number.NEGATIVE_INFINITY;
  const high = bound(to, 'to') ?? Number.POSITIVE_INFINITY;
  const rows = new Bitset(catalog.size);
  for (let row = 0; row < values.length; row++) {
    if (values[row] >= low && values[row] <= high) rows.words[row >>> 5] |= 1 << (row & 31);
  }
  return rows;
}

function bound(value: number | undefined, key: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || Number.isNaN(value)) throw unexpected('a number', key, value);
  return value;
}

function equalTo(catalog: Catalog, name: string, value: string | number): Bitset {
  if (typeof value === 'number') return inRange(catalog, name, value, value);
  if (typeof value !== 'string') throw unexpected('a text or a number', 'is', value);
  const column = catalog.column(name, 'text');
  const utf8 = new TextEncoder().encode(value);
  const rows = new Bitset(catalog.size);
  for (let row = 0; row < catalog.size; row++) if (column.equals(row, utf8)) rows.add(row);
  return rows;
}
