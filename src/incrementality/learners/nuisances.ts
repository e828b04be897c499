/** What would have happened anyway, and who was treated? Models of other folds, for what an effect is told from. */

import { fitOutcome } from '../bases/fit-base.ts';
import { fitLogisticRidge } from '../bases/logistic-ridge.ts';
import type { Regression } from '../bases/regression.ts';
import { foldsOf, rowsWhere, subset, take, takeRows } from './folds.ts';
import type { LearnerInput } from './learner.ts';
import type { UpliftData } from './uplift-data.ts';

/** Estimated propensities stay this far from 0 and 1 (Crump, Hotz, Imbens, Mitnik 2009). */
export const LEAST_PROPENSITY = 0.1;

/** Calls back with the rows outside of each fold and those in it. */
export function eachFold(
  data: UpliftData,
  folds: number,
  seed: number,
  visit: (others: UpliftData, held: Uint32Array, features: Float64Array) => void,
): void {
  const n = data.treatment.length;
  const fold = foldsOf(data.treatment, folds, seed);
  for (let f = 0; f < folds; f++) {
    const held = rowsWhere(n, (i) => fold[i] === f);
    const others = subset(
      data,
      rowsWhere(n, (i) => fold[i] !== f),
    );
    visit(others, held, takeRows(data.features, data.dimension, held));
  }
}

/** A prediction for every row by models of the other folds. */
function crossFit(
  { data, folds, seed }: LearnerInput,
  learn: (others: UpliftData) => Regression,
): Float64Array {
  const out = new Float64Array(data.treatment.length);
  eachFold(data, folds, seed, (others, held, features) => {
    const predicted = learn(others).predict(features);
    for (let i = 0; i < held.length; i++) out[held[i]] = predicted[i];
  });
  return out;
}

/** E(outcome | features) in one arm, by the base learner. */
export function fitArm({ data, base }: Pick<LearnerInput, 'data' | 'base'>, arm: 0 | 1): Regression {
  const rows = rowsWhere(data.treatment.length, (i) => data.treatment[i] === arm);
  return fitOutcome(base, {
    features: takeRows(data.features, data.dimension, rows),
    dimension: data.dimension,
    targets: take(data.outcomes, rows),
  });
}

/** E(outcome | features, arm) of every row, cross-fitted. Cost: one half fit per fold. */
export function crossFitArm(input: LearnerInput, arm: 0 | 1): Float64Array {
  return crossFit(input, (data) => fitArm({ data, base: input.base }, arm));
}

/** E(outcome | features) of every row, whatever its arm, cross-fitted. Cost: one fit per fold. */
export function crossFitMean(input: LearnerInput): Float64Array {
  return crossFit(input, ({ features, dimension, outcomes }) =>
    fitOutcome(input.base, { features, dimension, targets: outcomes }),
  );
}

/** The model of who is treated, kept from 0 and 1. */
export function fitPropensity({ features, dimension, treatment }: UpliftData): Regression {
  const fitted = fitLogisticRidge({ features, dimension, targets: Float64Array.from(treatment) });
  return { predict: (rows) => fitted.predict(rows).map(clipped) };
}

/** P(treated) of every row: as known, or by logistic regression, cross-fitted and clipped. */
export function propensitiesOf(input: LearnerInput): Float64Array {
  return input.data.propensities ?? crossFit(input, fitPropensity);
}

function clipped(p: number): number {
  return Math.min(Math.max(p, LEAST_PROPENSITY), 1 - LEAST_PROPENSITY);
}
