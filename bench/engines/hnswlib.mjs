/** How is hnswlib measured? Its graph with ef as small as k allows and larger; it takes plain arrays only. */

import { readRows } from '../data/npy.mjs';

/** @param {import('../run/child.mjs').Job} job */
export async function* settings(job) {
  const { default: hnswlib } = await import(/** @type {string} */ ('hnswlib-node'));
  const { base, k, rows } = job;
  const d = base.dimension;
  const data = readRows(base, 0, rows);
  const connectivity = 16;
  const started = performance.now();
  const index = new hnswlib.HierarchicalNSW('ip', d);
  index.initIndex({ maxElements: rows, m: connectivity, efConstruction: 128, randomSeed: 1 });
  for (let row = 0; row < rows; row++) index.addPoint(Array.from(data.subarray(row * d, (row + 1) * d)), row);
  const buildMs = performance.now() - started;
  for (const expansion of job.expansions ?? []) {
    index.setEf(expansion);
    yield {
      mode: 'approximate',
      backend: 'cpu',
      setting: `HNSW16 ef ${expansion}`,
      buildMs,
      bytesPerVector: 4 * d + 4 * (2 * connectivity + 1) + 8,
      search: (query) => index.searchKnn(Array.from(query), k).neighbors,
    };
  }
}
