/** Which history does a command learn from? MovieLens files or JSON lines, as the options say. */

import { type Dataset, loadEvents, loadMovieLens, SluiceError } from '../index.ts';

/** The options that name a history. */
export interface HistoryOptions {
  readonly data?: string;
  readonly events?: string;
  readonly items?: string;
}

/** Loads it. @throws ERR_SLUICE_INVALID_ARGUMENT unless exactly one history is named. */
export async function loadHistory({ data, events, items }: HistoryOptions): Promise<Dataset> {
  if (data !== undefined && events === undefined && items === undefined) return loadMovieLens(data);
  if (events !== undefined && data === undefined)
    return loadEvents(events, items === undefined ? {} : { items: { path: items } });
  throw new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    'Expected either --data or --events (with --items beside it)',
    {
      remedy: 'Name one history: `--data DIR` for MovieLens files, `--events FILE` for JSON lines.',
    },
  );
}

/** What was read, as plain data: counts, and every rejected line that was kept in detail. */
export function describeHistory({ interactions, catalog, userKeys, rejects }: Dataset) {
  return { interactions: interactions.users.length, items: catalog.size, users: userKeys.length, rejects };
}

/** How many rejected lines are told on the terminal; `--json` holds more. */
const TOLD = 5;

/** Says on standard error which lines of the input were left out, and why. */
export function reportRejects({ rejects: { count, details } }: Pick<Dataset, 'rejects'>): void {
  if (count === 0) return;
  const told = details.slice(0, TOLD).map(({ file, line, reason }) => `  ${file}:${line}: ${reason}`);
  const rest = count > told.length ? [`  and ${count - told.length} more (--json names them)`] : [];
  const lines = [`${count} ${count === 1 ? 'line' : 'lines'} of the input left out:`, ...told, ...rest];
  process.stderr.write(`${lines.join('\n')}\n`);
}
