/** Which router gains more for its spend, and how sure is that? Curves of several on the same requests. */

import { unexpected } from '../../../errors.ts';
import { type BootstrapOptions, type Interval, quantile } from '../../../numerics/bootstrap.ts';
import { RandomStream } from '../../../numerics/random.ts';
import {
  apgr,
  apgrOfDraw,
  type KnownOutcomes,
  qualityCostCurve,
  rankOutcomes,
  spendToRecover,
} from './quality-cost.ts';

/** What a router recovers of the gain of always buying. */
export interface RouterJudgement {
  /** Area under the quality-cost curve, with its bootstrap interval over requests. */
  readonly apgr: Interval;
  /** Least shares of the spend that recover half and four fifths of the gain. */
  readonly cpt50: number;
  readonly cpt80: number;
}

/** Several routers on the same requests. */
export interface RouterComparison<Name extends string> {
  readonly routers: Readonly<Record<Name, RouterJudgement>>;
  /** Area of the first router less that of each, by paired bootstrap: the same requests are drawn for both. */
  readonly above: Readonly<Record<Name, Interval>>;
}

/**
 * Judges routers by what they buy first. Each has one list of scores, or several (such as one for each assignment of
 * folds), of which the mean figures are told. Cost: resamples x lists x requests, about 5 ns each.
 *
 * @param scores by name, the first being compared with each; every list has one score for each request.
 * @throws ERR_SLUICE_INVALID_ARGUMENT as `qualityCostCurve`, and for no lists.
 */
export function judgeRouters<Name extends string>(
  outcomes: KnownOutcomes,
  scores: Readonly<Record<Name, readonly ArrayLike<number>[]>>,
  { resamples = 1000, level = 0.95, seed = 1 }: BootstrapOptions = {},
): RouterComparison<Name> {
  const names = Object.keys(scores) as Name[];
  const n = outcomes.gains.length;
  const lists = names.map((name) => {
    if (scores[name].length === 0) throw unexpected('at least one list of scores', name, scores[name]);
    return scores[name].map((list) => ({
      curve: qualityCostCurve(outcomes, list),
      ranking: rankOutcomes(outcomes, list),
    }));
  });
  const random = new RandomStream(seed, 'routers');
  const times = new Uint16Array(n);
  const areas = names.map((): number[] => []);
  for (let resample = 0; resample < resamples; resample++) {
    times.fill(0);
    for (let i = 0; i < n; i++) times[random.below(n)]++;
    const drawn = lists.map((own) => meanOf(own, ({ ranking }) => apgrOfDraw(ranking, times) ?? Number.NaN));
    // A draw that gains nothing has no share of a gain.
    if (drawn.every(Number.isFinite)) for (const [r, area] of drawn.entries()) areas[r].push(area);
  }
  if (areas.length > 0 && areas[0].length < resamples / 2) {
    throw unexpected(
      'gains whose sum is surely above 0',
      'gains',
      `${areas[0].length} of ${resamples} draws`,
    );
  }
  const bounds = (mean: number, values: readonly number[]): Interval => {
    const sorted = Float64Array.from(values).sort();
    const tail = (1 - level) / 2;
    return { mean, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
  };
  const judgements = lists.map((own, r) => ({
    apgr: bounds(
      meanOf(own, ({ curve }) => apgr(curve)),
      areas[r],
    ),
    cpt50: meanOf(own, ({ curve }) => spendToRecover(curve, 0.5)),
    cpt80: meanOf(own, ({ curve }) => spendToRecover(curve, 0.8)),
  }));
  const above = names.map((_, r) =>
    bounds(
      judgements[0].apgr.mean - judgements[r].apgr.mean,
      areas[0].map((area, draw) => area - areas[r][draw]),
    ),
  );
  const named = <T>(values: readonly T[]) =>
    Object.fromEntries(names.map((name, r) => [name, values[r]])) as Record<Name, T>;
  return { routers: named(judgements), above: named(above) };
}

function meanOf<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}
