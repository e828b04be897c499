/** How is usearch measured? `exactSearch` over the caller's rows, and its HNSW index where it is asked for. */

import { join } from 'node:path';
import { readRows } from '../data/npy.mjs';

/** Rows added by one call. */
const ADDED = 10_000;

/** @param {import('../run/child.mjs').Job} job */
export async function* settings(job) {
  const { default: usearch } = await import(/** @type {string} */ ('usearch'));
  const { base, k, rows, threads } = job;
  const d = base.dimension;
  const data = readRows(base, 0, rows);
  const { IP } = usearch.MetricKind;
  if (job.kind === 'exact') {
    yield {
      mode: 'exact',
      backend: 'cpu',
      setting: 'exactSearch',
      buildMs: 0,
      bytesPerVector: 4 * d,
      search: (query) => usearch.exactSearch(data, query, d, k, IP, threads).keys,
      searchBatch: (queries) => usearch.exactSearch(data, queries, d, k, IP, threads),
    };
    return;
  }
  const connectivity = 16;
  const config = {
    dimensions: d,
    metric: IP,
    quantization: 'f32',
    connectivity,
    expansion_add: 128,
    multi: false,
  };
  const started = performance.now();
  const built = new usearch.Index({ ...config, expansion_search: k });
  for (let first = 0; first < rows; first += ADDED) {
    const count = Math.min(ADDED, rows - first);
    const keys = BigUint64Array.from({ length: count }, (_, i) => BigInt(first + i));
    built.add(keys, data.subarray(first * d, (first + count) * d), job.buildThreads);
  }
  const buildMs = performance.now() - started;
  // How far a search expands is fixed when an index is made, not when it is loaded.
  const path = join(job.scratch, 'usearch.index');
  built.save(path);
  for (const expansion of job.expansions ?? []) {
    const index = new usearch.Index({ ...config, expansion_search: expansion });
    index.view(path);
    yield {
      mode: 'approximate',
      backend: 'cpu',
      setting: `HNSW16 ef ${expansion}`,
      buildMs,
      bytesPerVector: 4 * d + 4 * (2 * connectivity + 1) + 16,
      note: `built with ${job.buildThreads} threads`,
      search: (query) => index.search(query, k, threads).keys,
    };
  }
}
