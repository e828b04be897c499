/** From which k on is a scan faster than a graph over the same rows? Both by candidates, and the exact scan. */

import { availableParallelism } from 'node:os';
import { dataset } from '../data/files.mjs';
import { readRows } from '../data/npy.mjs';
import { loadAddon } from '../engines/addon.mjs';
import { BenchError } from '../error.mjs';
import { measure } from '../run/measure.mjs';
import { say } from '../run/say.mjs';
import { Session } from '../run/session.mjs';
import { fixed, table } from './table.mjs';

/** Candidates by k. */
const LADDERS = new Map([
  [10, [10, 20, 50, 100, 200]],
  [100, [100, 200, 400, 800]],
  [1000, [1000, 2000, 4000]],
]);

/**
 * Searches of one thread, graph and scan; only the build of the graph uses all.
 * @param {import('./retrieval.mjs').RetrievalOptions} options
 */
export async function graph(options) {
  const session = new Session(dataset(options), options);
  try {
    const { rows, base, queries, count, threads, budgetMs } = session.job;
    process.env['SLUICE_THREADS'] = String(threads);
    const addon = loadAddon();
    if (addon.Graph === undefined) {
      const remedy = 'Install a C++17 compiler and run `npm run build`.';
      throw new BenchError('ERR_SLUICE_NATIVE_REQUIRED', 'Expected an addon with the graph', remedy);
    }
    const d = base.dimension;
    const matrix = await addon.loadRows(readRows(base, 0, rows), d);
    process.env['SLUICE_THREADS'] = String(availableParallelism());
    // The library scans where that is faster; here the graph is searched wherever it can be.
    const graph = new addon.Graph(matrix, 0);
    say('Building the graph');
    const started = performance.now();
    await graph.build();
    const buildMs = performance.now() - started;
    const wanted = readRows(queries, 0, count);
    /** @type {any[]} */
    const results = [];
    for (const [k, ladder] of LADDERS) {
      if (k > Math.min(options.k, rows)) continue;
      say(`Searching for ${k}`);
      const search = async (/** @type {any} */ engine, /** @type {unknown[]} */ args) => {
        const ids = new Uint32Array(k);
        const scores = new Float32Array(k);
        const { answers, ...timing } = await measure(
          (i) => {
            engine.topKSync(wanted.subarray(i * d, (i + 1) * d), k, ...args, ids, scores);
            return scores.slice();
          },
          count,
          budgetMs,
        );
        return { ...timing, answers };
      };
      const { answers: truth, ...timing } = await search(matrix, [undefined, undefined]);
      results.push({ k, mode: 'scan', ...timing, recall: 1 });
      for (const candidates of ladder) {
        for (const mode of /** @type {const} */ (['graph', 'scan'])) {
          const { answers, ...timing } = await (mode === 'graph'
            ? search(graph, [candidates, undefined])
            : search(matrix, [undefined, candidates]));
          results.push({ k, mode, candidates, ...timing, recall: shareFound(answers, truth) });
        }
      }
    }
    const bytesPerVector = graph.bytes / rows;
    graph.close();
    matrix.close();
    return { suite: 'graph', ...session.facts, seed: options.seed, buildMs, bytesPerVector, results };
  } finally {
    session.close();
  }
}

/** The mean share of places whose score is at least the k-th true one. @param {Float32Array[]} answers @param {Float32Array[]} truth */
function shareFound(answers, truth) {
  const shares = answers.map((scores, i) => {
    const least = truth[i][truth[i].length - 1];
    return scores.filter((score) => score >= least).length / truth[i].length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** @param {Awaited<ReturnType<typeof graph>>} report */
export function renderGraph({ data, n, dim, threads, buildMs, bytesPerVector, results }) {
  const lines = results.map(({ k, mode, candidates, p50Ms, minMs, recall }) => [
    `K = ${k}, ${candidates === undefined ? 'exact scan' : `${mode}, ${candidates} candidates`}`,
    fixed(p50Ms, 3),
    fixed(minMs, 3),
    fixed(recall, 4),
  ]);
  return [
    data,
    `${n} x ${dim}, ${threads} threads; the graph: ${fixed(buildMs / 1000, 1)} s on all threads, ${fixed(bytesPerVector, 0)} bytes a row`,
    '',
    table([['ms per query', 'p50', 'min', 'recall'], ...lines]),
  ].join('\n');
}
