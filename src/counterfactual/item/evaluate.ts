/** What would the target policy have earned, by every estimator, and may one believe it? */

import type { Estimate } from '../../funnel/estimator.ts';
import { intervals } from '../intervals/interval.ts';
import { checkLoggedChoices, type LoggedChoices } from '../logged-choices.ts';
import {
  LEAST_EFFECTIVE_SAMPLE_SIZE,
  type Overlap,
  overlapOf,
  refusalOf,
  sameRewardWarnings,
  warningsOf,
} from '../overlap.ts';
import { replayTerms } from './replay.ts';
import { tuneBySlope } from './slope.ts';
import { type EstimatorOptions, roundTerms } from './weighting.ts';
import { TUNED_ESTIMATORS, type TunedEstimator, WEIGHTINGS } from './weightings.ts';

/** Name of an estimator of single choices. */
export type ItemEstimator = 'replay' | keyof typeof WEIGHTINGS;

/** An off-policy evaluation, or its refusal. */
export interface OffPolicyEvaluation extends Overlap {
  /** The mean reward of the log: what the logging policy earned. */
  readonly logged: Estimate;
  /**
   * What the target policy would have earned; null for each estimator when refused, for those of the reward model where
   * the log has none, and for replay where it keeps fewer rounds than the least effective sample size.
   */
  readonly estimates: Readonly<Record<ItemEstimator, Estimate | null>>;
  /** The parameters that SLOPE chose; null where the estimate is. */
  readonly parameters: Readonly<Record<TunedEstimator, number | null>>;
  readonly refused: boolean;
  /** Why it was refused, in words. */
  readonly reason: string | null;
  /** What one should know before one believes the estimates, in words. */
  readonly warnings: readonly string[];
}

/**
 * Evaluates a target policy from the log of another, by all estimators of single choices.
 *
 * With too little overlap (an effective sample size below 100, or one round above 20 % of all weight) the answer is a
 * refusal: no estimates, but the reason and the diagnostics. Parameters by {@link tuneBySlope}. The intervals of `dm`,
 * `clippedIps`, `switchDr` and `dros` hold chance alone, not the error of the model or the bias of bounded weights.
 * Cost: resamples x rounds (at most 20,000) x 10.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths or propensities that are none,
 * ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const n = 1000;
 * const log = {
 *   rewards: Float64Array.from({ length: n }, (_, i) => i % 2),
 *   loggingPropensities: new Float64Array(n).fill(0.5),
 *   targetPropensities: Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 0.2 : 0.8)),
 * };
 * const { refused, estimates } = evaluateOffPolicy(log);
 * refused; // false
 * estimates.ips.value; // 0.8
 * ```
 */
export function evaluateOffPolicy(log: LoggedChoices, options: EstimatorOptions = {}): OffPolicyEvaluation {
  checkLoggedChoices(log);
  const overlap = overlapOf(log);
  const reason = refusalOf(overlap);
  const refused = reason !== null;
  const parameters: Record<TunedEstimator, number | null> = { clippedIps: null, switchDr: null, dros: null };
  const estimates: Record<ItemEstimator, Estimate | null> = {
    replay: null,
    dm: null,
    ips: null,
    snips: null,
    clippedIps: null,
    dr: null,
    sndr: null,
    switchDr: null,
    dros: null,
  };
  const unweighted = { ...log, targetPropensities: log.loggingPropensities };
  const terms = [roundTerms(unweighted, WEIGHTINGS.ips(), options)];
  const names: ItemEstimator[] = [];
  const add = (name: ItemEstimator, of: (typeof terms)[number]): void => {
    names.push(name);
    terms.push(of);
  };
  if (!refused) {
    const kept = replayTerms(log, options);
    const rounds = kept.denominator?.reduce((sum, one) => sum + one, 0) ?? 0;
    if (rounds >= LEAST_EFFECTIVE_SAMPLE_SIZE) add('replay', kept);
    for (const name of ['dm', 'ips', 'snips', 'clippedIps', 'dr', 'sndr', 'switchDr', 'dros'] as const) {
      if (log.model === undefined && WEIGHTINGS[name](0).usesModel) continue;
      const tuned = TUNED_ESTIMATORS.find((one) => one === name);
      const parameter = tuned === undefined ? 0 : tuneBySlope(log, tuned).parameter;
      if (tuned !== undefined) parameters[tuned] = parameter;
      add(name, roundTerms(log, WEIGHTINGS[name](parameter), options));
    }
  }
  const [logged, ...found] = intervals(terms, options);
  found.forEach((estimate, i) => {
    estimates[names[i]] = estimate;
  });
  const warnings = [...sameRewardWarnings(log.rewards, options.interval), ...warningsOf(overlap)];
  return { ...overlap, logged, estimates, parameters, refused, reason, warnings };
}
