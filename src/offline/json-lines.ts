/** What did people do? A file of JSON-lines events as a data set, with an optional file of items. */

import { Catalog } from '../catalog/catalog.ts';
import { CatalogBuilder, type RecordValue } from '../catalog/catalog-builder.ts';
import { SluiceError, unexpected } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import {
  chunksOf,
  type DuckDBConnection,
  type DuckDBDataChunk,
  requireFile,
  sqlPath,
  sqlText,
  withDuckDb,
} from './duckdb.ts';
import { InteractionBuilder, KeyTable } from './interaction-builder.ts';
import { recordPositions } from './line-numbers.ts';
import { RejectCollector } from './rejects.ts';

/** Which property of an event holds what. */
export interface EventColumns {
  /** A text or a number. @default 'user' */
  readonly user?: string;
  /** A text or a number. @default 'item' */
  readonly item?: string;
  /** A text; only `types` looks at it. @default 'type' */
  readonly type?: string;
  /** A number, milliseconds since 1970. @default 'time' */
  readonly time?: string;
  /** A number; 1 where absent. @default 'value' */
  readonly value?: string;
}

/** Options of {@link loadEvents}. */
export interface LoadEventsOptions {
  readonly columns?: EventColumns;
  /** Takes the events of these types alone; by default all. */
  readonly types?: readonly string[];
  /** A JSON-lines file of items, any further properties becoming columns; without it the catalogue holds bare ids. */
  readonly items?: { readonly path: string /** @default 'id' */; readonly id?: string };
  /** Called after each chunk with the number of events taken so far. */
  readonly onProgress?: (interactions: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads a file of JSON-lines events `{"user":"ann","item":"tt1","type":"finish","time":1700000000000,"value":1}`, plain
 * or as `.gz`.
 *
 * Catalogue rows follow the items file; without one they ascend by item id (by number where all are whole numbers). A
 * line that is no JSON object, lacks user, item or time, holds one of another type, or names an item that the items
 * file lacks is left out and reported by line.
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND naming the missing file, ERR_SLUICE_DATA_INVALID for one that cannot be read at
 * all, ERR_SLUICE_MODULE_REQUIRED without @duckdb/node-api.
 * @example
 * ```ts
 * const dataset = await loadEvents('events.jsonl', { columns: { time: 'at' }, items: { path: 'films.jsonl' } });
 * ```
 */
export async function loadEvents(path: string, options: LoadEventsOptions = {}): Promise<Dataset> {
  const { columns = {}, types, items, onProgress, signal } = options;
  const names = { user: 'user', item: 'item', type: 'type', time: 'time', value: 'value', ...columns };
  const selected = Object.values(names).flatMap((name) => {
    const value = `json_extract(json, ${jsonPath(name)})`;
    return [`json_type(${value})`, `${value} ->> '$'`];
  });
  return withDuckDb(async (db) => {
    const rejects = new RejectCollector();
    const catalog = items && (await readItems(db, items, rejects, signal));
    const users = new KeyTable();
    const bareItems = new KeyTable();
    const builder = new InteractionBuilder();
    let count = 0;
    await readLines(db, path, selected, rejects, signal, (chunk, reject) => {
      const fields = chunk.getColumns() as (string | null)[][];
      for (let i = 0; i < chunk.rowCount; i++) {
        const [
          kind,
          userKind,
          user,
          itemKind,
          item,
          typeKind,
          type,
          timeKind,
          timeText,
          valueKind,
          valueText,
        ] = fields.map((field) => field[i]);
        const time = numberOf(timeKind, timeText);
        const value = isAbsent(valueKind) ? 1 : numberOf(valueKind, valueText);
        const row = catalog?.rowOf(item ?? '');
        if (kind !== 'OBJECT') reject(i, `expected a JSON object but received ${kind ?? 'no JSON'}`);
        else if (!isKey(userKind, user)) reject(i, wrong('a text or a number', names.user, userKind, user));
        else if (!isKey(itemKind, item)) reject(i, wrong('a text or a number', names.item, itemKind, item));
        else if (!isAbsent(typeKind) && typeKind !== 'VARCHAR')
          reject(i, wrong('a text', names.type, typeKind, type));
        else if (!(time >= 0 && time <= 8.64e15)) {
          reject(i, wrong('milliseconds since 1970', names.time, timeKind, timeText));
        } else if (!Number.isFinite(value))
          reject(i, wrong('a finite number', names.value, valueKind, valueText));
        else if (catalog !== undefined && row === undefined)
          reject(i, `item ${item} is not in the items file`);
        else if (types === undefined || types.includes(type ?? '')) {
          builder.add(users.numberOf(user), row ?? bareItems.numberOf(item), value, time);
          count++;
        }
      }
      onProgress?.(count);
    });
    const userOrder = users.sorted();
    const itemOrder = catalog === undefined ? bareItems.sorted() : undefined;
    return {
      interactions: builder.finish(userOrder.places, itemOrder?.places),
      userKeys: userOrder.keys,
      catalog: catalog ?? new Catalog(itemOrder?.keys ?? []),
      rejects: rejects.report(),
    };
  });
}

async function readItems(
  db: DuckDBConnection,
  { path, id = 'id' }: NonNullable<LoadEventsOptions['items']>,
  rejects: RejectCollector,
  signal: AbortSignal | undefined,
): Promise<Catalog> {
  const builder = new CatalogBuilder();
  await readLines(db, path, ['json::VARCHAR'], rejects, signal, (chunk, reject) => {
    const [kinds, texts] = chunk.getColumns() as (string | null)[][];
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[i] !== 'OBJECT') {
        reject(i, `expected a JSON object but received ${kinds[i] ?? 'no JSON'}`);
        continue;
      }
      const { [id]: key, ...record } = JSON.parse(texts[i] as string) as Record<string, RecordValue>;
      try {
        builder.add(typeof key === 'number' ? String(key) : (key as string), record);
      } catch (error) {
        if (!SluiceError.is(error)) throw error;
        reject(i, error.message);
      }
    }
  });
  return builder.build();
}

/** Reads the objects of a JSON-lines file: their JSON type, then the selected expressions over `json`. */
async function readLines(
  db: DuckDBConnection,
  path: string,
  selected: readonly string[],
  rejects: RejectCollector,
  signal: AbortSignal | undefined,
  visit: (chunk: DuckDBDataChunk, reject: (row: number, reason: string) => void) => void,
): Promise<void> {
  await requireFile(path);
  // A line that is no JSON arrives as null; read_json would turn it into a row of nulls that looks like data.
  const sql = `SELECT ${['json_type(json)', ...selected].join(', ')}
    FROM read_ndjson_objects(${sqlPath(path)}, ignore_errors = true)`;
  const refused: { row: number; reason: string }[] = [];
  let read = 0;
  for await (const chunk of chunksOf(db, sql, path, signal)) {
    visit(chunk, (row, reason) => refused.push({ row: read + row, reason }));
    read += chunk.rowCount;
  }
  if (refused.length === 0) return;
  let row = 0;
  let next = 0;
  for await (const { line, blank } of recordPositions(path, 'json-lines')) {
    // DuckDB passes blank lines over.
    if (blank || refused[next]?.row !== row++) continue;
    rejects.add(path, line, refused[next++].reason);
  }
}

function jsonPath(name: string): string {
  if (typeof name !== 'string' || name === '' || name.includes('"')) {
    throw unexpected('a property name without a double quote', 'columns', name);
  }
  return sqlText(`$."${name}"`);
}

function isAbsent(kind: string | null): boolean {
  return kind === null || kind === 'NULL';
}

function isKey(kind: string | null, text: string | null): text is string {
  return text !== null && text !== '' && (kind === 'VARCHAR' || isNumeric(kind));
}

function isNumeric(kind: string | null): boolean {
  return kind === 'UBIGINT' || kind === 'BIGINT' || kind === 'HUGEINT' || kind === 'DOUBLE';
}

function numberOf(kind: string | null, text: string | null): number {
  return isNumeric(kind) ? Number(text) : Number.NaN;
}

function wrong(expected: string, name: string, kind: string | null, text: string | null): string {
  return `expected ${expected} for ${name} but received ${isAbsent(kind) ? 'none' : text}`;
}
