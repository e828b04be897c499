/** Is a CSV file whole, with the columns that are needed? For files of which no line may be left out. */

import { SluiceError } from '../errors.ts';
import { firstLine } from './first-line.ts';
import type { RejectCollector } from './rejects.ts';

/** The names of its columns, in order. @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID when it is damaged. */
export async function csvHeader(path: string): Promise<string[]> {
  return (await firstLine(path)).split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}

/** Refuses a header that lacks a column, or holds a name twice. @throws ERR_SLUICE_DATA_INVALID naming them. */
export function requireColumns(path: string, header: readonly string[], required: readonly string[]): void {
  const missing = required.filter((name) => !header.includes(name));
  const twice = header.filter((name, i) => header.indexOf(name) !== i);
  if (missing.length + twice.length === 0) return;
  const wrong =
    missing.length > 0 ? `has no ${missing.join(', ')}` : `names ${[...new Set(twice)].join(', ')} twice`;
  throw new SluiceError(
    'ERR_SLUICE_DATA_INVALID',
    `Expected the columns ${required.join(', ')} in ${path} but its header ${wrong}`,
    { details: { path, missing, twice }, remedy: 'Give the file the header that the message names.' },
  );
}

/** Refuses a file with a wrong line, or with none. @throws ERR_SLUICE_DATA_INVALID naming the first one. */
export function refuseHoles(expected: string, path: string, rejects: RejectCollector, rows: number): void {
  const { count, details } = rejects.report();
  if (count === 0 && rows > 0) return;
  const lines = count === 1 ? '1 wrong line,' : `${count} wrong lines, the first`;
  const received = count === 0 ? 'no rows' : `${lines} line ${details[0].line}: ${details[0].reason}`;
  throw new SluiceError(
    'ERR_SLUICE_DATA_INVALID',
    `Expected ${expected} in ${path} but received ${received}`,
    { details: { path, rejects: details } },
  );
}
