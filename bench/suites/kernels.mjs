/** What does a row cost each kernel, and how near to the speed of memory is that? By the whole public call. */

import { dataset } from '../data/files.mjs';
import { CALLS, SCORED } from '../engines/sluice.mjs';
import { Session } from '../run/session.mjs';
import { MODES, sluiceChildren } from './children.mjs';
import { fixed, table } from './table.mjs';

/**
 * One call of one instruction set: threshold, scan, selection and scoring together, as a caller waits for it.
 * @typedef {object} KernelResult
 * @property {string} call
 * @property {string} isa
 * @property {number} nsPerRow of one query; of a row scored, for `score`
 * @property {number | null} bandwidthShare bytes of f32 rows a second over the read bandwidth; above 1 less is read
 */

/** @param {import('./retrieval.mjs').RetrievalOptions} options */
export async function kernels(options) {
  const session = new Session(dataset(options), options);
  try {
    /** @type {any[]} */
    const measured = [];
    for (const child of sluiceChildren([...MODES, 'score', 'overhead'])) {
      if (child.env?.['SLUICE_ISA'] === 'avx2' && !measured.some(({ isa }) => isa === 'avx512')) continue;
      await session.bandwidth();
      const { results } = await session.measure({ ...child, truthless: true });
      measured.push(...results);
    }
    const bandwidthGBs = await session.bandwidth();
    const bytesPerRow = 4 * session.job.base.dimension;
    /** @type {KernelResult[]} */
    const results = measured
      .filter(({ mode }) => mode !== 'overhead')
      .flatMap(({ mode, isa, minMs, batch32MsPerQuery }) => {
        const rows = mode === 'score' ? SCORED : session.job.rows;
        const result = (/** @type {string} */ call, /** @type {number} */ ms) => {
          const nsPerRow = (ms * 1e6) / rows;
          const bandwidthShare = bandwidthGBs === null ? null : bytesPerRow / nsPerRow / bandwidthGBs;
          return { call, isa, nsPerRow, bandwidthShare };
        };
        return mode === 'score'
          ? [result('score', minMs)]
          : [result(`search ${mode}`, minMs), result(`searchBatch ${mode}`, batch32MsPerQuery)];
      });
    /** Of one `searchSync` on an index of one row. */
    const overheads = measured
      .filter(({ mode }) => mode === 'overhead')
      .map(({ isa, minMs }) => ({ isa, microseconds: (minMs * 1000) / CALLS }));
    return { suite: 'kernels', ...session.facts, seed: options.seed, bandwidthGBs, results, overheads };
  } finally {
    session.close();
  }
}

/** @param {Awaited<ReturnType<typeof kernels>>} report */
export function renderKernels({ data, n, dim, k, threads, bandwidthGBs, results, overheads }) {
  const lines = results.map(({ call, isa, nsPerRow, bandwidthShare }) => [
    `${call} ${isa}`,
    fixed(nsPerRow, 3),
    fixed(bandwidthShare, 2),
  ]);
  return [
    data,
    `${n} x ${dim}, K = ${k}, threads: ${threads}, memory read at ${fixed(bandwidthGBs, 1)} GB/s`,
    '',
    table([['the whole call, least time', 'ns per row', 'of bandwidth'], ...lines]),
    '',
    'searchBatch: 32 queries, per query. Of bandwidth: bytes of the f32 rows a second;',
    'above 1 where codes are read instead. score: 1000 rows at random places.',
    ...overheads.map(
      ({ isa, microseconds }) => `One searchSync of one row, ${isa}: ${fixed(microseconds, 2)} microseconds.`,
    ),
  ].join('\n');
}
