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

/**
 * Scores as places within the fold that they were predicted in, in (0, 1), equals at their mean place.
 *
 * Models of other folds differ in level: a fold whose outcomes are low is told a high base rate by the rest, so that
 * scores of several folds in one order fall below chance where there is nothing to learn. Within a fold they do not.
 */
export function placesWithinFolds(scores: ArrayLike<number>, folds: Uint32Array): Float64Array {
  const places = new Float64Array(folds.length);
  const order = Uint32Array.from(folds, (_, i) => i).sort(
    (a, b) => folds[a] - folds[b] || scores[a] - scores[b] || a - b,
  );
  for (let from = 0, foldStart = 0; from < order.length; ) {
    const [row] = order.subarray(from);
    let to = from + 1;
    while (to < order.length && folds[order[to]] === folds[row] && scores[order[to]] === scores[row]) to++;
    for (let at = from; at < to; at++) places[order[at]] = (from + to) / 2 - foldStart;
    if (to === order.length || folds[order[to]] !== folds[row]) {
      for (let at = foldStart; at < to; at++) places[order[at]] /= to - foldStart;
      foldStart = to;
    }
    from = to;
  }
  return places;
}
