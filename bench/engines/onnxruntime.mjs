/** How is ONNX Runtime measured? One product and TopK on the CPU, the matrix in a tensor that stays. */

import { readRows } from '../data/npy.mjs';
import { topKGraph } from './onnx-graph.mjs';

/** @param {import('../run/child.mjs').Job} job */
export async function* settings(job) {
  const { default: ort } = await import(/** @type {string} */ ('onnxruntime-node'));
  const { base, k, rows, threads } = job;
  const d = base.dimension;
  const data = readRows(base, 0, rows);
  const started = performance.now();
  const session = await ort.InferenceSession.create(topKGraph(d, k), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  const matrix = new ort.Tensor('float32', data, [rows, d]);
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
    setting: 'Gemm + TopK',
    buildMs: performance.now() - started,
    bytesPerVector: 4 * d,
    search: run,
    searchBatch: run,
  };
}
