/** What is an uplift learned from? Rows that were treated or not, and what came of each. */

import { SluiceError, unexpected } from '../../errors.ts';
import { fitLogisticRidge } from '../bases/logistic-ridge.ts';

/** A trial, or a log of treatments, one entry per row. */
export interface UpliftData {
  /** rows x `dimension`, row-major: what was known of a row before it was treated or not; finite. */
  readonly features: Float64Array;
  /** Features of a row, at least 1. */
  readonly dimension: number;
  /** 1 where the row was treated (shown, mailed), 0 where it was held out. */
  readonly treatment: Uint8Array;
  /** What came of it: 0 or 1, or any finite number. */
  readonly outcomes: Float64Array;
  /** P(treated) of each row, in (0, 1), where it is known, as in a trial. @default estimated from the features */
  readonly propensities?: Float64Array;
}

/** Fewer rows than this in an arm are refused: five folds of two rows each. */
export const LEAST_ROWS_PER_ARM = 10;

/** Beyond such a size squares of numbers are no numbers any more; differences below its inverse have squares of 0. */
const LARGEST = 1e100;

/** A propensity nearer to 0 or 1 is one of them: what is divided by it is noise alone. */
const NEAREST = 1e-9;

/** Rows per feature from which separated arms are no accident: half of it suffices for random arms (Cover 1965). */
const ROWS_PER_FEATURE = 4;

/**
 * Refuses rows from which no effect can be told. Cost: a logistic regression of the treatment on the features.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths or other types, a treatment that is not 0 or 1,
 * outcomes that differ by less than 1e-100; ERR_SLUICE_NON_FINITE for NaN, infinity or numbers beyond 1e100; ERR_SLUICE_NO_EFFECT for an arm without rows or with fewer than 10,
 * propensities of 0 or 1, an outcome that is constant, or features that tell treated rows from the others without an
 * error, one by a threshold or all by a weighted sum.
 * @example
 * ```ts
 * // Passes: both arms occur for every value of the feature, and outcomes differ.
 * checkUpliftData({
 *   features: Float64Array.from({ length: 40 }, (_, i) => i % 5),
 *   dimension: 1,
 *   treatment: Uint8Array.from({ length: 40 }, (_, i) => i % 2),
 *   outcomes: Float64Array.from({ length: 40 }, (_, i) => i % 3),
 * });
 * ```
 */
export function checkUpliftData(data: UpliftData): void {
  checkColumns(data);
  const { treatment, outcomes, features, dimension } = data;
  const n = treatment.length;
  let treated = 0;
  for (const one of treatment) treated += one;
  if (n === 0) throw noEffect('there are none');
  if (treated === n) throw noEffect('all rows were treated, and there are no controls to compare them with');
  if (treated === 0) throw noEffect('no row was treated');
  const least = Math.min(treated, n - treated);
  if (least < LEAST_ROWS_PER_ARM) {
    const arm = treated < n - treated ? 'were treated' : 'are controls';
    throw noEffect(`only ${least} rows ${arm}, and at least ${LEAST_ROWS_PER_ARM} are needed`);
  }
  let farthest = 0;
  for (const outcome of outcomes) farthest = Math.max(farthest, Math.abs(outcome - outcomes[0]));
  if (farthest === 0) throw noEffect(`the outcome is ${outcomes[0]} in every row`);
  if (farthest < 1 / LARGEST)
    throw unexpected(`outcomes that differ by ${1 / LARGEST}`, 'outcomes', farthest);
  for (let j = 0; j < dimension; j++) {
    if (separates(features, dimension, j, treatment)) {
      throw noEffect(
        `feature ${j} tells treated rows from controls without an error: treatment leaks through it`,
        {
          feature: j,
        },
      );
    }
  }
  if (n <= ROWS_PER_FEATURE * dimension) return;
  const { predict } = fitLogisticRidge({ features, dimension, targets: Float64Array.from(treatment) });
  if (predict(features).every((p, i) => p > 0.5 === (treatment[i] === 1))) {
    throw noEffect('the features together tell treated rows from controls without an error: treatment leaks');
  }
}

function checkColumns(data: UpliftData): void {
  if (typeof data !== 'object' || data === null) throw unexpected('rows of a trial', 'data', data);
  const { features, dimension, treatment, outcomes, propensities } = data;
  for (const [name, column] of Object.entries({ features, outcomes, propensities })) {
    if (column instanceof Float64Array || (column === undefined && name === 'propensities')) continue;
    throw unexpected('a Float64Array', name, column);
  }
  if (!(treatment instanceof Uint8Array)) throw unexpected('a Uint8Array', 'treatment', treatment);
  if (!(Number.isInteger(dimension) && dimension >= 1)) {
    throw unexpected('a whole number from 1', 'dimension', dimension);
  }
  const n = treatment.length;
  if (features.length !== n * dimension) {
    throw unexpected(`${n} rows of ${dimension} numbers`, 'features', features.length);
  }
  if (outcomes.length !== n) throw unexpected(`${n} entries, one per row,`, 'outcomes', outcomes.length);
  if (propensities !== undefined && propensities.length !== n) {
    throw unexpected(`${n} entries, one per row,`, 'propensities', propensities.length);
  }
  for (const one of treatment) if (one !== 0 && one !== 1) throw unexpected('0 or 1', 'treatment', one);
  const finite = (values: Float64Array, name: string): void => {
    const wrong = values.find((value) => !(Math.abs(value) <= LARGEST));
    if (wrong === undefined) return;
    throw unexpected(`finite numbers up to ${LARGEST}`, name, wrong, 'ERR_SLUICE_NON_FINITE');
  };
  finite(features, 'features');
  finite(outcomes, 'outcomes');
  if (propensities === undefined) return;
  finite(propensities, 'propensities');
  const wrong = propensities.find((p) => !(p >= NEAREST && p <= 1 - NEAREST));
  if (wrong !== undefined) {
    throw noEffect(`a propensity is ${wrong}: such rows never show what the other arm would have brought`);
  }
}

/** Whether one threshold on a feature separates the arms. */
function separates(features: Float64Array, dimension: number, j: number, treatment: Uint8Array): boolean {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < treatment.length; i++) {
    const x = features[i * dimension + j];
    if (x < low[treatment[i]]) low[treatment[i]] = x;
    if (x > high[treatment[i]]) high[treatment[i]] = x;
  }
  return high[0] < low[1] || high[1] < low[0];
}

/** The refusal of data from which no effect can be told. */
export function noEffect(reason: string, details: Record<string, unknown> = {}): SluiceError {
  return new SluiceError('ERR_SLUICE_NO_EFFECT', `No effect can be told from these rows: ${reason}`, {
    details,
  });
}

/** Whether outcomes are all 0 or 1. */
export function isBinary(outcomes: Float64Array): boolean {
  return outcomes.every((outcome) => outcome === 0 || outcome === 1);
}
