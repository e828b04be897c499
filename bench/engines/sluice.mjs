/** How is Sluice measured? By its public calls, the index built from rows in memory. */

import { readRows } from '../data/npy.mjs';

/** @param {import('../run/child.mjs').Job & { backend?: string }} job */
export async function* settings(job) {
  const { Index } = await import('../../dist/js/index.js');
  const { base, k, rows, modes } = job;
  const data = readRows(base, 0, rows);
  const targets = modes.filter((mode) => mode !== 'exact').map((mode) => Number(mode.split('-')[1]));
  const started = performance.now();
  const index = await Index.create({ dimension: base.dimension, data }, { backend: job.backend });
  const buildMs = performance.now() - started;
  const row = 4 * base.dimension;
  const indexBytesPerVector = index.indexBytes / rows;
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
  await index.calibrate({ queries, k });
  const calibrateMs = performance.now() - begun;
  for (const recallTarget of targets) {
    yield {
      ...facts,
      mode: `approximate-${recallTarget}`,
      calibrateMs,
      search: (query) => index.searchSync(query, { k, recallTarget }).ids,
      searchBatch: (queries) => index.searchBatch(queries, { k, recallTarget }),
    };
  }
}
