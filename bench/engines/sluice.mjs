/** How is Sluice measured? By its public calls, the index built from rows in memory. */

import { readRows } from '../data/npy.mjs';
import { sluice } from './library.mjs';

/** @param {import('../run/child.mjs').Job} job */
export async function* settings(job) {
  const { Index } = await sluice();
  const { base, k, rows, modes = ['exact'] } = job;
  const data = readRows(base, 0, rows);
  const targets = modes.filter((mode) => mode !== 'exact').map((mode) => Number(mode.split('-')[1]));
  const started = performance.now();
  const index = await Index.create({ dimension: base.dimension, data }, { backend: job.backend });
  const buildMs = performance.now() - started;
  const row = 4 * base.dimension;
  const { indexBytes = 0 } = /** @type {{ indexBytes?: number }} */ (index);
  const indexBytesPerVector = indexBytes / rows;
  const facts = {
    backend: index.report.backend,
    isa: index.report.isa,
    buildMs,
    bytesPerVector: row + indexBytesPerVector,
    indexBytesPerVector,
  };
  if (modes.includes('exact')) {
    yield {
      ...facts,
      mode: 'exact',
      search: (query) => index.searchSync(query, { k }).ids,
      searchBatch: (queries) => index.searchBatch(queries, { k }),
    };
  }
  if (targets.length === 0) return;
  const queries = readRows(job.queries, job.count, job.calibrationCount);
  const begun = performance.now();
  const { settings: calibrated } = await index.calibrate({ queries, k: [k] });
  const calibrateMs = performance.now() - begun;
  for (const recallTarget of targets) {
    yield {
      ...facts,
      mode: `approximate-${recallTarget}`,
      calibratedRecall: calibrated.find((setting) => setting.recallTarget === recallTarget)?.recall,
      calibrateMs,
      search: (query) => index.searchSync(query, { k, recallTarget }).ids,
      searchBatch: (queries) => index.searchBatch(queries, { k, recallTarget }),
    };
  }
}
