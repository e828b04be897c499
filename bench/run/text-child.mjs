/** What does text search over so many titles take? One engine in a process of its own, told on descriptor 3. */

import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { GeneratedTitles } from '../data/titles.mjs';
import { sluice } from '../engines/library.mjs';
import { measure } from './measure.mjs';

/**
 * @typedef {object} TextJob
 * @property {number} n titles
 * @property {'native' | 'minisearch'} engine
 * @property {number} queriesCount
 * @property {number} k
 * @property {number} seed
 * @property {number} budgetMs
 * @property {string} file where the index of the addon lies, or is to be written if nothing does
 */

// What an engine throws is told, not printed.
process.on('uncaughtException', (error) => {
  const { code, message, remedy } = /** @type {any} */ (error);
  writeSync(3, `${JSON.stringify({ error: { code, message, remedy } })}\n`);
  process.exit(1);
});

/** @type {TextJob} */
const { n, engine, queriesCount, k, seed, budgetMs, file } = JSON.parse(process.argv[2]);
const tell = (/** @type {object} */ facts) => writeSync(3, `${JSON.stringify(facts)}\n`);

/** Resident bytes once garbage is collected; the highest so far beside them. */
function memory() {
  globalThis.gc?.();
  globalThis.gc?.();
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1024;
  return { rss: process.memoryUsage().rss, peak };
}

const { TextIndex, Catalog, TextColumn, categories } = await sluice();
const titles = new GeneratedTitles(seed);

/** The catalogue, column by column: no more than one column stands in the heap as strings. */
function catalogue() {
  const column = (/** @type {(row: number) => any} */ of) => Array.from({ length: n }, (_, row) => of(row));
  return new Catalog(TextColumn.of(column(String)), {
    title: TextColumn.of(column((row) => titles.title(row))),
    people: categories(column((row) => titles.people(row))),
    tags: categories(column((row) => titles.tags(row))),
    genres: categories(column((row) => titles.genres(row))),
    description: TextColumn.of(column((row) => titles.description(row))),
  });
}

const opening = engine === 'native' && existsSync(file);
const catalog = opening ? undefined : catalogue();
const before = memory();
const started = performance.now();
const index = catalog === undefined ? await TextIndex.open(file) : await TextIndex.build(catalog, { engine });
const spent = performance.now() - started;

if (engine === 'native' && catalog !== undefined) {
  const bytes = index.toBytes();
  writeFileSync(file, bytes);
  tell({ buildMs: spent, buildPeakBytes: memory().peak - before.rss, fileBytes: bytes.length });
} else {
  const queries = titles.queries(queriesCount, n);
  const { answers, ...timing } = await measure(
    (i) => index.search(queries[i], { k }),
    queriesCount,
    budgetMs,
  );
  const found = answers.filter(({ rows }) => rows.length > 0).length / queriesCount;
  const { rss, peak } = memory();
  tell({
    ...(opening ? { loadMs: spent } : { buildMs: spent, loadMs: spent, buildPeakBytes: peak - before.rss }),
    baselineBytes: before.rss,
    indexBytes: rss - before.rss,
    ...timing,
    answered: found,
  });
}
process.exit(0);
