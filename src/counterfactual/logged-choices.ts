/** What must be known of logged choices to judge another policy by them? Columns, one entry per round. */

import { unexpected } from '../errors.ts';

/** Single choices as they were logged, beside what the target policy would have done. Columns run parallel. */
export interface LoggedChoices {
  /** What the choice brought; finite. */
  readonly rewards: Float64Array;
  /** P(the action taken | context) under the policy that logged, in (0, 1]. */
  readonly loggingPropensities: Float64Array;
  /** P(the same action | context) under the target policy, in [0, 1]. */
  readonly targetPropensities: Float64Array;
  /** What a reward model says; the direct method and the doubly robust estimators need it. */
  readonly model?: ModelledRewards;
}

/** A reward model q(context, action) on logged rounds, fitted on other rounds than it speaks of. */
export interface ModelledRewards {
  /** q of the action taken. */
  readonly taken: Float64Array;
  /** The mean of q over the actions of the target policy: sum of target(a | context) q(context, a). */
  readonly expected: Float64Array;
}

/**
 * Refuses columns from which nothing can be estimated. Cost: O(rounds).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an empty log, columns of different lengths, a logging propensity outside
 * (0, 1] or a target propensity outside [0, 1]; ERR_SLUICE_NON_FINITE for a reward or prediction that is not finite.
 */
export function checkLoggedChoices(log: LoggedChoices): void {
  const { rewards, loggingPropensities, targetPropensities, model } = log;
  const n = rewards.length;
  if (n === 0) throw unexpected('at least one logged choice', 'rewards', rewards);
  finite('rewards', rewards, n);
  probabilities('loggingPropensities', loggingPropensities, n, false);
  probabilities('targetPropensities', targetPropensities, n, true);
  if (model === undefined) return;
  finite('model.taken', model.taken, n);
  finite('model.expected', model.expected, n);
}

/**
 * The importance weight of each round: target propensity over logging propensity.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths.
 * @example
 * ```ts
 * const log = {
 *   rewards: Float64Array.of(1, 0),
 *   loggingPropensities: Float64Array.of(0.5, 0.25),
 *   targetPropensities: Float64Array.of(0.25, 0.75),
 * };
 * importanceWeights(log); // [0.5, 3]
 * ```
 */
export function importanceWeights({ loggingPropensities, targetPropensities }: LoggedChoices): Float64Array {
  lengths('targetPropensities', targetPropensities, loggingPropensities.length);
  return targetPropensities.map((target, i) => target / loggingPropensities[i]);
}

function lengths(name: string, column: Float64Array, n: number): void {
  if (column?.length !== n) throw unexpected(`${n} entries, one per reward,`, name, column?.length);
}

function finite(name: string, column: Float64Array, n: number): void {
  lengths(name, column, n);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(column[i]))
      throw unexpected('finite numbers', `${name}[${i}]`, column[i], 'ERR_SLUICE_NON_FINITE');
  }
}

function probabilities(name: string, column: Float64Array, n: number, mayBeZero: boolean): void {
  lengths(name, column, n);
  for (let i = 0; i < n; i++) {
    const p = column[i];
    // Of a propensity too near to 0 the weight is no number.
    if (p >= 0 && p <= 1 && (mayBeZero || 1 / p < Number.POSITIVE_INFINITY)) continue;
    throw unexpected(`a probability${mayBeZero ? '' : ' above 0'}`, `${name}[${i}]`, p);
  }
}
