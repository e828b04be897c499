/** What do the suites share? A scratch folder, a job for every child, and recall of what the children answered. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptKthScores, recall } from '../data/truth.mjs';
import { invalidArgument } from '../error.mjs';
import { readBandwidth } from './addon.mjs';
import { runEngine } from './run-child.mjs';
import { say } from './say.mjs';

/** @typedef {Partial<import('./child.mjs').Job> & { engine: string, label: string, env?: Record<string, string> }} Child */

/** More queries would calibrate no better than 0.001. */
const CALIBRATING = 256;

/** One run of a suite over one data set. */
export class Session {
  #files;
  /** @type {number | null} */
  #bandwidth = null;
  #scratch = mkdtempSync(join(tmpdir(), 'sluice-bench-'));

  /**
   * @param {import('../data/files.mjs').Dataset} files
   * @param {{ k: number, threads: number, budgetMs: number, queriesCount: number }} options
   */
  constructor(files, { k, threads, budgetMs, queriesCount }) {
    this.#files = files;
    const { base, queries } = files;
    const count = Math.min(queriesCount, Math.floor(queries.rows / 2));
    if (count < 1) throw invalidArgument('Expected at least two queries: one to measure, one to calibrate');
    /** @type {Omit<import('./child.mjs').Job, 'engine'>} */
    this.job = {
      ...{ base, queries, rows: base.rows, count, k, threads, budgetMs },
      calibrationCount: Math.min(CALIBRATING, queries.rows - count),
      buildThreads: availableParallelism(),
      scratch: this.#scratch,
    };
  }

  /**
   * Measures one child; says what it does on standard error.
   * @param {Child} child
   * @returns {Promise<{ results: any[], error?: Error }>} with the recall of each setting
   */
  async measure({ label, env, ...asked }) {
    say(`Measuring ${label}`);
    const job = { ...this.job, ...asked };
    const { told, error } = await runEngine(job, env);
    if (error !== undefined) say(`${label} failed: ${error.message}`);
    const { rows, k, count } = job;
    const results = told.map(({ ids, ...facts }) => {
      const measured = { engine: job.engine, threads: job.threads, ...facts };
      if (job.truthless) return measured;
      const kth = keptKthScores(this.#files, { rows, count, k });
      return {
        ...measured,
        recall: recall(this.#files, kth, JSON.parse(readFileSync(ids, 'utf8')), { rows, k }),
      };
    });
    return { results, error };
  }

  /** Bytes of the f32 rows. */
  get bytes() {
    return this.job.rows * this.job.base.dimension * 4;
  }

  /**
   * The best read bandwidth in GB/s of every time it was asked, with the threads of this run; null where no addon loads.
   * A suite asks before each child and at the end: other work on the machine slows a single measurement.
   */
  async bandwidth() {
    const found = await readBandwidth(this.bytes, this.job.threads);
    if (found !== null) this.#bandwidth = Math.max(found, this.#bandwidth ?? 0);
    return this.#bandwidth;
  }

  /** What every report begins with. */
  get facts() {
    const { rows, base, k, count, threads } = this.job;
    return {
      data: this.#files.name,
      ...{ n: rows, dim: base.dimension, k, queries: count, threads },
      machine: { cpu: cpus()[0]?.model.trim() ?? 'unknown', threads: cpus().length, node: process.version },
    };
  }

  close() {
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}
