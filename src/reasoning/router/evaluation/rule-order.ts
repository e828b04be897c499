/** In which order does the rule buy as money gets cheaper? Scores that a quality-cost curve can rank by. */

import type { Gain } from '../gain-curve.ts';

/**
 * A score for each request, so that those of higher score are bought at a higher lambda: by lower gain over expected cost,
 * as the rule compares them, and where that is equal by mean gain over cost. Equal where the rule cannot tell them apart.
 *
 * @param costs expected, above 0; as many as gains.
 */
export function ruleScores(gains: readonly Gain[], costs: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from(gains, (_, i) => i);
  const compare = (a: number, b: number) =>
    gains[a].low / costs[a] - gains[b].low / costs[b] || gains[a].mean / costs[a] - gains[b].mean / costs[b];
  order.sort((a, b) => compare(a, b) || a - b);
  const scores = new Float64Array(gains.length);
  for (let at = 1; at < order.length; at++) {
    scores[order[at]] = compare(order[at], order[at - 1]) === 0 ? scores[order[at - 1]] : at;
  }
  return scores;
}
