/** How are the posterior draws of a decision made? A few at a time from a stream of its own, the same on any thread. */

import { RandomStream } from '../numerics/random.ts';

/** Draws between two looks at whether a request has come: some tenths of a millisecond for a pool of 256. */
const DRAWS_AT_ONCE = 4;

/** Whose propensities they are, and how many draws they take. */
export interface PropensityDraws {
  readonly decisionId: string;
  readonly seed: number;
  readonly draws: number;
}

/** Yields before each part of the draws; returns the propensities. */
export function* drawPropensities(
  estimate: (random: RandomStream, draws: number) => Float64Array,
  { decisionId, seed, draws }: PropensityDraws,
): Generator<void, Float64Array> {
  const random = new RandomStream(seed, `${decisionId} propensity`);
  let sums = new Float64Array(0);
  for (let drawn = 0; drawn < draws; drawn += DRAWS_AT_ONCE) {
    yield;
    const now = Math.min(DRAWS_AT_ONCE, draws - drawn);
    const part = estimate(random, now);
    if (drawn === 0) sums = new Float64Array(part.length);
    for (let i = 0; i < sums.length; i++) sums[i] += (part[i] * now) / draws;
  }
  return sums.map((p) => Math.min(p, 1));
}
