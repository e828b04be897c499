/** On which line of the file does a record stand? Asked only when records were refused: DuckDB's rows carry no line. */

import { createReadStream } from 'node:fs';

/** Where a record stands in its file. */
export interface RecordPosition {
  /** From 1: blank records count, a quoted text over several lines is one record. */
  readonly ordinal: number;
  /** The line on which the record begins, from 1. */
  readonly line: number;
  /** Nothing on the line; in JSON lines nothing but white space. */
  readonly blank: boolean;
}

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const COMMA = 44;

/**
 * The records of a CSV or JSON-lines file, in order, gzip or not. Cost: one pass over the bytes.
 *
 * Quotes of CSV are followed as DuckDB follows them: one opens only at the start of a field and closes at the next
 * quote that is not doubled.
 */
export async function* recordPositions(
  path: string,
  format: 'csv' | 'json-lines',
): AsyncGenerator<RecordPosition> {
  const csv = format === 'csv';
  let field: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  let line = 1;
  let ordinal = 1;
  let begin = 1;
  let blank = true;
  let previous = 0;
  for await (const bytes of bytesOf(path)) {
    for (const byte of bytes) {
      const secondHalf = csv && previous === RETURN && byte === NEWLINE;
      previous = byte;
      if (secondHalf) continue;
      const newline = byte === NEWLINE || (csv && byte === RETURN);
      if (newline) line++;
      if (field === 'quoted') {
        if (byte === QUOTE) field = 'closed';
      } else if (newline) {
        yield { ordinal: ordinal++, line: begin, blank };
        begin = line;
        blank = true;
        field = 'start';
      } else {
        if (csv && byte === QUOTE && field !== 'plain') field = 'quoted';
        else field = byte === COMMA ? 'start' : 'plain';
        if (csv || byte > 32) blank = false;
      }
    }
  }
  if (!blank || field === 'quoted') yield { ordinal, line: begin, blank: false };
}

function bytesOf(path: string): AsyncIterable<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith('.gz')) return file;
  const { createGunzip } = process.getBuiltinModule('node:zlib');
  // The callback only takes the error off the event loop; the reader of the iterable receives it as well.
  return process.getBuiltinModule('node:stream').pipeline(file, createGunzip(), () => {});
}
