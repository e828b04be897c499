/** What does a CSV file hold? Typed columns in chunks, with every refused record told by its line. */

import { SluiceError } from '../errors.ts';
import {
  chunksOf,
  type DuckDBConnection,
  type DuckDBDataChunk,
  requireFile,
  sqlPath,
  sqlText,
} from './duckdb.ts';
import { recordPositions } from './line-numbers.ts';
import type { RejectCollector } from './rejects.ts';

/** How a CSV file is read. */
export interface CsvOptions {
  readonly path: string;
  /** The header that the file must have, in order, with what each column holds. */
  readonly columns: Readonly<Record<string, 'DOUBLE' | 'VARCHAR'>>;
  readonly rejects: RejectCollector;
  /**
   * Receives the well-formed records in order. `reject(i, reason)` refuses record `i` of the chunk for what it says.
   */
  readonly visit: (chunk: DuckDBDataChunk, reject: (row: number, reason: string) => void) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads a CSV file, gzip or not: UTF-8 with or without a byte order mark, any one kind of line ending, quoted texts.
 *
 * A record that is malformed, or whose number is not one, is refused by DuckDB; `visit` may refuse more. Lines are
 * looked up in a second pass, only where something was refused.
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID for another header, naming both, or a file that cannot be
 * read at all.
 */
export async function readCsv(db: DuckDBConnection, options: CsvOptions): Promise<void> {
  const { path, columns, rejects, visit, signal } = options;
  await requireFile(path);
  await requireHeader(db, path, Object.keys(columns));

  const types = Object.entries(columns).map(
    // DuckDB takes no empty name, as row numbers written by pandas have.
    ([name, type], i) => `${sqlText(name || `column ${i + 1}`)}: ${sqlText(type)}`,
  );
  const rows = `SELECT * FROM read_csv(${sqlPath(path)}, auto_detect = false, header = true, delim = ',', quote = '"',
    escape = '"', columns = {${types.join(', ')}}, store_rejects = true)`;
  const refusedRows: { row: number; reason: string }[] = [];
  let read = 0;
  for await (const chunk of chunksOf(db, rows, path, signal)) {
    visit(chunk, (row, reason) => refusedRows.push({ row: read + row, reason }));
    read += chunk.rowCount;
  }

  const refusedRecords = new Map<number, string>();
  const errors = `SELECT line, error_type || ': ' || error_message, csv_line FROM reject_errors
    ORDER BY line, column_idx DESC`;
  for await (const chunk of chunksOf(db, errors, path)) {
    const [ordinals, messages, texts] = chunk.getColumns() as [bigint[], string[], string[]];
    for (let i = 0; i < ordinals.length; i++) {
      refusedRecords.set(Number(ordinals[i]), messages[i] + spanOf(texts[i]));
    }
  }
  await db.run('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans');

  if (refusedRecords.size + refusedRows.length === 0) return;
  let row = 0;
  let next = 0;
  for await (const { ordinal, line, blank } of recordPositions(path, 'csv')) {
    if (ordinal === 1 || blank) continue;
    const reason = refusedRecords.get(ordinal);
    if (reason !== undefined) rejects.add(path, line, reason);
    else if (next < refusedRows.length && refusedRows[next].row === row++) {
      rejects.add(path, line, refusedRows[next++].reason);
    }
  }
}

/** An unclosed quote swallows the lines after it; the report must say which. */
function spanOf(text: string | null): string {
  const extra = (text ?? '').trim().split(/\r\n|\n|\r/).length - 1;
  return extra > 0 ? ` (with the ${extra} lines that follow)` : '';
}

async function requireHeader(db: DuckDBConnection, path: string, expected: readonly string[]): Promise<void> {
  const line = `SELECT line FROM read_csv(${sqlPath(path)}, auto_detect = false, header = false, delim = '', quote = '',
    escape = '', columns = {'line': 'VARCHAR'}, strict_mode = false, ignore_errors = true) LIMIT 1`;
  let header = '';
  for await (const chunk of chunksOf(db, line, path)) header = String(chunk.getColumnValues(0)[0] ?? '');
  const received = header.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  if (received.join() === expected.join()) return;
  throw new SluiceError(
    'ERR_SLUICE_DATA_INVALID',
    `Expected the columns ${expected.join(',')} in ${path} but received ${received.join(',') || 'an empty file'}`,
    { details: { path, expected, received }, remedy: 'Give the file the header that the message names.' },
  );
}
