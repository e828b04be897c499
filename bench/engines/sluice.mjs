/** How is Sluice measured? By its public calls, the whole call timed. */

import { readRows } from '../data/npy.mjs';
import { FastRandom } from '../data/random.mjs';
import { sluice } from './library.mjs';

/** Rows of one call of `score`. */
export const SCORED = 1000;

/** Calls of which `overhead` tells the time together. */
export const CALLS = 1000;

/** @param {import('../run/child.mjs').Job} job */
export async function* settings(job) {
  const { Index } = await sluice();
  const { base, k, rows, modes = ['exact'] } = job;
  const { dimension, path, byteOffset } = base;
  const source = job.mapped
    ? { dimension, path, byteOffset, rows }
    : { dimension, data: readRows(base, 0, rows) };
  const started = performance.now();
  const index = await Index.create(source, { backend: job.backend });
  const buildMs = performance.now() - started;
  const indexBytesPerVector = index.indexBytes / rows;
  const facts = {
    backend: index.report.backend,
    isa: index.report.isa,
    buildMs,
    bytesPerVector: 4 * dimension + indexBytesPerVector,
    indexBytesPerVector,
  };
  /** @param {number} [recallTarget] */
  const searches = (recallTarget) => ({
    search: (/** @type {Float32Array} */ query) => index.searchSync(query, { k, recallTarget }).ids,
    searchBatch: (/** @type {Float32Array} */ queries) => index.searchBatch(queries, { k, recallTarget }),
  });
  if (modes.includes('exact')) yield { ...facts, mode: 'exact', ...searches() };
  if (modes.includes('score')) {
    const random = new FastRandom(1, 1);
    const some = Uint32Array.from({ length: SCORED }, () => Math.floor(random.uniform() * rows));
    yield { ...facts, mode: 'score', search: (query) => index.score(query, some) };
  }
  if (modes.includes('overhead')) {
    const few = await Index.create({ dimension, data: readRows(base, 0, 1) }, { backend: job.backend });
    const search = (/** @type {Float32Array} */ query) => {
      for (let i = 1; i < CALLS; i++) few.searchSync(query, { k: 1 });
      return few.searchSync(query, { k: 1 }).ids;
    };
    yield { ...facts, mode: 'overhead', search };
  }
  const targets = modes
    .filter((mode) => mode.startsWith('approximate-'))
    .map((mode) => Number(mode.slice(12)));
  if (targets.length === 0) return;
  const queries = readRows(job.queries, job.count, job.calibrationCount);
  const begun = performance.now();
  const calibration = await index.calibrate({ queries, k: [k] });
  const calibrateMs = performance.now() - begun;
  for (const recallTarget of targets) {
    const found = calibration.settings.find((setting) => setting.recallTarget === recallTarget);
    yield {
      ...facts,
      mode: `approximate-${recallTarget}`,
      calibratedRecall: found?.recall,
      candidates: found?.candidates,
      calibrateMs,
      ...searches(recallTarget),
    };
  }
}
