/** What does a row cost each kernel, and how near to the speed of memory is that? Alone, and within whole calls. */

import { dataset } from '../data/files.mjs';
import { CALLS, SCORED } from '../engines/sluice.mjs';
import { kernelSpeeds } from '../run/addon.mjs';
import { say } from '../run/say.mjs';
import { Session } from '../run/session.mjs';
import { MODES, sluiceChildren } from './children.mjs';
import { fixed, table } from './table.mjs';

/**
 * One kernel of the addon over all rows, alone.
 * @typedef {object} KernelResult
 * @property {string} kernel
 * @property {string} isa
 * @property {number} nsPerRow for one query
 * @property {number} bytesPerRow that it reads for one query
 * @property {number | null} bandwidthShare the bytes that it reads a second over the read bandwidth
 */

/**
 * One call of the public interface: threshold, scan, selection and scores together, as a caller waits for it.
 * @typedef {object} CallResult
 * @property {string} call
 * @property {string} isa
 * @property {number} nsPerRow for one query; of a row scored, for `score`
 * @property {number | null} floorShare its time over that of reading the f32 rows once
 */

/** @param {import('./retrieval.mjs').RetrievalOptions} options */
export async function kernels(options) {
  const session = new Session(dataset(options), options);
  try {
    const { rows, base } = session.job;
    /** @type {any[]} */
    const measured = [];
    for (const child of sluiceChildren([...MODES, 'score', 'overhead'])) {
      if (child.env?.['SLUICE_ISA'] === 'avx2' && !measured.some(({ isa }) => isa === 'avx512')) continue;
      await session.bandwidth();
      const found = await session.measure({ ...child, truthless: true });
      measured.push(...found.results);
    }
    say('Measuring each kernel alone');
    const speeds = (await kernelSpeeds(rows, base.dimension)) ?? [];
    const bandwidthGBs = await session.bandwidth();
    /** @type {KernelResult[]} */
    const results = speeds.map((speed) => ({
      ...speed,
      bandwidthShare: bandwidthGBs === null ? null : speed.bytesPerRow / speed.nsPerRow / bandwidthGBs,
    }));
    /** @type {CallResult[]} */
    const calls = measured.flatMap(({ mode, isa, minMs, batch32MinMsPerQuery }) => {
      const call = (/** @type {string} */ name, /** @type {number} */ ms, count = rows) => {
        const nsPerRow = (ms * 1e6) / count;
        const floorShare = bandwidthGBs === null ? null : nsPerRow / ((4 * base.dimension) / bandwidthGBs);
        return { call: name, isa, nsPerRow, floorShare };
      };
      if (mode === 'overhead') return [];
      if (mode === 'score') return [call('score', minMs, SCORED)];
      return [call(`search ${mode}`, minMs), call(`searchBatch ${mode}`, batch32MinMsPerQuery)];
    });
    /** Of one `searchSync` on an index of one row. */
    const overheads = measured
      .filter(({ mode }) => mode === 'overhead')
      .map(({ isa, minMs }) => ({ isa, microseconds: (minMs * 1000) / CALLS }));
    return {
      suite: 'kernels',
      ...session.facts,
      seed: options.seed,
      bandwidthGBs,
      results,
      calls,
      overheads,
    };
  } finally {
    session.close();
  }
}

/** @param {Awaited<ReturnType<typeof kernels>>} report */
export function renderKernels({ data, n, dim, k, threads, bandwidthGBs, results, calls, overheads }) {
  const alone = results.map(({ kernel, isa, nsPerRow, bytesPerRow, bandwidthShare }) => [
    `${kernel}_${isa}`,
    fixed(nsPerRow, 3),
    fixed(bytesPerRow, 0),
    fixed(bandwidthShare, 2),
  ]);
  const whole = calls.map(({ call, isa, nsPerRow, floorShare }) => [
    `${call} ${isa}`,
    fixed(nsPerRow, 3),
    fixed(floorShare, 2),
  ]);
  return [
    data,
    `${n} x ${dim}, K = ${k}, threads: ${threads}, memory read at ${fixed(bandwidthGBs, 1)} GB/s`,
    '',
    table([['a kernel alone, least time', 'ns per row', 'bytes', 'of bandwidth'], ...alone]),
    '',
    table([['the whole call, least time', 'ns per row', 'of the floor'], ...whole]),
    '',
    'searchBatch: 32 queries, per query. score: 1000 rows at random places. The floor',
    'is the time to read the f32 rows once.',
    ...overheads.map(
      ({ isa, microseconds }) => `One searchSync of one row, ${isa}: ${fixed(microseconds, 2)} microseconds.`,
    ),
  ].join('\n');
}
