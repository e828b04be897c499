/** What does a decision take, by every set of kernels, and is that within the targets? */

import { cpus } from 'node:os';
import { self } from '../engines/decisions.mjs';
import { kernelSpeeds } from '../run/addon.mjs';
import { runCommand } from '../run/run-child.mjs';
import { say } from '../run/say.mjs';
import { fixed, table } from './table.mjs';

/** Microseconds at p50, from JavaScript, on one thread. @type {Record<string, { native: number, wasm: number }>} */
export const TARGETS = {
  'lin-ts 64': { native: 6, wasm: 15 },
  'lin-ts 128': { native: 12, wasm: 30 },
  'lin-ucb 64': { native: 12, wasm: 30 },
  'lin-ucb 64 worst': { native: 100, wasm: 300 },
  'inverse-gap': { native: 3, wasm: 6 },
  'plackett-luce 10': { native: 8, wasm: 20 },
  'learn 64': { native: 2, wasm: 5 },
};

/**
 * One operation by one set of kernels.
 * @typedef {object} DecisionResult
 * @property {string} operation
 * @property {string} kernels `native avx512`, `native avx2`, `wasm`, `reference`, or `plain` JavaScript without Sluice
 * @property {number} p50Us microseconds a call, the median of means of eight calls
 * @property {number} minUs
 * @property {number | null} targetUs
 */

/** @param {{ budgetMs: number }} options */
export async function decisions({ budgetMs }) {
  const sets = new Set((await kernelSpeeds(64, 8))?.map(({ isa }) => isa) ?? []);
  const children = [
    ...['avx512', 'avx2'].filter((isa) => sets.has(isa)).map((isa) => ['native', isa]),
    ['wasm'],
    ['reference'],
    ['plain'],
  ];
  /** @type {DecisionResult[]} */
  const results = [];
  for (const [kernels, isa] of children) {
    const label = isa === undefined ? kernels : `${kernels} ${isa}`;
    say(`Measuring ${label}`);
    const job = { kernels, budgetMs: budgetMs / 10 };
    /** @type {Record<string, string>} */
    const env = isa === undefined ? {} : { SLUICE_ISA: isa };
    const { told, error } = await runCommand([process.execPath, self], job, env);
    if (error !== undefined) throw error;
    for (const { operation, p50Us, minUs } of told) {
      const target = TARGETS[operation]?.[/** @type {'native' | 'wasm'} */ (kernels)] ?? null;
      results.push({ operation, kernels: label, p50Us, minUs, targetUs: target });
    }
  }
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads: cpus().length,
    node: process.version,
  };
  return { suite: 'decisions', candidates: 1000, threads: 1, machine, results };
}

/** @param {Awaited<ReturnType<typeof decisions>>} report */
export function renderDecisions({ results }) {
  const sets = [...new Set(results.map(({ kernels }) => kernels))];
  const names = [...new Set(results.map(({ operation }) => operation))];
  const found = (/** @type {string} */ operation, /** @type {string} */ set) =>
    results.find((result) => result.operation === operation && result.kernels === set);
  return [
    table([
      ['microseconds, p50', ...sets, 'targets'],
      ...names.map((name) => [
        name,
        ...sets.map((set) => fixed(found(name, set)?.p50Us, 2)),
        TARGETS[name] === undefined ? '-' : `${TARGETS[name].native} / ${TARGETS[name].wasm}`,
      ]),
    ]),
    '',
    'One decision over 1000 candidates, called from JavaScript. Targets: native / wasm.',
  ].join('\n');
}
