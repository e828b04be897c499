/** What is the first line of a text file, and is the file whole? One pass over it; gzip tells damage by its checksum. */

import { createReadStream } from 'node:fs';
import { SluiceError } from '../errors.ts';
import { requireFile } from './duckdb.ts';

const MOST_BYTES = 1 << 20;

/**
 * The first line without its end and byte order mark, of a file that is plain or `.gz`.
 *
 * DuckDB does not look at the checksum of gzip, so that without this a damaged file would be read as it is.
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID for a damaged or cut gzip file.
 */
export async function firstLine(path: string): Promise<string> {
  await requireFile(path);
  const kept: Buffer[] = [];
  let bytes = 0;
  const read = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      if (bytes < MOST_BYTES) kept.push(chunk);
      bytes += chunk.length;
      if (!path.endsWith('.gz') && chunk.includes(10)) return;
    }
  };
  try {
    const { pipeline } = process.getBuiltinModule('node:stream/promises');
    const { createGunzip } = process.getBuiltinModule('node:zlib');
    const file = createReadStream(path);
    await (path.endsWith('.gz') ? pipeline(file, createGunzip(), read) : pipeline(file, read));
  } catch (cause) {
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected a readable file at ${path} but received: ${(cause as Error).message}`,
      { cause, details: { path }, remedy: 'Fetch the file again: it is damaged or cut short.' },
    );
  }
  const text = Buffer.concat(kept).toString('utf8');
  return text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/, 1)[0];
}
