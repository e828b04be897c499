/** How is TensorFlow.js measured? matMul and topk on its CPU and WebAssembly engines, the matrix in a tensor that stays. */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readRows } from '../data/npy.mjs';

/** @param {import('../run/child.mjs').Job} job */
export async function* settings(job) {
  const { engineBackend = 'cpu' } = job;
  const require = createRequire(import.meta.url);
  const tf = require(/** @type {string} */ ('@tensorflow/tfjs'));
  if (engineBackend === 'wasm') {
    const wasm = require(/** @type {string} */ ('@tensorflow/tfjs-backend-wasm'));
    const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
    wasm.setWasmPaths(join(folder, '/'));
    wasm.setThreadsCount(job.threads);
  }
  if (!(await tf.setBackend(engineBackend))) throw new Error(`Error: no engine ${engineBackend}`);
  await tf.ready();
  const { base, k, rows } = job;
  const d = base.dimension;
  const started = performance.now();
  const matrix = tf.tensor2d(readRows(base, 0, rows), [rows, d]);
  // The first product moves the matrix to the engine.
  const run = (/** @type {Float32Array} */ queries) => {
    const { values, indices } = tf.tidy(() => {
      const products = tf.matMul(tf.tensor2d(queries, [queries.length / d, d]), matrix, false, true);
      return tf.topk(products, k);
    });
    const ids = indices.dataSync();
    tf.dispose([values, indices]);
    return ids;
  };
  run(new Float32Array(d));
  yield {
    mode: 'exact',
    backend: engineBackend,
    setting: 'matMul + topk',
    buildMs: performance.now() - started,
    bytesPerVector: 4 * d,
    search: run,
    searchBatch: run,
  };
}
