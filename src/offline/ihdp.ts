/** What does a simulation of the IHDP trial hold? Rows whose both outcomes, and so the true effects, are known. */

import { SluiceError } from '../errors.ts';
import { chunksOf, sqlPath, withDuckDb } from './duckdb.ts';
import { firstLine } from './first-line.ts';

/** A trial whose true effects are known. */
export interface IhdpTrial {
  /** rows x 25, row-major, z-scored. */
  readonly features: Float64Array;
  readonly dimension: number;
  readonly treatment: Uint8Array;
  readonly outcomes: Float64Array;
  /** mu1 - mu0 of each row. */
  readonly truth: Float64Array;
}

const COVARIATES = 25;
const NAMES = [
  ...['t', 'y_factual', 'y_counterfactual', 'mu0', 'mu1'],
  ...Array.from({ length: COVARIATES }, (_, j) => `x${j + 1}`),
];

/**
 * Reads a simulation of the Infant Health and Development Program (Hill 2011), plain or `.csv.gz`, without a header: t,
 * y_factual, y_counterfactual, mu0, mu1, x1 to x25. Features are z-scored.
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND; ERR_SLUICE_DATA_INVALID for a file of another layout or a damaged one;
 * ERR_SLUICE_MODULE_REQUIRED without @duckdb/node-api.
 * @example
 * ```ts
 * const load = (path: string) => loadIhdp(path);
 * ```
 */
export async function loadIhdp(path: string): Promise<IhdpTrial> {
  const first = await firstLine(path);
  const invalid = (received: string): SluiceError =>
    new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected rows of t, y_factual, y_counterfactual, mu0, mu1, x1..x25 without a header in ${path} but received ${received}`,
      { details: { path }, remedy: 'Name files in the layout of IHDP, or leave --format out.' },
    );
  if (first.trim() === '') throw invalid('an empty file');
  if (first.split(',').length !== NAMES.length) throw invalid(`${first.split(',').length} columns`);
  const types = NAMES.map((name) => `'${name}': 'DOUBLE'`).join(', ');
  const sql = `SELECT * FROM read_csv(${sqlPath(path)}, auto_detect = false, header = false, delim = ',',
    columns = {${types}})`;
  const columns: number[][] = NAMES.map(() => []);
  await withDuckDb(async (db) => {
    for await (const chunk of chunksOf(db, sql, path)) {
      NAMES.forEach((name, column) => {
        for (const value of chunk.getColumnValues(column) as (number | null)[]) {
          const right = column === 0 ? value === 0 || value === 1 : Number.isFinite(value);
          if (!right) throw invalid(`${value} for ${name} in line ${columns[column].length + 1}`);
          columns[column].push(value as number);
        }
      });
    }
  });
  const [treatment, outcomes, , mu0, mu1, ...covariates] = columns;
  const n = treatment.length;
  const features = new Float64Array(n * COVARIATES);
  covariates.forEach((values, j) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) || 1;
    for (let i = 0; i < n; i++) features[i * COVARIATES + j] = (values[i] - mean) / deviation;
  });
  return {
    features,
    dimension: COVARIATES,
    treatment: Uint8Array.from(treatment),
    outcomes: Float64Array.from(outcomes),
    truth: Float64Array.from(mu1, (one, i) => one - mu0[i]),
  };
}
