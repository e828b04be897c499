/** How long does an exact or approximate top-k take, beside other libraries on the same files? */

import { dataset } from '../data/files.mjs';
import { hasFaiss, hasHnswlib, installRivals } from '../run/rivals.mjs';
import { say } from '../run/say.mjs';
import { Session } from '../run/session.mjs';
import { childrenOf } from './children.mjs';

/**
 * @typedef {object} RetrievalOptions
 * @property {number} n
 * @property {number} dim
 * @property {number} k
 * @property {number} queriesCount measured
 * @property {string} [base]
 * @property {string} [queries]
 * @property {import('../data/catalogue.mjs').Shape} data
 * @property {number} seed
 * @property {number} threads
 * @property {string[]} engines
 * @property {boolean | string[]} [faiss] all indexes, or some
 * @property {boolean} [graphs]
 * @property {number} budgetMs
 */

/**
 * One engine and setting, measured. Times are of one search of one query, in milliseconds.
 * @typedef {object} Result
 * @property {string} engine
 * @property {string} mode
 * @property {string} backend
 * @property {number} threads
 * @property {number} p50Ms
 * @property {number} p95Ms
 * @property {number} minMs
 * @property {number | null} batch32MsPerQuery the median
 * @property {number | null} batch32MinMsPerQuery
 * @property {number} recall
 * @property {number} buildMs
 * @property {number} bytesPerVector
 * @property {string} [isa]
 * @property {string} [setting]
 * @property {string} [note]
 * @property {number} [calibratedRecall]
 * @property {number} [candidates]
 * @property {number} [indexBytesPerVector]
 */

/** @param {RetrievalOptions} options */
export async function retrieval(options) {
  const session = new Session(dataset(options), options);
  try {
    if (options.engines.some((engine) => engine !== 'sluice')) installRivals();
    /** @type {Result[]} */
    const results = [];
    const skipped = [];
    for (const { skip, ...child } of childrenOf({
      ...options,
      hasHnswlib: hasHnswlib(),
      hasFaiss: hasFaiss(),
    })) {
      const { engine, label } = child;
      // Without AVX-512 the best kernels were those of AVX2 already.
      if (child.env?.['SLUICE_ISA'] === 'avx2' && !results.some(({ isa }) => isa === 'avx512')) continue;
      if (skip !== undefined) say(`${label}: ${skip}`);
      if (skip === undefined) await session.bandwidth();
      const measured = skip === undefined ? await session.measure(child) : { results: [] };
      results.push(...measured.results);
      const reason = skip ?? measured.error?.message;
      if (reason !== undefined) skipped.push({ engine, what: label, reason });
    }
    const bandwidthGBs = await session.bandwidth();
    return {
      suite: 'retrieval',
      ...session.facts,
      seed: options.seed,
      bandwidthGBs,
      floorMs: bandwidthGBs === null ? null : session.bytes / bandwidthGBs / 1e6,
      results,
      skipped,
    };
  } finally {
    session.close();
  }
}
