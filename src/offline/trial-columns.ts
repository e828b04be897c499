/** How do columns of any kind become features? Numbers z-scored, levels as indicators, what tells too much refused. */

import { SluiceError } from '../errors.ts';
import { consequenceOf } from './trial-consequence.ts';

/** A value of a file; null where there is none. */
export type TrialCell = string | null;

/** A column that was learned from. */
export interface TrialColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Rows without a value. */
  readonly missing: number;
  /** Its levels, most frequent first, that one (without an indicator of its own) included. */
  readonly levels?: readonly string[];
  /** Levels that were joined because each is rare. */
  readonly joined?: number;
}

/** Raw columns of two arms. */
export interface RawTrial {
  readonly columns: Readonly<Record<string, readonly TrialCell[]>>;
  readonly treatment: Uint8Array;
  readonly outcomes: Float64Array;
  readonly features?: readonly string[];
  readonly ignore: readonly string[];
}

/** Features with what they stand for. */
export interface EncodedTrial {
  readonly features: Float64Array;
  readonly dimension: number;
  readonly featureNames: readonly string[];
  readonly columns: readonly TrialColumn[];
  readonly leftOut: Readonly<Record<string, string>>;
}

/** A level of fewer rows, or of a smaller share of them, is joined with the other rare ones. */
const RARE_ROWS = 10;
const RARE_SHARE = 0.005;
const MOST_LEVELS = 50;
const MISSING = '(missing)';
const RARE = '(rare)';
/** What files write where a value is missing. */
const NOTHING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?']);

/** Encodes the columns. @throws ERR_SLUICE_NO_EFFECT for a column that tells the arms apart, or where none is left. */
export function encodeTrial({ columns, treatment, outcomes, features, ignore }: RawTrial): EncodedTrial {
  const made: { name: string; values: Float64Array }[] = [];
  const used: TrialColumn[] = [];
  const leftOut: Record<string, string> = {};
  for (const [name, cells] of Object.entries(columns)) {
    if (ignore.includes(name)) {
      leftOut[name] = 'ignored as told';
      continue;
    }
    if (features !== undefined && !features.includes(name)) {
      leftOut[name] = 'not among the features named';
      continue;
    }
    const encoded = encodeColumn(name, cells);
    const consequence = features === undefined && consequenceOf(encoded.numbers, outcomes);
    if (consequence) {
      leftOut[name] = consequence;
      continue;
    }
    if (encoded.made.length === 0) {
      leftOut[name] = encoded.unique ? 'another value in nearly every row' : 'the same in nearly every row';
      continue;
    }
    refuseLeak(name, encoded.groups, treatment);
    made.push(...encoded.made);
    used.push(encoded.column);
  }
  if (made.length === 0) {
    throw new SluiceError('ERR_SLUICE_NO_EFFECT', 'Expected columns to learn from but none is left', {
      details: { leftOut },
      remedy: 'Name columns from before the treatment by --features.',
    });
  }
  const n = treatment.length;
  const dimension = made.length;
  const all = new Float64Array(n * dimension);
  made.forEach(({ values }, j) => {
    for (let i = 0; i < n; i++) all[i * dimension + j] = values[i];
  });
  return { features: all, dimension, featureNames: made.map(({ name }) => name), columns: used, leftOut };
}

/** The number that a cell holds, NaN for none. */
export function numberOf(cell: TrialCell): number {
  return cell === null || cell.trim() === '' ? Number.NaN : Number(cell);
}

interface EncodedColumn {
  readonly column: TrialColumn;
  readonly made: readonly { name: string; values: Float64Array }[];
  /** The column as numbers, NaN where missing; null of one that holds words. */
  readonly numbers: Float64Array | null;
  /** The value or level of each row, as far as it can be told apart from others. */
  readonly groups: readonly (string | number)[];
  readonly unique: boolean;
}

function encodeColumn(name: string, cells: readonly TrialCell[]): EncodedColumn {
  const present = cells.map((cell) =>
    cell === null || NOTHING.has(cell.trim().toLowerCase()) ? null : cell,
  );
  const missing = present.reduce((count, cell) => count + (cell === null ? 1 : 0), 0);
  const numbers = Float64Array.from(present, numberOf);
  if (present.every((cell, i) => cell === null || Number.isFinite(numbers[i]))) {
    const values = standardised(filled(numbers));
    const isMissing = standardised(Float64Array.from(present, (cell) => (cell === null ? 1 : 0)));
    // What few rows have says nothing, and of a column that few have neither does its absence.
    const speaks = othersThanUsual(values) >= RARE_ROWS;
    const marked = speaks ? missing > 0 : othersThanUsual(isMissing) >= RARE_ROWS;
    const made = [
      ...(speaks ? [{ name, values }] : []),
      ...(marked ? [{ name: `${name} is missing`, values: isMissing }] : []),
    ];
    return { column: { name, kind: 'numeric', missing }, made, numbers, groups: [...numbers], unique: false };
  }
  const counts = new Map<string, number>();
  const words = present.map((cell) => cell ?? MISSING);
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const least = Math.max(RARE_ROWS, RARE_SHARE * cells.length);
  const frequent = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([level]) => level);
  const kept = new Set(frequent.slice(0, MOST_LEVELS).filter((level) => (counts.get(level) ?? 0) >= least));
  const groups = words.map((word) => (kept.has(word) ? word : RARE));
  const joined = counts.size - kept.size;
  const levels = frequent.filter((level) => kept.has(level));
  if (joined > 0) levels.push(RARE);
  const made = levels.slice(1).map((level) => ({
    name: `${name} = ${level}`,
    values: standardised(Float64Array.from(groups, (group) => (group === level ? 1 : 0))),
  }));
  const column: TrialColumn = { name, kind: 'categorical', missing, levels, joined };
  return { column, made, numbers: null, groups, unique: kept.size === 0 };
}

/** Rows with another value than the most frequent one. */
function othersThanUsual(values: Float64Array): number {
  const sorted = values.slice().sort();
  let usual = 0;
  for (let from = 0, at = 0; at < sorted.length; at++) {
    if (sorted[at] !== sorted[from]) from = at;
    usual = Math.max(usual, at - from + 1);
  }
  return sorted.length - usual;
}

/** Missing numbers replaced by the mean of the others. */
function filled(numbers: Float64Array): Float64Array {
  const known = numbers.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  return numbers.map((value) => (Number.isNaN(value) ? mean : value));
}

/** Less the mean, over the standard deviation; zeros where nothing varies. */
function standardised(values: Float64Array): Float64Array {
  const n = values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // In units of the largest no sum or square is too large for a number.
  const scaled = values.map((value) => value / (largest || 1));
  const mean = scaled.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  if (!(deviation > 1e-12 * Math.abs(mean))) return new Float64Array(n);
  return scaled.map((value) => (value - mean) / deviation);
}

/** Refuses a column of which every value is one of treated rows alone or of controls alone. */
function refuseLeak(name: string, groups: readonly (string | number)[], treatment: Uint8Array): void {
  const arms = new Map<string | number, number>();
  for (let i = 0; i < groups.length; i++) {
    const seen = arms.get(groups[i]);
    if (seen === undefined) arms.set(groups[i], treatment[i]);
    else if (seen !== treatment[i]) return;
  }
  // A number that is another in nearly every row, as an account has, says nothing by that.
  if (arms.size > groups.length / RARE_ROWS && !separated(groups, treatment)) return;
  throw new SluiceError(
    'ERR_SLUICE_NO_EFFECT',
    `No effect can be told from these rows: the column ${JSON.stringify(name)} tells treated rows from controls ` +
      'without an error: treatment leaks through it',
    { details: { column: name }, remedy: `Leave it out by \`--ignore ${JSON.stringify(name)}\`.` },
  );
}

/** Whether one threshold lies between the arms. */
function separated(groups: readonly (string | number)[], treatment: Uint8Array): boolean {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  groups.forEach((value, i) => {
    if (typeof value !== 'number' || Number.isNaN(value)) return;
    low[treatment[i]] = Math.min(low[treatment[i]], value);
    high[treatment[i]] = Math.max(high[treatment[i]], value);
  });
  return high[0] < low[1] || high[1] < low[0];
}
