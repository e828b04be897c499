/** How much does the treatment change the outcome of each row? One learner over one base. */

import { unexpected } from '../../errors.ts';
import type { BaseName } from '../bases/regression.ts';
import { fitRidge } from '../bases/ridge.ts';
import { foldsOf, rowsWhere, subset, takeRows } from './folds.ts';
import type { LearnerInput, LearnerName, UpliftModel } from './learner.ts';
import { fitTLearner } from './t-learner.ts';
import { checkUpliftData, type UpliftData } from './uplift-data.ts';

/** How an uplift is fitted. */
export interface FitUpliftOptions {
  /** Folds of cross-fitting, a whole number from 2 to 10. @default 5 */
  readonly folds?: number;
  /** Seed of the folds. @default 1 */
  readonly seed?: number;
}

/** A fitted uplift. */
export interface UpliftFit {
  readonly learner: LearnerName;
  readonly base: BaseName;
  /** Learned from all rows. */
  readonly model: UpliftModel;
  /** The effect on each row by {@link UpliftFit.model}, which has seen the row. */
  readonly inSample: Float64Array;
  /** The effect on each row by a model of the other folds: what to judge a learner by. */
  readonly outOfFold: Float64Array;
}

const LEARNERS: Partial<Record<LearnerName, (input: LearnerInput) => UpliftModel>> = { t: fitTLearner };

/**
 * Learns the effect of a treatment on each row.
 *
 * Cost: the learner once on all rows and once per fold.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown learner or base, or options outside their range; and as
 * {@link checkUpliftData}.
 * @example
 * ```ts
 * const n = 200;
 * const x = (i: number) => (i % 10) / 10;
 * const { inSample } = fitUplift('t', 'ridge', {
 *   features: Float64Array.from({ length: n }, (_, i) => x(i)),
 *   dimension: 1,
 *   treatment: Uint8Array.from({ length: n }, (_, i) => (i >> 1) % 2),
 *   outcomes: Float64Array.from({ length: n }, (_, i) => x(i) + ((i >> 1) % 2) * (1 + x(i))),
 * });
 * inSample[5]; // 1.5
 * ```
 */
export function fitUplift(
  learner: LearnerName,
  base: BaseName,
  data: UpliftData,
  { folds = 5, seed = 1 }: FitUpliftOptions = {},
): UpliftFit {
  const fitLearner = LEARNERS[learner];
  if (fitLearner === undefined) throw unexpected('one of s, t, x, r, dr', 'learner', learner);
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= 10)) {
    throw unexpected('a whole number from 2 to 10', 'folds', folds);
  }
  checkUpliftData(data);
  const learn = (rows: UpliftData): UpliftModel =>
    fitLearner({ data: rows, fitOutcome: fitRidge, fitEffect: fitRidge, folds, seed });
  const model = learn(data);
  const n = data.treatment.length;
  const outOfFold = new Float64Array(n);
  const fold = foldsOf(data.treatment, folds, seed);
  for (let f = 0; f < folds; f++) {
    const others = learn(
      subset(
        data,
        rowsWhere(n, (i) => fold[i] !== f),
      ),
    );
    const held = rowsWhere(n, (i) => fold[i] === f);
    const effects = others.predict(takeRows(data.features, data.dimension, held));
    held.forEach((row, i) => {
      outOfFold[row] = effects[i];
    });
  }
  return { learner, base, model, inSample: model.predict(data.features), outOfFold };
}
