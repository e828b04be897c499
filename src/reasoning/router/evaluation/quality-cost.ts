/** How much of what always buying gains does a router gain, for which share of the spend? The exact quality-cost curve. */

import { unexpected } from '../../../errors.ts';

/** Requests of which both outcomes are known; parallel arrays, not empty. */
export interface KnownOutcomes {
  /** Quality with reasoning less quality without; their sum must be above 0. */
  readonly gains: ArrayLike<number>;
  /** What buying costs more than not buying, above 0; any unit. */
  readonly costs: ArrayLike<number>;
}

/** The curve of a router that buys for the requests of highest score first. */
export interface QualityCostCurve {
  /** Share of the spend of always buying, from 0 to 1, ascending. */
  readonly spend: Float64Array;
  /** Share of the gain of always buying (performance gap recovered), from 0 to 1; it may pass 1 on the way. */
  readonly recovered: Float64Array;
}

/**
 * The exact curve: one point for each request, or for each group of equal scores, which are bought in the mean over their
 * orders, that is along a straight line.
 *
 * @param scores buy first where it is high; one for each request.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for lengths that differ, a cost not above 0, or gains whose sum is not.
 */
export function qualityCostCurve(outcomes: KnownOutcomes, scores: ArrayLike<number>): QualityCostCurve {
  const ranking = rankOutcomes(outcomes, scores);
  const spend = new Float64Array(ranking.groups + 1);
  const recovered = new Float64Array(ranking.groups + 1);
  const [gain, cost] = totals(ranking, null);
  let at = 0;
  walk(ranking, null, (groupGain, groupCost) => {
    at++;
    spend[at] = spend[at - 1] + groupCost / cost;
    recovered[at] = recovered[at - 1] + groupGain / gain;
  });
  return { spend, recovered };
}

/** Area under the curve: average performance gap recovered (Ong et al. 2024, arXiv 2406.18665); random buying has 0.5. */
export function apgr({ spend, recovered }: QualityCostCurve): number {
  let area = 0;
  for (let i = 1; i < spend.length; i++) {
    area += ((spend[i] - spend[i - 1]) * (recovered[i] + recovered[i - 1])) / 2;
  }
  return area;
}

/** The least share of the spend at which `share` of the gain is recovered (CPT: call-performance threshold). */
export function spendToRecover({ spend, recovered }: QualityCostCurve, share: number): number {
  if (!(share > 0 && share <= 1)) throw unexpected('a share above 0 and at most 1', 'share', share);
  let i = 1;
  while (i < spend.length - 1 && recovered[i] < share) i++;
  const step = recovered[i] - recovered[i - 1];
  const part = step > 0 ? Math.min(1, (share - recovered[i - 1]) / step) : 1;
  return spend[i - 1] + part * (spend[i] - spend[i - 1]);
}

/** Outcomes in the order in which a router buys; groups are of equal score. @internal */
export interface RankedOutcomes {
  /** Requests in order. */
  readonly order: Uint32Array;
  /** For each place of the order, whether a new group starts there. */
  readonly fresh: Uint8Array;
  readonly groups: number;
  readonly outcomes: KnownOutcomes;
}

/** Sorts and checks once, so that a bootstrap need not. @internal */
export function rankOutcomes(outcomes: KnownOutcomes, scores: ArrayLike<number>): RankedOutcomes {
  const { gains, costs } = outcomes;
  const n = gains.length;
  if (n === 0) throw unexpected('at least one request', 'gains', gains);
  if (costs.length !== n) throw unexpected(`${n} costs`, 'costs', costs.length);
  if (scores.length !== n) throw unexpected(`${n} scores`, 'scores', scores.length);
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (!(costs[i] > 0 && costs[i] < Number.POSITIVE_INFINITY))
      throw unexpected('costs above 0', 'costs', costs[i]);
    if (Number.isNaN(scores[i])) throw unexpected('scores that are numbers', 'scores', scores[i]);
    total += gains[i];
  }
  if (!(total > 0)) throw unexpected('gains of a sum above 0', 'gains', total);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const fresh = Uint8Array.from(order, (row, i) => (i === 0 || scores[row] !== scores[order[i - 1]] ? 1 : 0));
  return { order, fresh, groups: fresh.reduce((sum, x) => sum + x, 0), outcomes };
}

/** Area under the curve of requests drawn `times[i]` times each; null where the gains drawn do not sum above 0. @internal */
export function apgrOfDraw(ranking: RankedOutcomes, times: ArrayLike<number>): number | null {
  const [gain, cost] = totals(ranking, times);
  if (!(gain > 0)) return null;
  let area = 0;
  let recovered = 0;
  walk(ranking, times, (groupGain, groupCost) => {
    area += (groupCost / cost) * (recovered + groupGain / gain / 2);
    recovered += groupGain / gain;
  });
  return area;
}

function totals({ order, outcomes }: RankedOutcomes, times: ArrayLike<number> | null): [number, number] {
  let gain = 0;
  let cost = 0;
  for (let i = 0; i < order.length; i++) {
    const weight = times === null ? 1 : times[i];
    gain += weight * outcomes.gains[i];
    cost += weight * outcomes.costs[i];
  }
  return [gain, cost];
}

/** Gain and cost of one group after another, in the order of buying. */
function walk(
  { order, fresh, outcomes }: RankedOutcomes,
  times: ArrayLike<number> | null,
  visit: (gain: number, cost: number) => void,
): void {
  let gain = 0;
  let cost = 0;
  for (let at = 0; at < order.length; at++) {
    if (fresh[at] === 1 && at > 0) {
      visit(gain, cost);
      gain = 0;
      cost = 0;
    }
    const row = order[at];
    const weight = times === null ? 1 : times[row];
    gain += weight * outcomes.gains[row];
    cost += weight * outcomes.costs[row];
  }
  visit(gain, cost);
}
