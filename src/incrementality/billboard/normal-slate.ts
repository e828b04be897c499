/** How likely was each item to stand at its place, where the largest of normal draws are shown? */

import { normalCdf } from '../../numerics/normal.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';

/** Independent normal variates, deviations above 0. */
export interface Normals {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** One draw of each. */
export function drawNormals({ mean, deviation }: Normals, random: RandomStream): Float64Array {
  const draws = new Float64Array(mean.length);
  for (let i = 0; i < draws.length; i++) draws[i] = mean[i] + deviation[i] * random.normal();
  return draws;
}

/**
 * P(item at its place) by conditional Monte Carlo: given the draws of the others, an item stands at place k exactly when
 * its own draw lies between their (k + 1)-th and k-th largest. Unbiased. Cost: rounds x pool.
 */
export function normalPropensities(
  normals: Normals,
  picks: Uint32Array,
  random: RandomStream,
  rounds: number,
): Float64Array {
  const propensities = new Float64Array(picks.length);
  for (let round = 0; round < rounds; round++) {
    const draws = drawNormals(normals, random);
    const top = rank(draws, picks.length + 1);
    picks.forEach((pick, place) => {
      const others = top.filter((entry) => entry !== pick);
      const below = (entry: number | undefined): number =>
        entry === undefined ? 0 : normalCdf((draws[entry] - normals.mean[pick]) / normals.deviation[pick]);
      const atPlace = (place === 0 ? 1 : below(others[place - 1])) - below(others[place]);
      propensities[place] += Math.max(0, atPlace) / rounds;
    });
  }
  return propensities;
}
