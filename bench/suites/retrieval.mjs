/** How long does an exact or approximate top-k take, beside other libraries on the same files? */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataset } from '../data/files.mjs';
import { keptKthScores, recall } from '../data/truth.mjs';
import { invalidArgument } from '../error.mjs';
import { measureBandwidth } from '../run/bandwidth.mjs';
import { hasFaiss, hasHnswlib, installRivals, python } from '../run/rivals.mjs';
import { runCommand, runEngine, threadVariables } from '../run/run-child.mjs';
import { say } from '../run/say.mjs';
import { childrenOf } from './children.mjs';

/**
 * @typedef {object} RetrievalOptions
 * @property {number} n
 * @property {number} dim
 * @property {number} k
 * @property {number} queriesCount measured
 * @property {string} [base]
 * @property {string} [queries]
 * @property {import('../data/catalogue.mjs').Shape} data
 * @property {number} seed
 * @property {number} threads
 * @property {string[]} engines
 * @property {boolean | string[]} [faiss] all indexes, or some
 * @property {boolean} [graphs]
 * @property {number} budgetMs
 */

/**
 * One engine and setting, measured. Times are of one search of one query, in milliseconds.
 * @typedef {object} Result
 * @property {string} engine
 * @property {string} mode
 * @property {string} backend
 * @property {number} threads
 * @property {number} p50Ms
 * @property {number} p95Ms
 * @property {number} minMs
 * @property {number | null} batch32MsPerQuery
 * @property {number} recall
 * @property {number} buildMs
 * @property {number} bytesPerVector
 * @property {string} [isa]
 * @property {string} [setting]
 * @property {string} [note]
 * @property {number} [calibratedRecall]
 * @property {number} [indexBytesPerVector]
 */

/** @param {RetrievalOptions} options */
export async function retrieval(options) {
  const { k, threads, budgetMs } = options;
  const files = dataset(options);
  const rows = files.base.rows;
  const count = Math.min(options.queriesCount, Math.floor(files.queries.rows / 2));
  if (count < 1) throw invalidArgument('Expected at least two queries: one to measure, one to calibrate');
  const { engines } = options;
  if (engines.some((engine) => engine !== 'sluice')) installRivals();
  const kth = keptKthScores(files, { rows, count, k });
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const bytes = rows * files.base.dimension * 4;
  /** @type {Result[]} */
  const results = [];
  const skipped = [];
  try {
    const before = await measureBandwidth(bytes, threads);
    const job = {
      ...{ base: files.base, queries: files.queries, rows, count, k, threads, scratch, budgetMs },
      calibrationCount: files.queries.rows - count,
      buildThreads: availableParallelism(),
    };
    for (const child of childrenOf({ ...options, hasHnswlib: hasHnswlib(), hasFaiss: hasFaiss(), rows })) {
      const { engine, label, skip, env, ...facts } = child;
      if (skip !== undefined) {
        say(`${label}: ${skip}`);
        skipped.push({ engine, what: label, reason: skip });
        continue;
      }
      say(`Measuring ${label}`);
      const asked = { ...job, engine, ...facts };
      try {
        const told =
          engine === 'faiss'
            ? await runCommand(
                [python, new URL('../engines/measure_faiss.py', import.meta.url).pathname],
                asked,
                {
                  ...threadVariables(asked.threads),
                  ...env,
                },
              )
            : await runEngine(asked, env);
        for (const { ids, ...measured } of told) {
          const answers = JSON.parse(readFileSync(ids, 'utf8'));
          const found = recall(files, kth, answers, { rows, k });
          results.push({ engine, threads: asked.threads, ...measured, recall: found });
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        say(`${label} failed: ${reason}`);
        skipped.push({ engine, what: label, reason });
      }
    }
    const after = await measureBandwidth(bytes, threads);
    const bandwidthGBs = before === null || after === null ? null : Math.max(before, after);
    return {
      suite: 'retrieval',
      data: files.name,
      ...{ n: rows, dim: files.base.dimension, k, queries: count, seed: options.seed, threads },
      machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', threads: cpus().length, node: process.version },
      bandwidthGBs,
      floorMs: bandwidthGBs === null ? null : bytes / bandwidthGBs / 1e6,
      results,
      skipped,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
