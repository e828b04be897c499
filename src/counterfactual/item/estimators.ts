/** What would another policy have earned by single choices? The estimators by name. */

import { unexpected } from '../../errors.ts';
import type { Estimator } from '../../funnel/estimator.ts';
import { intervals } from '../intervals/interval.ts';
import type { RoundTerms } from '../intervals/round-terms.ts';
import { checkLoggedChoices, type LoggedChoices } from '../logged-choices.ts';
import { replayTerms } from './replay.ts';
import { tuneBySlope } from './slope.ts';
import { type EstimatorOptions, roundTerms } from './weighting.ts';
import { type TunedEstimator, WEIGHTINGS } from './weightings.ts';

/** Settings of an estimator with a parameter. */
export interface TunedEstimatorOptions extends EstimatorOptions {
  /** The parameter, 0 or more; chosen from the log by SLOPE unless given. */
  readonly parameter?: number;
}

/**
 * Replay: the mean reward of the logged rounds that the target would have chosen as well (Li, Chu, Langford, Wang
 * 2011). Of a randomised target a round is kept with probability weight / largest weight. For a deterministic target
 * unbiased where the log is uniform, else where the logging propensities do not depend on the context.
 *
 * @example
 * ```ts
 * const log = {
 *   rewards: Float64Array.of(1, 0, 0, 1),
 *   loggingPropensities: Float64Array.of(0.5, 0.5, 0.5, 0.5),
 *   targetPropensities: Float64Array.of(1, 0, 1, 0),
 * };
 * replay().estimate(log).value; // 0.5
 * ```
 */
export function replay(options: EstimatorOptions = {}): Estimator<LoggedChoices> {
  return estimator('replay', (log) => replayTerms(log, options), options);
}

/**
 * Direct method: the mean of the reward model over the target's actions. No variance from weights, and as biased as
 * the model (Beygelzimer and Langford 2009).
 *
 * @example
 * ```ts
 * dm().estimate(choices).value; // 0.5
 * ```
 */
export function dm(options: EstimatorOptions = {}): Estimator<LoggedChoices> {
  return estimator('dm', (log) => roundTerms(log, WEIGHTINGS.dm(), options), options);
}

/**
 * Inverse propensity scoring: mean(w r), w = target propensity / logging propensity. Unbiased where the logging
 * policy could take every action of the target (Horvitz and Thompson 1952; Strehl et al. 2010).
 *
 * @example
 * ```ts
 * const log = {
 *   rewards: Float64Array.of(1, 0, 1),
 *   loggingPropensities: Float64Array.of(0.5, 0.5, 0.25),
 *   targetPropensities: Float64Array.of(0.25, 0.25, 0.5),
 * };
 * ips().estimate(log).value; // 0.8333
 * ```
 */
export function ips(options: EstimatorOptions = {}): Estimator<LoggedChoices> {
  return estimator('ips', (log) => roundTerms(log, WEIGHTINGS.ips(), options), options);
}

/**
 * Self-normalised IPS: sum(w r) / sum(w). Lies within the rewards of the log; biased by O(1 / n), far less variance
 * (Swaminathan and Joachims 2015).
 *
 * @example
 * ```ts
 * snips().estimate(choices).value; // 0.9259
 * ```
 */
export function snips(options: EstimatorOptions = {}): Estimator<LoggedChoices> {
  return estimator('snips', (log) => roundTerms(log, WEIGHTINGS.snips(), options), options);
}

/**
 * Clipped IPS: mean(min(w, parameter) r) (Ionides 2008; Bottou et al. 2013).
 *
 * @example
 * ```ts
 * clippedIps({ parameter: 1 }).estimate(choices).value; // 0.5
 * ```
 */
export function clippedIps(options: TunedEstimatorOptions = {}): Estimator<LoggedChoices> {
  return tuned('clippedIps', options);
}

/**
 * Doubly robust: mean(q of the target + w (r - q of the action)). Unbiased if the propensities or the model are right;
 * less variance than IPS by as much as the model explains (Dudik, Langford, Li 2011).
 *
 * @example
 * ```ts
 * dr().estimate(choices).value; // 0.8833
 * ```
 */
export function dr(options: EstimatorOptions = {}): Estimator<LoggedChoices> {
  return estimator('dr', (log) => roundTerms(log, WEIGHTINGS.dr(), options), options);
}

/**
 * Self-normalised doubly robust: mean(q of the target) + sum(w (r - q)) / sum(w) (Thomas and Brunskill 2016).
 *
 * @example
 * ```ts
 * sndr().estimate(choices).value; // 0.9259
 * ```
 */
export function sndr(options: EstimatorOptions = {}): Estimator<LoggedChoices> {
  return estimator('sndr', (log) => roundTerms(log, WEIGHTINGS.sndr(), options), options);
}

/**
 * Switch-DR: doubly robust where w is at most the parameter, the direct method beyond (Wang, Agarwal, Dudik 2017).
 *
 * @example
 * ```ts
 * switchDr({ parameter: 1 }).estimate(choices).value; // 0.55
 * ```
 */
export function switchDr(options: TunedEstimatorOptions = {}): Estimator<LoggedChoices> {
  return tuned('switchDr', options);
}

/**
 * Doubly robust with optimistic shrinkage: the weight is lambda w / (w^2 + lambda), lambda the parameter; 0 is the
 * direct method, infinity DR (Su, Dimakopoulou, Krishnamurthy, Dudik 2020).
 *
 * @example
 * ```ts
 * dros({ parameter: 4 }).estimate(choices).value; // 0.7121
 * ```
 */
export function dros(options: TunedEstimatorOptions = {}): Estimator<LoggedChoices> {
  return tuned('dros', options);
}

function tuned(name: TunedEstimator, options: TunedEstimatorOptions): Estimator<LoggedChoices> {
  const { parameter } = options;
  if (parameter !== undefined && !(parameter >= 0))
    throw unexpected('a number from 0', 'parameter', parameter);
  return estimator(
    name,
    (log) => roundTerms(log, WEIGHTINGS[name](parameter ?? tuneBySlope(log, name).parameter), options),
    options,
  );
}

function estimator(
  name: string,
  terms: (log: LoggedChoices) => RoundTerms,
  options: EstimatorOptions,
): Estimator<LoggedChoices> {
  return {
    name,
    estimate(log) {
      checkLoggedChoices(log);
      return intervals([terms(log)], options)[0];
    },
  };
}
