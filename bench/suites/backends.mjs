/** Which backends work here, and what does each take for the same exact search? */

import { dataset } from '../data/files.mjs';
import { sluice } from '../engines/library.mjs';
import { installRivals } from '../run/rivals.mjs';
import { Session } from '../run/session.mjs';
import { fixed, table } from './table.mjs';

/** The plain TypeScript one takes 50 times as long as kernels: it is measured on so many rows at most. */
const REFERENCE_ROWS = 50_000;

/** @param {import('./retrieval.mjs').RetrievalOptions} options */
export async function backends(options) {
  // ONNX Runtime and TensorFlow.js are backends too.
  installRivals();
  const { backendNames } = await sluice();
  const session = new Session(dataset(options), options);
  try {
    /** @type {any[]} */
    const results = [];
    const refused = [];
    for (const backend of backendNames) {
      const rows = backend === 'reference' ? Math.min(REFERENCE_ROWS, session.job.rows) : session.job.rows;
      const child = { engine: 'sluice', label: backend, backend, rows, modes: ['exact'] };
      const { results: measured, error } = await session.measure(child);
      for (const result of measured)
        results.push({ ...result, n: rows, nsPerRow: (result.p50Ms * 1e6) / rows });
      if (error !== undefined) {
        const { code, remedy } = /** @type {import('../error.mjs').BenchError} */ (error);
        refused.push({ backend, reason: error.message, remedy, code });
      }
    }
    return { suite: 'backends', ...session.facts, seed: options.seed, results, refused };
  } finally {
    session.close();
  }
}

/** @param {Awaited<ReturnType<typeof backends>>} report */
export function renderBackends({ data, n, dim, k, threads, results, refused }) {
  const lines = results.map(({ backend, isa, n, p50Ms, minMs, batch32MsPerQuery, recall, nsPerRow }) => [
    `${backend} ${isa}`,
    `${n}`,
    fixed(p50Ms, 2),
    fixed(minMs, 2),
    fixed(batch32MsPerQuery, 2),
    fixed(nsPerRow, 1),
    fixed(recall, 4),
  ]);
  return [
    data,
    `${n} x ${dim}, K = ${k}, threads: ${threads}, exact`,
    '',
    table([['ms per query', 'rows', 'p50', 'min', 'batch', 'ns/row', 'recall'], ...lines]),
    ...refused.flatMap(({ backend, reason, remedy }) => ['', `${backend}: ${reason}`, `  ${remedy}`]),
  ].join('\n');
}
