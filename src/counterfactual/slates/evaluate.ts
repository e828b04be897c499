/** What would the target policy have earned with its slates, by every estimator, and may one believe it? */

import { unexpected } from '../../errors.ts';
import type { Estimate, Estimator } from '../../funnel/estimator.ts';
import { type IntervalOptions, intervals } from '../intervals/interval.ts';
import { type Overlap, overlapOfWeights, refusalOf, sameRewardWarnings } from '../overlap.ts';
import { checkLoggedSlates, type LoggedSlates } from './logged-slates.ts';
import { loggedTerms, SLATE_TERMS, type SlateTerms } from './slate-terms.ts';

/** Name of an estimator of slates. */
export type SlateEstimator = keyof typeof SLATE_TERMS;

/** How an estimate of slates and its interval are made. */
export interface SlateOptions extends IntervalOptions {
  /** The least and the largest reward of a slot, for empirical Bernstein. @default [0, 1], wider if the log is */
  readonly rewardRange?: readonly [number, number];
}

/** What one estimator says, with the overlap of its own weights. */
export interface SlateEstimate extends Overlap {
  /** Null when refused. */
  readonly estimate: Estimate | null;
  readonly refused: boolean;
  /** Why it was refused, in words. */
  readonly reason: string | null;
}

/** An off-policy evaluation of slates. */
export interface SlateEvaluation {
  /** The mean sum of rewards per slate in the log. */
  readonly logged: Estimate;
  /** Null for an estimator where the log lacks what it needs. */
  readonly estimates: Readonly<Record<SlateEstimator, SlateEstimate | null>>;
  /** What one should know before one believes the estimates, in words. */
  readonly warnings: readonly string[];
}

/**
 * One estimator of the mean sum of rewards per slate. Each is unbiased under an assumption of its own, if logging shows
 * with some probability all that the target may:
 *
 * | name | unbiased if a slot's reward depends on | weight |
 * |---|---|---|
 * | `standardIps` | the whole slate | of the slate |
 * | `independentIps` (Li et al. 2018) | its item and slot | of the item at its slot |
 * | `rewardInteractionIps` (McInerney et al. 2020) | the items down to it: cascade | of the items down to it |
 * | `cascadeDr` (Kiyohara et al. 2022) | the items down to it: cascade | the same, of what the model leaves open |
 * | `pseudoInverse` (Swaminathan et al. 2017) | only their sum counts, additive in items at slots | see `pseudoInverse` |
 *
 * `sn...` divides the weights by their mean, per slot where they differ by slot: a bias of O(1 / n) for less variance.
 * Formulas as in the Open Bandit Pipeline (which lacks the pseudo-inverse).
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another name; `estimate` for columns that are missing or no propensities,
 * ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const even = Float64Array.of(0.5, 0.5, 0.5, 0.5);
 * const log = {
 *   slots: 2,
 *   rewards: Float64Array.of(1, 0, 0, 1),
 *   logging: { marginal: even },
 *   target: { marginal: Float64Array.of(0.8, 0.8, 0.2, 0.2) },
 * };
 * slateEstimator('independentIps').estimate(log).value; // 1
 * ```
 */
export function slateEstimator(name: SlateEstimator, options: SlateOptions = {}): Estimator<LoggedSlates> {
  if (!Object.hasOwn(SLATE_TERMS, name)) {
    throw unexpected(`one of ${Object.keys(SLATE_TERMS).join(', ')}`, 'name', name);
  }
  return {
    name,
    estimate(log) {
      checkLoggedSlates(log);
      return intervals([SLATE_TERMS[name](log, rewardSpan(log, options)).terms], options)[0];
    },
  };
}

/**
 * Evaluates a target policy from the slates of another, by every estimator for which the log has the columns.
 *
 * Each is refused on its own, by the same rule as single choices: an effective sample size below 100, or one round above
 * 20 % of all weight. Weights that the slate as a whole makes hopeless may do per slot. Cost: resamples x rounds x 10.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths or propensities that are none,
 * ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const cells = 2000;
 * const log = {
 *   slots: 2,
 *   rewards: Float64Array.from({ length: cells }, (_, i) => (i % 4 < 2 ? 1 : 0)),
 *   logging: { conditional: new Float64Array(cells).fill(0.5) },
 *   target: { conditional: Float64Array.from({ length: cells }, (_, i) => (i % 4 < 2 ? 0.8 : 0.2)) },
 * };
 * const { estimates } = evaluateSlates(log);
 * estimates.standardIps.refused; // false
 * estimates.independentIps; // null
 * ```
 */
export function evaluateSlates(log: LoggedSlates, options: SlateOptions = {}): SlateEvaluation {
  checkLoggedSlates(log);
  const span = rewardSpan(log, options);
  const { logging, target } = log;
  const has = {
    slate: logging.conditional !== undefined && target.conditional !== undefined,
    slot: logging.marginal !== undefined && target.marginal !== undefined,
    pseudoInverse: log.pseudoInverseWeights !== undefined,
  };
  const found: Record<SlateEstimator, SlateTerms | null> = {
    standardIps: has.slate ? SLATE_TERMS.standardIps(log, span) : null,
    snStandardIps: has.slate ? SLATE_TERMS.snStandardIps(log, span) : null,
    independentIps: has.slot ? SLATE_TERMS.independentIps(log, span) : null,
    snIndependentIps: has.slot ? SLATE_TERMS.snIndependentIps(log, span) : null,
    rewardInteractionIps: has.slate ? SLATE_TERMS.rewardInteractionIps(log, span) : null,
    snRewardInteractionIps: has.slate ? SLATE_TERMS.snRewardInteractionIps(log, span) : null,
    cascadeDr: has.slate && log.model !== undefined ? SLATE_TERMS.cascadeDr(log, span) : null,
    pseudoInverse: has.pseudoInverse ? SLATE_TERMS.pseudoInverse(log, span) : null,
    snPseudoInverse: has.pseudoInverse ? SLATE_TERMS.snPseudoInverse(log, span) : null,
  };
  const judged = Object.entries(found).flatMap(([name, of]) => {
    if (of === null) return [];
    const overlap = overlapOfWeights(of.weights);
    return [{ name: name as SlateEstimator, terms: of.terms, overlap, reason: refusalOf(overlap) }];
  });
  const answered = judged.filter(({ reason }) => reason === null);
  const [logged, ...values] = intervals(
    [loggedTerms(log, span), ...answered.map(({ terms }) => terms)],
    options,
  );
  const estimates = Object.fromEntries(Object.keys(found).map((name) => [name, null])) as Record<
    SlateEstimator,
    SlateEstimate | null
  >;
  for (const one of judged) {
    const at = answered.indexOf(one);
    const { overlap, reason } = one;
    estimates[one.name] = {
      ...overlap,
      estimate: at < 0 ? null : values[at],
      refused: reason !== null,
      reason,
    };
  }
  return { logged, estimates, warnings: sameRewardWarnings(log.rewards, options.interval) };
}

/** Width of the rewards of a slot, 0 among them, for a weight of 0 makes one of 0. */
function rewardSpan({ rewards }: LoggedSlates, { rewardRange: [low, high] = [0, 1] }: SlateOptions): number {
  if (!(low <= high)) throw unexpected('two numbers in ascending order', 'rewardRange', `${low}, ${high}`);
  let least = Math.min(low, 0);
  let most = Math.max(high, 0);
  for (const reward of rewards) {
    least = Math.min(least, reward);
    most = Math.max(most, reward);
  }
  return most - least;
}
