/** How is a run of `retrieval` read? A table of 80 columns, then the ratios that matter. */

import { fixed, table } from './table.mjs';

/** @typedef {import('./retrieval.mjs').Result} Result */

/** @param {Result} result */
const name = ({ engine, mode, backend, isa, setting }) =>
  engine === 'sluice' ? `sluice ${mode} ${backend} ${isa}` : `${engine} ${setting}`;

/** @param {Awaited<ReturnType<typeof import('./retrieval.mjs').retrieval>>} report */
export function renderRetrieval(report) {
  const { data, n, dim, k, queries, bandwidthGBs, floorMs, results, skipped, machine } = report;
  const lines = results.map((result) => [
    name(result),
    `${result.threads}`,
    fixed(result.p50Ms, 2),
    fixed(result.minMs, 2),
    fixed(result.batch32MsPerQuery, 2),
    fixed(result.recall, 4),
    fixed(result.buildMs / 1000, 1),
  ]);
  return [
    `${data}: ${n} x ${dim}, K = ${k}, ${queries} queries; ${machine.cpu}`,
    bandwidthGBs === null
      ? 'The read bandwidth is not known: no addon loads.'
      : `Reading the f32 rows once takes ${fixed(floorMs, 2)} ms at ${fixed(bandwidthGBs, 1)} GB/s.`,
    '',
    table([['ms per query', 'thr', 'p50', 'min', 'batch', 'recall', 'build s'], ...lines]),
    '',
    ...ratios(report),
    ...skipped.map(({ what, reason }) => `${what}: ${reason}`),
  ].join('\n');
}

/** How many times as long others take as each setting of Sluice. @returns {string[]} */
function ratios({ results, floorMs, threads }) {
  const ours = results.filter(({ engine }) => engine === 'sluice');
  const others = results.filter(({ engine }) => engine !== 'sluice');
  if (ours.length === 0) return [];
  const lines = ours
    .filter((result) => result.threads === threads)
    .map((result) => [
      name(result).replace('sluice ', ''),
      times(fastest(others.filter(sameEngine('usearch', 'exact'))), result),
      times(fastest(others.filter(sameEngine('onnxruntime', 'exact'))), result),
      times(fastest(others.filter(sameEngine('faiss', 'exact'))), result),
      times(fastest(others.filter((other) => other.engine === 'faiss' && other.recall >= result.recall - 0.002)), result),
      floorMs === null ? '-' : fixed(result.p50Ms / floorMs, 2),
    ]);
  const heading = ['faster by, p50', 'usearch', 'ONNX', 'Flat', 'faiss', 'floor'];
  const explained =
    'usearch: exactSearch; Flat: IndexFlatIP; faiss: its fastest at no less recall; floor: share.';
  const pairs = ours
    .filter((result) => result.mode === 'exact' && result.threads === 2)
    .map((result) => {
      const other = results.find(({ engine, threads }) => engine === 'onnxruntime' && threads === 2);
      const ratio = (other?.batch32MsPerQuery ?? Number.NaN) / (result.batch32MsPerQuery ?? Number.NaN);
      return `Batch of 32, two threads, exact: ${fixed(ratio, 1)} times ONNX Runtime.`;
    });
  return [table([heading, ...lines]), explained, ...pairs, ''];

  function sameEngine(engine, mode) {
    return (other) => other.engine === engine && other.mode === mode && other.threads === threads;
  }
}

/** @param {Result[]} results @returns {Result | undefined} */
const fastest = (results) => results.toSorted((a, b) => a.p50Ms - b.p50Ms)[0];

/** @param {Result | undefined} other @param {Result} ours */
const times = (other, ours) => (other === undefined ? '-' : `${fixed(other.p50Ms / ours.p50Ms, 1)}x`);
