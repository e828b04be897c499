/** What is a choice whose probabilities are known? */

import type { Choice } from '../funnel/policy.ts';

/** A choice with propensities in closed form. @param conditional as in {@link Choice}. */
export function exactChoice(
  picks: Uint32Array,
  propensities: Float64Array,
  conditional?: Float64Array,
): Choice {
  return { picks, propensities, ...(conditional && { conditional }), estimate: () => propensities };
}

/** A choice that could not be another. */
export function certainChoice(picks: Uint32Array): Choice {
  const ones = new Float64Array(picks.length).fill(1);
  return exactChoice(picks, ones, ones);
}

/** The propensities of a slate where `certain` is sure: 1 where they agree, else 0. */
export function certainPropensity(certain: Uint32Array, picks: Uint32Array): Float64Array {
  return Float64Array.from(picks, (pick, k) => (certain[k] === pick ? 1 : 0));
}
