/** How is a data file opened? Through DuckDB in memory, an optional package loaded when first needed. */

import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { SluiceError } from '../errors.ts';

export type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';

/**
 * Runs `work` on a fresh in-memory DuckDB, which is closed afterwards.
 *
 * @throws ERR_SLUICE_MODULE_REQUIRED where @duckdb/node-api is not installed.
 */
export async function withDuckDb<T>(work: (db: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api').catch((cause: unknown) => {
    throw new SluiceError(
      'ERR_SLUICE_MODULE_REQUIRED',
      'Expected the package @duckdb/node-api, which reads data files, but it could not be loaded',
      { cause, remedy: 'Run `npm install @duckdb/node-api`.' },
    );
  });
  const instance = await DuckDBInstance.create(':memory:', {
    // Readers rely on rows arriving in the order of the file, and nothing may be downloaded.
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
  });
  const db = await instance.connect();
  try {
    return await work(db);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

/**
 * The rows of a query, chunk by chunk, in order.
 *
 * @throws ERR_SLUICE_DATA_INVALID naming the file when DuckDB cannot read it; `signal.reason` when aborted.
 */
export async function* chunksOf(db: DuckDBConnection, sql: string, file: string, signal?: AbortSignal) {
  try {
    const result = await db.stream(sql);
    for (;;) {
      signal?.throwIfAborted();
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  } catch (cause) {
    if (SluiceError.is(cause) || signal?.aborted === true) throw cause;
    // DuckDB adds advice about its own settings after a blank line.
    const reason = String((cause as Error).message ?? cause)
      .split('\n\n')[0]
      .replaceAll('\n', '; ')
      .slice(0, 400);
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected a readable file at ${file} but received: ${reason}`,
      {
        cause,
        details: { file },
        remedy:
          'Save the file as UTF-8 text with one kind of line ending, or correct what the message names.',
      },
    );
  }
}

/** A text as SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path as SQL that names this one file, whatever wildcards its name holds. */
export function sqlPath(path: string): string {
  return sqlText(path.replace(/[*?[]/g, '[$&]'));
}

/** Refuses a path that is not a file. @throws ERR_SLUICE_DATA_NOT_FOUND naming it. */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected a file at ${path} but there is none`, {
      details: { path },
    });
  }
}
