/** Which learner should be believed where nobody knows the truth? The simplest that is about as good as the best. */

import { unexpected } from '../../errors.ts';
import type { BaseName } from '../bases/regression.ts';
import { type AverageEffect, averageEffect } from './average-effect.ts';
import { crossFitNuisances, type Nuisances } from './effect-scores.ts';
import { fitBothWays, type UpliftFit } from './fit-uplift.ts';
import { type Heterogeneity, testHeterogeneity } from './heterogeneity.ts';
import { checkFitOptions, type FitUpliftOptions, type LearnerName } from './learner.ts';
import { rLosses } from './r-loss.ts';
import { checkUpliftData, isBinary, type UpliftData } from './uplift-data.ts';

/** What is compared. */
export interface ChooseUpliftOptions extends FitUpliftOptions {
  /** @default all five */
  readonly learners?: readonly LearnerName[];
  /** @default ridge, and logistic where outcomes are 0 or 1, and trees */
  readonly bases?: readonly BaseName[];
  /** Called after each fit with the share of fits that are done, in (0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** A fit and how it did on rows that it had not seen. */
export interface JudgedUplift extends UpliftFit {
  /** The mean R-loss of {@link UpliftFit.outOfFold}; lower is better, what noise leaves is in all. */
  readonly rLoss: number;
}

/** The fits, the one to believe, and what can be said whichever it is. */
export interface UpliftChoice {
  /** From the simplest. */
  readonly fits: readonly JudgedUplift[];
  readonly best: JudgedUplift;
  readonly average: AverageEffect;
  /** Where it is not found, {@link UpliftChoice.average} says as much of a row as any fit. */
  readonly heterogeneity: Heterogeneity;
  /** Doubly robust scores, their parts and the mean outcome, by the base that foretells outcomes best. */
  readonly nuisances: Nuisances;
}

/** From the simplest, as the rule counts them: by how many models a prediction is made of. */
const LEARNERS: readonly LearnerName[] = ['s', 't', 'x', 'dr', 'r'];
const BASES: readonly BaseName[] = ['ridge', 'logistic', 'trees'];

/**
 * Fits every learner over every base, and chooses without looking at any true effect.
 *
 * The rule: the outcome models which all are judged by are those of the base with least cross-fitted squared error.
 * Judged is the R-loss of out-of-fold effects (Nie and Wager 2021; Schuler et al. 2018). Of the fits whose loss is
 * within one standard error of the least, paired over rows, the simplest is chosen (Breiman et al. 1984): ridge before
 * logistic before trees, and S before T before X before DR before R.
 *
 * Cost: the sum of its fits. With trees among the bases most of it is theirs: 64,000 x 20 takes minutes.
 *
 * @throws as {@link fitUplift}.
 * @example
 * ```ts
 * const random = new RandomStream(1, 'trial');
 * const n = 400;
 * const features = Float64Array.from({ length: n }, () => random.normal());
 * const treatment = Uint8Array.from({ length: n }, () => random.below(2));
 * const outcomes = features.map((x, i) => x + treatment[i] * (1 + x) + random.normal());
 * const { best, heterogeneity } = chooseUplift(
 *   { features, dimension: 1, treatment, outcomes },
 *   { bases: ['ridge'] },
 * );
 * heterogeneity.found; // true
 * best.base; // 'ridge'
 * ```
 */
export function chooseUplift(data: UpliftData, options: ChooseUpliftOptions = {}): UpliftChoice {
  checkUpliftData(data);
  const { folds, seed } = checkFitOptions(options);
  const binary = isBinary(data.outcomes);
  const bases = chosenOf(
    'bases',
    BASES,
    options.bases ?? BASES.filter((base) => binary || base !== 'logistic'),
  );
  const learners = chosenOf('learners', LEARNERS, options.learners ?? LEARNERS);
  let done = 0;
  const afterFit = <T>(fit: T): T => {
    options.onProgress?.(++done / (bases.length * (1 + learners.length)));
    return fit;
  };
  const nuisances = bases
    .map((base) => afterFit(crossFitNuisances(data, base, { folds, seed })))
    .reduce((best, one) => (outcomeError(data, one) < outcomeError(data, best) ? one : best));
  const judged = bases.flatMap((base) =>
    learners.map((learner) => {
      const fitted = afterFit(fitBothWays(learner, { data, base, folds, seed }));
      const losses = rLosses(data, nuisances, fitted.outOfFold);
      return { losses, fit: { ...fitted, rLoss: averageEffect(losses).mean } };
    }),
  );
  const least = judged.reduce((best, one) => (one.fit.rLoss < best.fit.rLoss ? one : best));
  const best = judged.find(({ losses }) => {
    const { mean, standardError } = averageEffect(losses.map((loss, i) => loss - least.losses[i]));
    return mean <= standardError;
  });
  return {
    fits: judged.map((one) => one.fit),
    best: (best ?? least).fit,
    average: averageEffect(nuisances.scores),
    heterogeneity: testHeterogeneity(data, nuisances, seed),
    nuisances,
  };
}

/** What was asked for, in the order of the rule. */
function chosenOf<T extends string>(name: string, known: readonly T[], wanted: readonly T[]): T[] {
  if (Array.isArray(wanted) && wanted.length > 0 && wanted.every((one) => known.includes(one))) {
    return known.filter((one) => wanted.includes(one));
  }
  throw unexpected(`some of ${known.join(', ')}`, name, wanted);
}

/** Squared error of the outcome that is foretold for each row's own arm. */
function outcomeError({ treatment, outcomes }: UpliftData, { control, treated }: Nuisances): number {
  return outcomes.reduce((sum, y, i) => sum + (y - (treatment[i] === 1 ? treated[i] : control[i])) ** 2, 0);
}
