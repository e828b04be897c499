/** Which items are there? A catalogue alone, from a CSV or JSON file or the directory that holds one. */

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { CatalogBuilder, type RecordValue } from '../catalog/catalog-builder.ts';
import { SluiceError } from '../errors.ts';
import { chunksOf, type DuckDBConnection, sqlPath, withDuckDb } from './duckdb.ts';
import { recordPositions } from './line-numbers.ts';
import { genresOf, titleOf } from './movielens.ts';
import { RejectCollector, type RejectReport } from './rejects.ts';

/** A catalogue and the records that were left out of it. */
export interface LoadedCatalog {
  readonly catalog: Catalog;
  readonly rejects: RejectReport;
}

const KNOWN_STEMS = [
  'movies',
  'items',
  'catalog',
  'catalogue',
  'films',
  'tracks',
  'songs',
  'albums',
  'books',
];
const DATA_FILE = /\.(csv|jsonl|ndjson|json)(\.gz)?$/;
const CSV_FILE = /\.csv(\.gz)?$/;
/** Files of a history, which hold no items. */
const HISTORY = /^(ratings|tags|links|events|interactions|history|users)\./;
const GENRES = /^(sub)?(genres?|styles?|categor(y|ies))$/i;
const YEAR = /^(release)?_?(year|date)(_?released)?$/i;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/**
 * Reads the items of a file, plain or `.gz`: CSV with a header, JSON lines or one JSON array of objects; or of a
 * directory with one such file, `movies.csv` of MovieLens and others named for what they hold (`items`, `catalog`,
 * `tracks`, ...) before the rest. Ratings and events need not be there.
 *
 * The id is the property `id`, or else the first whose name ends in "id". Of CSV, a column whose every value is a number
 * holds numbers, one with `|` lists of categories; columns named for genres or styles are categories in either format.
 * Without a column of years the year is taken from titles such as "Heat (1995)". Records that are malformed, lack an id
 * or repeat one are left out and reported by line (of a JSON array: by number).
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND where there is no such file, or several and none is named for its items;
 * ERR_SLUICE_DATA_INVALID for one that cannot be read or has no ids; ERR_SLUICE_MODULE_REQUIRED without
 * @duckdb/node-api.
 * @example
 * ```ts
 * const { catalog } = await loadCatalog('ml-latest-small');
 * catalog.column('genres').kind; // 'categories'
 * ```
 */
export async function loadCatalog(path: string): Promise<LoadedCatalog> {
  const file = await fileOf(path);
  return withDuckDb((db) => (CSV_FILE.test(file) ? fromCsv(db, file) : fromJson(db, file)));
}

async function fileOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return path;
  if (found === undefined) throw missing(path, 'a directory or file');
  const names = (await readdir(path)).filter((name) => DATA_FILE.test(name) && !HISTORY.test(name)).sort();
  for (const stem of KNOWN_STEMS) {
    const name = names.find((candidate) => candidate.replace(DATA_FILE, '') === stem);
    if (name !== undefined) return join(path, name);
  }
  if (names.length === 1) return join(path, names[0]);
  throw missing(path, 'one CSV or JSON file of items', names);
}

function missing(path: string, expected: string, names: readonly string[] = []): SluiceError {
  const received = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
  return new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected ${expected} at ${path} but ${received}`, {
    details: { path, names },
    remedy: 'Name the file itself, or call it movies.csv, items.csv or items.jsonl.',
  });
}

/** A record as the file has it, and where it stands. */
interface Raw {
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>>;
}

async function fromCsv(db: DuckDBConnection, path: string): Promise<LoadedCatalog> {
  const sql = `SELECT * FROM read_csv(${sqlPath(path)}, all_varchar = true, header = true, delim = ',', quote = '"',
    escape = '"', null_padding = true, strict_mode = false)`;
  const raws: Raw[] = [];
  let names: readonly string[] = [];
  const result = await db.run(`DESCRIBE ${sql}`).catch((cause: unknown) => {
    throw unreadable(path, String((cause as Error).message).split('\n')[0], cause);
  });
  names = (await result.getRows()).map(([name]) => String(name));
  for await (const chunk of chunksOf(db, sql, path)) {
    const fields = chunk.getColumns() as (string | null)[][];
    for (let i = 0; i < chunk.rowCount; i++) {
      const value = Object.fromEntries(names.map((name, column) => [name, fields[column][i] ?? undefined]));
      raws.push({ number: raws.length, value });
    }
  }
  const typed = new Map(names.map((name) => [name, csvType(name, raws)]));
  const convert = (name: string, text: unknown): RecordValue => {
    if (typeof text !== 'string' || text === '') return undefined;
    const type = typed.get(name);
    return type === 'number' ? Number(text) : type === 'list' ? genresOf(text) : text;
  };
  return collect(path, raws, names, convert, 'csv');
}

function csvType(name: string, raws: readonly Raw[]): 'number' | 'list' | 'text' {
  if (GENRES.test(name)) return 'list';
  let numbers = 0;
  let lists = 0;
  let texts = 0;
  for (const { value } of raws) {
    const text = value[name];
    if (typeof text !== 'string' || text === '') continue;
    if (NUMBER.test(text)) numbers++;
    else if (text.includes('|')) lists++;
    else texts++;
  }
  if (lists > 0 && !/^(title|name|description)$/i.test(name)) return 'list';
  return numbers > 0 && texts + lists === 0 ? 'number' : 'text';
}

async function fromJson(db: DuckDBConnection, path: string): Promise<LoadedCatalog> {
  const lines = /\.(jsonl|ndjson)(\.gz)?$/.test(path);
  const sql = `SELECT json::VARCHAR FROM read_json_objects(${sqlPath(path)},
    format = '${lines ? 'newline_delimited' : 'auto'}', ignore_errors = ${lines})`;
  const raws: Raw[] = [];
  let number = 0;
  for await (const chunk of chunksOf(db, sql, path)) {
    for (const text of chunk.getColumnValues(0) as (string | null)[]) {
      const value: unknown = text === null ? undefined : JSON.parse(text);
      const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
      raws.push({ number: number++, value: plain ? (value as Raw['value']) : {} });
    }
  }
  const names = [...new Set(raws.slice(0, 1000).flatMap(({ value }) => Object.keys(value)))];
  const convert = (name: string, value: unknown): RecordValue =>
    GENRES.test(name) && typeof value === 'string' ? genresOf(value) : (value as RecordValue);
  return collect(path, raws, names, convert, lines ? 'json-lines' : undefined);
}

/** Puts records into a catalogue; those refused are looked up by line where the format has lines. */
async function collect(
  path: string,
  raws: readonly Raw[],
  names: readonly string[],
  convert: (name: string, value: unknown) => RecordValue,
  lines: 'csv' | 'json-lines' | undefined,
): Promise<LoadedCatalog> {
  const idName = names.find((name) => /^id$/i.test(name)) ?? names.find((name) => /id$/i.test(name));
  if (raws.length > 0 && idName === undefined) {
    throw unreadable(path, `the columns ${names.join(', ')}, of which none ends in "id"`);
  }
  const titleName = names.find((name) => /^(title|name)$/i.test(name));
  const dated = titleName === undefined || names.some((name) => YEAR.test(name));
  const builder = new CatalogBuilder();
  const refused: { row: number; reason: string }[] = [];
  for (const { number, value } of raws) {
    const { [idName ?? 'id']: key, ...rest } = value;
    const record: Record<string, RecordValue> = {};
    for (const [name, entry] of Object.entries(rest)) record[name] = convert(name, entry);
    const title = titleName === undefined ? undefined : record[titleName];
    if (titleName !== undefined && !dated && typeof title === 'string') {
      const found = titleOf(title);
      record[titleName] = found.title;
      record['year'] = found.year;
      if (Number.isNaN(found.year)) delete record['year'];
    }
    try {
      builder.add(typeof key === 'number' ? String(key) : (key as string), record);
    } catch (error) {
      if (!SluiceError.is(error)) throw error;
      refused.push({ row: number, reason: error.message });
    }
  }
  return { catalog: builder.build(), rejects: await reportOf(path, refused, lines) };
}

async function reportOf(
  path: string,
  refused: readonly { row: number; reason: string }[],
  lines: 'csv' | 'json-lines' | undefined,
): Promise<RejectReport> {
  const rejects = new RejectCollector();
  let next = 0;
  if (lines === undefined)
    for (const { row, reason } of refused) rejects.add(basename(path), row + 1, reason);
  else if (refused.length > 0) {
    let row = lines === 'csv' ? -1 : 0;
    for await (const { line, blank } of recordPositions(path, lines)) {
      if (blank || refused[next]?.row !== row++) continue;
      rejects.add(path, line, refused[next++].reason);
    }
  }
  return rejects.report();
}

function unreadable(path: string, received: string, cause?: unknown): SluiceError {
  return new SluiceError('ERR_SLUICE_DATA_INVALID', `Expected items at ${path} but received ${received}`, {
    cause,
    details: { path },
    remedy: 'Give the file a header or properties with an `id` and a `title`.',
  });
}
