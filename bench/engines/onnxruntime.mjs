/** How is ONNX Runtime measured? A product and TopK on the CPU, the matrix in a tensor that stays, in both layouts. */

import { readRows } from '../data/npy.mjs';
import { topKGraph } from './onnx-graph.mjs';

/** Rows transposed at a time: they stay in the cache while their columns are written. */
const TILE = 64;

/** @param {import('../run/child.mjs').Job} job */
export async function* settings(job) {
  const { default: ort } = await import(/** @type {string} */ ('onnxruntime-node'));
  const { base, k, rows, threads } = job;
  const d = base.dimension;
  let data = readRows(base, 0, rows);
  // Rows as they are suit batches better, columns single queries.
  for (const layout of /** @type {const} */ (['rows', 'columns'])) {
    const started = performance.now();
    if (layout === 'columns') data = transposed(data, rows, d);
    const session = await ort.InferenceSession.create(topKGraph(d, k, layout), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
    });
    const matrix = new ort.Tensor('float32', data, layout === 'rows' ? [rows, d] : [d, rows]);
    const run = async (/** @type {Float32Array} */ queries) => {
      const { ids } = await session.run({
        base: matrix,
        queries: new ort.Tensor('float32', queries, [queries.length / d, d]),
      });
      return ids.data;
    };
    yield {
      mode: 'exact',
      backend: 'cpu',
      setting: layout === 'rows' ? 'Gemm + TopK' : 'MatMul + TopK',
      buildMs: performance.now() - started,
      bytesPerVector: 4 * d,
      search: run,
      searchBatch: run,
    };
    await session.release();
  }
}

/** @param {Float32Array} data @param {number} rows @param {number} d */
function transposed(data, rows, d) {
  const columns = new Float32Array(data.length);
  for (let first = 0; first < rows; first += TILE) {
    const end = Math.min(first + TILE, rows);
    for (let j = 0; j < d; j++) {
      for (let row = first; row < end; row++) columns[j * rows + row] = data[row * d + j];
    }
  }
  return columns;
}
