/** How much does the treatment change the outcome of each row? One learner over one base. */

import { unexpected } from '../../errors.ts';
import type { BaseName } from '../bases/regression.ts';
import { fitDrLearner } from './dr-learner.ts';
import {
  checkFitOptions,
  type FitUpliftOptions,
  type LearnerInput,
  type LearnerName,
  type UpliftModel,
} from './learner.ts';
import { eachFold } from './nuisances.ts';
import { fitRLearner } from './r-learner.ts';
import { fitSLearner } from './s-learner.ts';
import { fitTLearner } from './t-learner.ts';
import { checkUpliftData, isBinary, type UpliftData } from './uplift-data.ts';
import { fitXLearner } from './x-learner.ts';

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

const LEARNERS: Readonly<Record<LearnerName, (input: LearnerInput) => UpliftModel>> = {
  s: fitSLearner,
  t: fitTLearner,
  x: fitXLearner,
  r: fitRLearner,
  dr: fitDrLearner,
};

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
  options: FitUpliftOptions = {},
): UpliftFit {
  const input = { data, base, ...checkFitOptions(options) };
  checkUpliftData(data);
  return fitBothWays(learner, input);
}

/** {@link fitUplift} of checked data. */
export function fitBothWays(learner: LearnerName, input: LearnerInput): UpliftFit {
  const { data, base, folds, seed } = input;
  const model = fitModel(learner, input);
  const outOfFold = new Float64Array(data.treatment.length);
  eachFold(data, folds, seed, (others, held, features) => {
    const effects = fitModel(learner, { ...input, data: others }).predict(features);
    for (let i = 0; i < held.length; i++) outOfFold[held[i]] = effects[i];
  });
  return { learner, base, model, inSample: model.predict(data.features), outOfFold };
}

/** The learner on all rows of checked data. */
export function fitModel(learner: LearnerName, input: LearnerInput): UpliftModel {
  const fitLearner = LEARNERS[learner];
  if (fitLearner === undefined) throw unexpected('one of s, t, x, r, dr', 'learner', learner);
  if (input.base === 'logistic' && !isBinary(input.data.outcomes)) {
    throw unexpected('outcomes of 0 or 1 under the logistic base', 'outcomes', 'others');
  }
  return fitLearner(input);
}
