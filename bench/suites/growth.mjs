/** How does the time of a search grow with the number of rows? By a line through the times, and how far they are off. */

import { dataset } from '../data/files.mjs';
import { Session } from '../run/session.mjs';
import { fixed, table } from './table.mjs';

/** Shares of the largest number of rows. */
const SHARES = [0.1, 0.2, 0.4, 0.7, 1];

/**
 * The line a + b x of least squares of relative deviations, and the largest of these.
 * @param {{ x: number, y: number }[]} points at least two, y above 0
 */
export function fitLine(points) {
  // Minimises the sum of ((y - a - b x) / y)^2: the normal equations with weights 1 / y^2.
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const weight = 1 / (y * y);
    w += weight;
    wx += weight * x;
    wxx += weight * x * x;
    wy += weight * y;
    wxy += weight * x * y;
  }
  const b = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  const a = (wy - b * wx) / w;
  const deviations = points.map(({ x, y }) => Math.abs((a + b * x) / y - 1));
  return { a, b, largestDeviation: Math.max(...deviations) };
}

/** @param {import('./retrieval.mjs').RetrievalOptions} options */
export async function growth(options) {
  const session = new Session(dataset(options), options);
  try {
    /** @type {any[]} */
    const points = [];
    for (const share of SHARES) {
      const rows = Math.round(share * session.job.rows);
      const { results, error } = await session.measure({
        engine: 'sluice',
        label: `${rows} rows`,
        rows,
        modes: ['exact', 'approximate-0.99'],
        mapped: true,
        truthless: true,
      });
      if (error !== undefined) throw error;
      points.push(...results.map((result) => ({ ...result, n: rows })));
    }
    const fits = ['exact', 'approximate-0.99'].flatMap((mode) =>
      /** @type {const} */ (['p50Ms', 'minMs']).map((time) => {
        const line = points
          .filter((point) => point.mode === mode)
          .map((point) => ({ x: point.n, y: point[time] }));
        const { a, b, largestDeviation } = fitLine(line);
        return { mode, time, interceptMs: a, nsPerRow: b * 1e6, largestDeviation };
      }),
    );
    return { suite: 'growth', ...session.facts, seed: options.seed, points, fits };
  } finally {
    session.close();
  }
}

/** @param {Awaited<ReturnType<typeof growth>>} report */
export function renderGrowth({ data, dim, k, threads, points, fits }) {
  const lines = points.map(({ mode, isa, n, p50Ms, minMs, buildMs, calibratedRecall }) => [
    `${mode} ${isa}`,
    `${n}`,
    fixed(p50Ms, 2),
    fixed(minMs, 2),
    fixed(calibratedRecall, 4),
    fixed(buildMs / 1000, 1),
  ]);
  return [
    data,
    `dimension ${dim}, K = ${k}, threads: ${threads}`,
    '',
    table([['ms per query', 'rows', 'p50', 'min', 'calibrated', 'build s'], ...lines]),
    '',
    ...fits.map(
      ({ mode, time, interceptMs, nsPerRow, largestDeviation }) =>
        `${mode}, ${time === 'p50Ms' ? 'p50' : 'min'}: ${fixed(interceptMs, 2)} ms + ${fixed(nsPerRow, 2)} ns a row, ` +
        `off by ${fixed(100 * largestDeviation, 1)} % at most`,
    ),
  ].join('\n');
}
