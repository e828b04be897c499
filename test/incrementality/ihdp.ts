/** The five simulations of the IHDP trial, with their true effects. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UpliftData } from '../../src/incrementality/learners/uplift-data.ts';
import { publicData } from '../offline/public-data.ts';

/** One file: the data that a learner sees, and the truth that it does not. */
export function readIhdp(file: number): { data: UpliftData; truth: Float64Array } {
  const path = join(publicData, 'ihdp', `ihdp_npci_${file}.csv`);
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  return {
    data: {
      features: Float64Array.from(rows.flatMap((row) => row.slice(5))),
      dimension: 25,
      treatment: Uint8Array.from(rows, (row) => row[0]),
      outcomes: Float64Array.from(rows, (row) => row[1]),
    },
    truth: Float64Array.from(rows, (row) => row[4] - row[3]),
  };
}

/** Root of the precision in estimating heterogeneous effects (Hill 2011). */
export function rootPehe(effects: Float64Array, truth: Float64Array): number {
  return Math.sqrt(effects.reduce((sum, effect, i) => sum + (effect - truth[i]) ** 2, 0) / truth.length);
}

/** |mean effect - mean true effect|. */
export function ateError(effects: Float64Array, truth: Float64Array): number {
  return Math.abs(effects.reduce((sum, effect, i) => sum + effect - truth[i], 0) / truth.length);
}
