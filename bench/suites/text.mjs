/** What does text search cost? Build, load, memory and time of a query, by titles and engine. */

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../run/run-child.mjs';
import { say } from '../run/say.mjs';
import { fixed, table } from './table.mjs';

export const TEXT_ENGINES = ['native', 'minisearch'];

/** @typedef {{ sizes: number[], engines: string[], queriesCount: number, k: number, seed: number, budgetMs: number }} TextOptions */

/** Every engine over every number of titles; the addon builds in one process and serves from the file in another. @param {TextOptions} options */
export async function text({ sizes, engines, ...options }) {
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const child = fileURLToPath(new URL('../run/text-child.mjs', import.meta.url));
  const results = [];
  try {
    for (const n of sizes) {
      for (const engine of engines) {
        say(`Searching ${n} titles by ${engine}`);
        const job = { ...options, n, engine, file: join(scratch, `${n}.text`) };
        const run = () =>
          runCommand([process.execPath, '--expose-gc', '--max-old-space-size=8192', child], job, {});
        const built = await run();
        const served = engine === 'native' && built.error === undefined ? await run() : { told: [] };
        const error = built.error ?? served.error;
        if (error !== undefined) say(`${engine} failed: ${error.message}`);
        results.push({
          n,
          engine,
          ...Object.assign({}, ...built.told, ...served.told),
          ...(error === undefined ? {} : { error: error.message }),
        });
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const { queriesCount, k, seed } = options;
  return { suite: 'text', cpu: cpus()[0]?.model, queries: queriesCount, k, seed, results };
}

/** @param {Awaited<ReturnType<typeof text>>} report */
export function renderText({ cpu, queries, k, results }) {
  const mega = (/** @type {number | undefined} */ bytes) =>
    fixed(bytes === undefined ? bytes : bytes / 1e6, 0);
  const seconds = (/** @type {number | undefined} */ ms) => fixed(ms === undefined ? ms : ms / 1000, 2);
  const lines = results.map((result) => [
    `${result.n} ${result.engine}`,
    seconds(result.buildMs),
    mega(result.buildPeakBytes),
    mega(result.fileBytes),
    seconds(result.loadMs),
    mega(result.indexBytes),
    fixed(result.p50Ms, 2),
    fixed(result.p95Ms, 2),
  ]);
  const heading = ['titles', 'build s', 'peak MB', 'file MB', 'load s', 'RSS MB', 'p50 ms', 'p95 ms'];
  const failed = results.flatMap(({ n, engine, error }) => (error ? [`${n} ${engine}: ${error}`] : []));
  return [`${cpu}; ${queries} queries for ${k}`, '', table([heading, ...lines]), ...failed].join('\n');
}
