/** How is a run of `retrieval` read? A table of 80 columns, then the ratios that matter. */

import { fixed, table } from './table.mjs';

/** @typedef {import('./retrieval.mjs').Result} Result */
/** @typedef {Awaited<ReturnType<typeof import('./retrieval.mjs').retrieval>>} Report */

/** Milliseconds in five columns. @param {number | null} value */
const short = (value) => fixed(value, value !== null && value >= 99.95 ? 1 : 2);

/** Recalls that differ by no more are equal. */
const EQUAL_RECALL = 0.005;

/** @param {Result} result */
function nameOf({ engine, mode, backend, isa, setting = '', threads }, usual = 1) {
  const words = engine === 'sluice' ? [mode, isa] : engine === 'tfjs' ? [backend, setting] : [setting];
  if (threads !== usual) words.push(`${threads} threads`);
  return [engine, ...words].join(' ').replace('nprobe ', 'np').replace('k_factor ', 'kf');
}

/** @param {Report} report */
export function renderRetrieval(report) {
  const { data, n, dim, k, queries, threads, bandwidthGBs, floorMs, results, skipped, machine } = report;
  const lines = results.map((result) => [
    nameOf(result, threads),
    short(result.p50Ms),
    short(result.minMs),
    short(result.batch32MsPerQuery),
    fixed(result.recall, 4),
    fixed(result.buildMs / 1000, 1),
  ]);
  return [
    data,
    `${n} x ${dim}, K = ${k}, ${queries} queries, threads: ${threads}; ${machine.cpu}`,
    bandwidthGBs === null
      ? 'The read bandwidth is not known: no addon loads.'
      : `Reading the f32 rows once takes ${fixed(floorMs, 2)} ms at ${fixed(bandwidthGBs, 1)} GB/s.`,
    '',
    table([['ms per query', 'p50', 'min', 'batch', 'recall', 'build'], ...lines]),
    ...ratios(report, 'p50Ms'),
    ...ratios(report, 'minMs'),
    ...batches(report),
    ...skipped.map(({ what, reason }) => `${what}: ${reason}`),
  ].join('\n');
}

/**
 * How many times as long others take as each setting of Sluice, by the median or the least of the times.
 * @param {Report} report
 * @param {'p50Ms' | 'minMs'} time
 * @returns {string[]}
 */
function ratios({ results, floorMs, threads }, time) {
  const same = results.filter((result) => result.threads === threads);
  const ours = same.filter(({ engine }) => engine === 'sluice');
  if (ours.length === 0) return [];
  /** @param {Result} mine @param {(other: Result) => boolean} which */
  const faster = (mine, which) => {
    const times = same.filter(which).map((other) => other[time]);
    return times.length === 0 ? '-' : `${fixed(Math.min(...times) / mine[time], 1)}x`;
  };
  const lines = ours.map((mine) => [
    nameOf(mine, threads).replace('sluice ', ''),
    faster(mine, ({ engine, mode }) => engine === 'usearch' && mode === 'exact'),
    faster(mine, ({ engine }) => engine === 'onnxruntime'),
    faster(mine, ({ engine, mode }) => engine === 'faiss' && mode === 'exact'),
    faster(
      mine,
      ({ engine, recall }) =>
        engine === 'faiss' && recall >= mine.recall - (mine.mode === 'exact' ? 0 : EQUAL_RECALL),
    ),
    floorMs === null ? '-' : fixed(mine[time] / floorMs, 2),
  ]);
  const by = time === 'p50Ms' ? 'p50' : 'min';
  return ['', table([[`faster by, ${by}`, 'usearch', 'ONNX', 'Flat', 'faiss', 'floor'], ...lines])];
}

/** @param {Report} report @returns {string[]} */
function batches(report) {
  const { results } = report;
  /** @param {string} engine */
  const ofTwo = (engine) =>
    results
      .filter((result) => result.engine === engine && result.threads === 2 && result.mode === 'exact')
      .map(({ batch32MinMsPerQuery }) => batch32MinMsPerQuery ?? Number.POSITIVE_INFINITY)
      .sort((a, b) => a - b)[0];
  const [ours, theirs] = [ofTwo('sluice'), ofTwo('onnxruntime')];
  const memory = results
    .filter(
      ({ engine, mode, threads }) => engine === 'sluice' && mode === 'exact' && threads === report.threads,
    )
    .map(
      ({ indexBytesPerVector, isa }) =>
        `${isa}: ${fixed(indexBytesPerVector, 1)} bytes a vector beside its f32 row.`,
    );
  const batch =
    ours && theirs
      ? [
          `Batch of 32, two threads, exact, least times: ${fixed(theirs / ours, 1)} times as fast as ONNX Runtime.`,
        ]
      : [];
  return [
    '',
    'usearch is exactSearch, Flat is IndexFlatIP, faiss its fastest of equal recall',
    '(0.005 less at most); floor is the share of the time to read the f32 rows once.',
    'Builds in seconds, calibration apart.',
    ...memory,
    ...batch,
  ];
}
