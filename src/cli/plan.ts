/** `sluice plan`: what does a request in words ask for? */

import { readFile } from 'node:fs/promises';
import {
  type Catalog,
  loadCatalog,
  openPlanner,
  openSnapshot,
  type QueryPlan,
  SluiceError,
} from '../index.ts';
import { reportRejects } from './history.ts';
import { latestSnapshot } from './home.ts';
import { fitted, WIDTH, wrapped } from './table.ts';
import { titleOf } from './title.ts';

interface Options {
  readonly query?: string;
  readonly queries?: string;
  readonly data?: string;
  readonly home: string;
  readonly json?: boolean;
}

/**
 * Prints the plan of a request, or of each line of a file: with `--json` one object a request, a line each. Blank lines
 * ask for nothing and get none.
 */
export async function plan({ query, queries, data, home, json = false }: Options): Promise<void> {
  const requests = await requestsOf(query, queries);
  const catalog = await catalogOf(data, home);
  const planner = await openPlanner(catalog);
  for (const request of requests) {
    const made = planner.plan(request);
    const text = json ? JSON.stringify({ query: request, ...made }) : planText(request, made, catalog);
    process.stdout.write(`${text}\n`);
  }
}

async function requestsOf(query?: string, queries?: string): Promise<string[]> {
  if ((query === undefined) === (queries === undefined)) {
    throw new SluiceError('ERR_SLUICE_INVALID_ARGUMENT', 'Expected either --query or --queries', {
      remedy: 'Name one: `--query TEXT`, or `--queries FILE` with a request a line.',
    });
  }
  if (query !== undefined) return [query];
  const text = await readFile(queries as string, 'utf8').catch((cause: unknown) => {
    throw new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected a file of requests at ${queries}`, {
      cause,
      details: { path: queries },
      remedy: 'Check the path.',
    });
  });
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
}

async function catalogOf(data: string | undefined, home: string): Promise<Catalog> {
  if (data === undefined) return (await openSnapshot(await latestSnapshot(home))).catalog;
  const { catalog, rejects } = await loadCatalog(data);
  reportRejects({ rejects });
  return catalog;
}

/** The plan for reading, at most 80 columns wide: what is asked for, a line each. */
function planText(request: string, made: QueryPlan, catalog: Catalog): string {
  const names = (ids: readonly string[]): string =>
    ids.map((id) => `${plain(titleOf(catalog, id))} (${id})`).join('; ');
  const range = (bounds: QueryPlan['year']): string =>
    bounds === null ? '' : `${bounds[0] ?? '...'} to ${bounds[1] ?? '...'}`;
  const lines: [string, string][] = [
    ['title', names(made.title)],
    ['similar to', names(made.similarTo)],
    ['year', range(made.year)],
    ['minutes', range(made.minutes)],
    ['any of', made.genreAny.join(', ')],
    ['none of', made.genreNot.join(', ')],
    ['language', made.language.join(', ')],
    ['available', made.available ? 'now' : ''],
    ['without', names(made.exclude)],
    ['count', made.count === null ? '' : String(made.count)],
    ['sort', made.sort ?? ''],
    ['moods', made.moods.join(', ')],
    ['other words', made.residual.join(' ')],
    ['path', made.complex ? 'complex: a language model may find more' : 'plain'],
  ];
  const told = lines.filter(([, text]) => text !== '').map(([name, text]) => `${name}: ${text}`);
  return [plain(request), ...told.map((line) => `- ${line}`)]
    .flatMap((line) => wrapped(line).split('\n'))
    .map((line) => fitted(line, WIDTH))
    .join('\n');
}

/** Without what would move the cursor. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
