/** Which processes does a run of `retrieval` need? One for each engine and way to build it. */

/** What can be measured, faiss apart, which is no package of npm. */
export const ENGINES = ['sluice', 'usearch', 'hnswlib', 'onnxruntime', 'tfjs'];

/** The indexes of faiss. */
export const FAISS = ['flat', 'sq8', 'pq', 'ivf'];

/** The modes of Sluice. */
export const MODES = ['exact', 'approximate-0.99', 'approximate-0.95'];

/** @typedef {import('../run/session.mjs').Child} Child */

/**
 * Sluice by every instruction set that one chooses among.
 * @param {string[]} modes
 * @returns {Child[]}
 */
export const sluiceChildren = (modes) => [
  { engine: 'sluice', label: 'sluice native', backend: 'native', modes },
  { engine: 'sluice', label: 'sluice native, AVX2', backend: 'native', modes, env: { SLUICE_ISA: 'avx2' } },
  { engine: 'sluice', label: 'sluice wasm', backend: 'wasm', modes },
];

/**
 * @param {import('./retrieval.mjs').RetrievalOptions & { hasHnswlib: boolean, hasFaiss: boolean }} options
 * @returns {(Child & { skip?: string })[]} with the reason of what is not to be run
 */
export function childrenOf({ engines, threads, k, faiss, graphs, hasHnswlib, hasFaiss }) {
  const expansions = [k, 2 * k, 4 * k];
  const noGraphs = graphs ? undefined : 'skipped, its build takes minutes: --graphs measures it';
  /** @type {(Child & { skip?: string })[]} */
  const all = [
    ...sluiceChildren(MODES),
    { engine: 'usearch', label: 'usearch exactSearch', kind: 'exact' },
    { engine: 'onnxruntime', label: 'ONNX Runtime' },
    { engine: 'tfjs', label: 'TensorFlow.js wasm', engineBackend: 'wasm' },
    { engine: 'tfjs', label: 'TensorFlow.js cpu', engineBackend: 'cpu' },
    { engine: 'usearch', label: 'usearch HNSW', kind: 'hnsw', expansions, skip: noGraphs },
    {
      engine: 'hnswlib',
      label: 'hnswlib HNSW',
      expansions,
      skip:
        noGraphs ??
        (hasHnswlib ? undefined : 'skipped, not compiled: `npm run -s bench -- compile-hnswlib` does it'),
    },
  ];
  // Two threads beside one: of WebAssembly all that is searched, of the others batches.
  if (threads === 1) {
    all.push(
      { engine: 'sluice', label: 'sluice wasm, two threads', backend: 'wasm', modes: MODES, threads: 2 },
      {
        engine: 'sluice',
        label: 'sluice native, two threads',
        backend: 'native',
        modes: ['exact'],
        threads: 2,
      },
      { engine: 'onnxruntime', label: 'ONNX Runtime, two threads', threads: 2 },
    );
  }
  if (faiss) {
    const skip = hasFaiss ? undefined : 'skipped, not installed: `npm run -s bench -- setup-faiss` does it';
    for (const index of faiss === true ? FAISS : faiss)
      all.push({ engine: 'faiss', label: `faiss ${index}`, index, skip });
  }
  return all.filter(({ engine }) => engine === 'faiss' || engines.includes(engine));
}
