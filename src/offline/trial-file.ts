/** Who was treated in a trial, and what came of it? Two arms of a CSV file with columns of any kind. */

import { SluiceError } from '../errors.ts';
import { readCsv } from './csv.ts';
import { withDuckDb } from './duckdb.ts';
import { RejectCollector } from './rejects.ts';
import { encodeTrial, numberOf, type TrialCell, type TrialColumn } from './trial-columns.ts';
import { csvHeader, refuseHoles, requireColumns } from './whole-csv.ts';

/** Which columns of a file say what. */
export interface TrialFileOptions {
  /** Column that names the arm of a row. */
  readonly treatment: string;
  /** Its value in treated rows. */
  readonly treated: string;
  /** Its value in controls; rows of any other value are dropped and counted. */
  readonly control: string;
  /** Column of what came of it: a number, or true and false. */
  readonly outcome: string;
  /** Columns to learn from. @default all but those named here and those that look like consequences of the treatment */
  readonly features?: readonly string[];
  /** Columns that are not to be learned from. */
  readonly ignore?: readonly string[];
  /** Column of P(treated) of a row. */
  readonly propensity?: string;
}

/** A trial, ready to learn from. */
export interface Trial {
  /** rows x `dimension`, row-major: columns encoded as {@link TrialColumn} says, z-scored. */
  readonly features: Float64Array;
  readonly dimension: number;
  /** What each feature stands for: `recency`, `channel = Web`, `age is missing`. */
  readonly featureNames: readonly string[];
  /** 1 in treated rows, 0 in controls. */
  readonly treatment: Uint8Array;
  readonly outcomes: Float64Array;
  readonly propensities?: Float64Array;
  /** The columns that the features were made of. */
  readonly columns: readonly TrialColumn[];
  /** The columns that were not used, each with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** The columns as they stand in the file, to tell rows apart by. */
  readonly cells: Readonly<Record<string, readonly TrialCell[]>>;
  readonly counts: {
    readonly rows: number;
    readonly treated: number;
    readonly controls: number;
    /** Rows of other treatments, by value. */
    readonly dropped: Readonly<Record<string, number>>;
  };
}

/**
 * Reads a trial from a CSV file with a header, plain or `.csv.gz`.
 *
 * Numeric columns are z-scored, with an indicator where values are missing; others are one indicator per level, rare
 * levels joined, missing as a level. A column is left out that is constant in all but nine rows or that differs in
 * nearly every row, and, unless named by `features`, one that looks like a consequence of the treatment: other than 0
 * only where the outcome is, or wherever it is.
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND; ERR_SLUICE_DATA_INVALID for an unknown column (naming those there are), a damaged
 * or empty file, or naming the first line without an outcome or propensity; ERR_SLUICE_NO_EFFECT for an arm without
 * rows or a column that tells the arms apart without an error; ERR_SLUICE_MODULE_REQUIRED without @duckdb/node-api.
 * @example
 * ```ts
 * const { treatment, treated, control, outcome } = { treatment: 'arm', treated: 'mail', control: 'none', outcome: 'visit' };
 * const load = (path: string) => loadTrial(path, { treatment, treated, control, outcome });
 * ```
 */
export async function loadTrial(path: string, options: TrialFileOptions): Promise<Trial> {
  const { treatment, outcome, propensity, features, ignore = [] } = options;
  const header = await csvHeader(path);
  if (header.join('') === '') {
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected a trial in ${path} but received an empty file`,
      {
        details: { path },
      },
    );
  }
  requireColumns(path, header, []);
  const named = [
    treatment,
    outcome,
    ...(propensity === undefined ? [] : [propensity]),
    ...(features ?? []),
    ...ignore,
  ];
  const unknown = named.find((name) => !header.includes(name));
  if (unknown !== undefined) {
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected a column ${JSON.stringify(unknown)} in ${path} but received ${header.join(', ')}`,
      { details: { path, unknown, columns: header }, remedy: 'Name columns that the file has.' },
    );
  }
  const columns: TrialCell[][] = header.map(() => []);
  const arms: number[] = [];
  const outcomes: number[] = [];
  const propensities: number[] = [];
  const dropped = new Map<string, number>();
  const rejects = new RejectCollector();
  let rows = 0;
  const at = (name: string): number => header.indexOf(name);
  await withDuckDb((db) =>
    readCsv(db, {
      path,
      columns: Object.fromEntries(header.map((name) => [name, 'VARCHAR' as const])),
      rejects,
      visit(chunk, reject) {
        const values = header.map((_, column) => chunk.getColumnValues(column) as TrialCell[]);
        for (let i = 0; i < chunk.rowCount; i++) {
          rows++;
          const arm = armOf(values[at(treatment)][i], options);
          if (arm === undefined) {
            const other = values[at(treatment)][i] ?? '';
            dropped.set(other, (dropped.get(other) ?? 0) + 1);
            continue;
          }
          const result = outcomeOf(values[at(outcome)][i]);
          if (Number.isNaN(result)) {
            reject(i, `expected a number for ${outcome} but received ${values[at(outcome)][i]}`);
            continue;
          }
          if (propensity !== undefined) {
            const chance = numberOf(values[at(propensity)][i]);
            if (Number.isNaN(chance)) {
              reject(i, `expected a probability for ${propensity} but received ${values[at(propensity)][i]}`);
              continue;
            }
            propensities.push(chance);
          }
          arms.push(arm);
          outcomes.push(result);
          for (let column = 0; column < header.length; column++) columns[column].push(values[column][i]);
        }
      },
    }),
  );
  refuseHoles('a trial', path, rejects, rows);
  const treated = arms.reduce((sum, arm) => sum + arm, 0);
  const controls = arms.length - treated;
  if (treated === 0) throw armMissing(options, 'treated', controls, dropped);
  if (controls === 0) throw armMissing(options, 'control', treated, dropped);
  const settled = [treatment, outcome, ...(propensity === undefined ? [] : [propensity])];
  const treatments = Uint8Array.from(arms);
  const results = Float64Array.from(outcomes);
  const cells = Object.fromEntries(
    header.flatMap((name, i) => (settled.includes(name) ? [] : [[name, columns[i]] as const])),
  );
  return {
    cells,
    ...encodeTrial({
      columns: cells,
      treatment: treatments,
      outcomes: results,
      features,
      ignore,
    }),
    treatment: treatments,
    outcomes: results,
    ...(propensity !== undefined && { propensities: Float64Array.from(propensities) }),
    counts: { rows, treated, controls, dropped: Object.fromEntries(dropped) },
  };
}

function outcomeOf(cell: TrialCell): number {
  const word = cell?.trim().toLowerCase();
  if (word === 'true') return 1;
  if (word === 'false') return 0;
  const value = numberOf(cell);
  return Number.isFinite(value) ? value : Number.NaN;
}

function armOf(cell: TrialCell, { treated, control }: TrialFileOptions): 0 | 1 | undefined {
  if (cell === null) return undefined;
  const same = (value: string): boolean =>
    cell === value || (value.trim() !== '' && cell.trim() !== '' && Number(cell) === Number(value));
  return same(treated) ? 1 : same(control) ? 0 : undefined;
}

function armMissing(
  options: TrialFileOptions,
  arm: 'treated' | 'control',
  others: number,
  dropped: ReadonlyMap<string, number>,
): SluiceError {
  const other = arm === 'treated' ? 'control' : 'treated';
  const values = [...dropped.keys(), ...(others > 0 ? [options[other]] : [])].slice(0, 20);
  const meaning = arm === 'control' ? 'there are no controls' : 'no row was treated';
  return new SluiceError(
    'ERR_SLUICE_NO_EFFECT',
    `No effect can be told from these rows: ${meaning}, since no ${options.treatment} is ` +
      `${JSON.stringify(options[arm])}; it is ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    { details: { values }, remedy: `Name one of these values by --${arm}.` },
  );
}
