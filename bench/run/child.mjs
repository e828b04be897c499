/** How does one engine run alone? Loads it by name, measures each of its settings, tells the parent on descriptor 3. */

import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readRows } from '../data/npy.mjs';
import { measure, measureCall } from './measure.mjs';

/**
 * One way to search, ready for it.
 * @typedef {object} Setting
 * @property {string} mode `exact`, `approximate-0.99` (of a target), `approximate` (of a setting)
 * @property {string} backend
 * @property {string} [isa]
 * @property {string} [setting] in the engine's own words
 * @property {number} buildMs from rows in memory to the first search
 * @property {number} bytesPerVector all that is held for a row, the f32 row included
 * @property {number} [indexBytesPerVector] what of that lies beside the f32 row
 * @property {number} [calibratedRecall]
 * @property {string} [note]
 * @property {(query: Float32Array) => ArrayLike<number | bigint> | Promise<ArrayLike<number | bigint>>} search
 * @property {(queries: Float32Array) => unknown} [searchBatch]
 */

/**
 * What a child is asked for.
 * @typedef {object} Job
 * @property {string} engine a file of bench/engines
 * @property {import('../data/npy.mjs').NpyFile} base
 * @property {import('../data/npy.mjs').NpyFile} queries
 * @property {number} rows the first so many rows of base
 * @property {number} count the first so many queries are measured
 * @property {number} calibrationCount so many of the queries behind them calibrate
 * @property {number} k
 * @property {number} threads
 * @property {string} [index] of faiss
 * @property {number} buildThreads where building is not what is measured
 * @property {string[]} [modes] of Sluice
 * @property {import('../../src/index.ts').BackendName} [backend] of Sluice
 * @property {string} [engineBackend] of TensorFlow.js
 * @property {boolean} [truthless] recall is not asked for
 * @property {boolean} [mapped] leave the rows of Sluice in the file
 * @property {'exact' | 'hnsw'} [kind] of usearch
 * @property {number[]} [expansions] of graphs: how many rows a search looks at
 * @property {string} scratch a folder for files of this run
 * @property {number} budgetMs time for the searches of one setting
 */

/** Queries of one batch. */
const BATCH = 32;

// What an engine throws is told, not printed.
process.on('uncaughtException', (error) => {
  const { code, message, remedy } = /** @type {any} */ (error);
  writeSync(3, `${JSON.stringify({ error: { code, message, remedy } })}\n`);
  process.exit(1);
});

/** @type {Job} */
const job = JSON.parse(process.argv[2]);
const { settings } = await import(`../engines/${job.engine}.mjs`);
const d = job.base.dimension;
const queries = readRows(job.queries, 0, job.count);
// Each in a buffer of its own: usearch's exactSearch reads from the start of the buffer, wherever the view begins.
const each = Array.from({ length: job.count }, (_, i) => queries.slice(i * d, (i + 1) * d));

let number = 0;
for await (const { search, searchBatch, ...facts } of /** @type {AsyncIterable<Setting>} */ (settings(job))) {
  const { answers, ...timing } = await measure((i) => search(each[i]), job.count, job.budgetMs);
  const ids = join(job.scratch, `ids-${process.pid}-${number++}.json`);
  writeFileSync(ids, JSON.stringify(answers.map((answer) => Array.from(answer, Number))));
  /** @type {{ batch32MsPerQuery: number | null, batch32MinMsPerQuery: number | null }} */
  const batches = { batch32MsPerQuery: null, batch32MinMsPerQuery: null };
  if (searchBatch !== undefined) {
    const batch = new Float32Array(BATCH * d);
    for (let i = 0; i < BATCH; i++) batch.set(each[i % job.count], i * d);
    const { medianMs, minMs } = await measureCall(() => searchBatch(batch), job.budgetMs);
    batches.batch32MsPerQuery = medianMs / BATCH;
    batches.batch32MinMsPerQuery = minMs / BATCH;
  }
  writeSync(3, `${JSON.stringify({ ...facts, ...timing, ...batches, ids })}\n`);
}
process.exit(0);
