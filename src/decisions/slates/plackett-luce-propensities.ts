/** How likely is an item at a later place of a Plackett-Luce slate? Conditional Monte Carlo over what stands before. */

import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { checkDraws } from '../checks.ts';
import { possible } from '../least-propensity.ts';
import { RemainingWeights } from './remaining-weights.ts';

/** A slate, and what its law depends on. */
export interface PlackettLuceSlate {
  readonly scores: Float32Array;
  readonly temperature: number;
  readonly floor: number;
  readonly picks: Uint32Array;
}

/** What the softmax is over. */
export function logits(scores: Float32Array, temperature: number): Float64Array {
  const logs = new Float64Array(scores.length);
  for (let i = 0; i < logs.length; i++) logs[i] = scores[i] / temperature;
  return logs;
}

/**
 * P(pick at its place) for each pick: exact for the first, unbiased from `draws` draws for the others.
 *
 * For an item i at place k the places before are drawn from the policy given that they are not i, and
 * P(i at k) = E[product over j < k of (1 - c_j) c_k], where c_j is i's probability at place j after those before. Every
 * draw gives more than 0. One set of exponential clocks per draw serves all picks: what is left of the others' clocks
 * does not depend on what was taken (memorylessness). Cost: draws x (pool + slate^2).
 */
export function plackettLucePropensities(
  { scores, temperature, floor, picks }: PlackettLuceSlate,
  random: RandomStream,
  draws: number,
): Float64Array {
  const n = scores.length;
  const logs = logits(scores, temperature);
  const propensities = new Float64Array(picks.length);
  const left = new RemainingWeights(logs);
  const chance = (item: number) => (1 - floor) * left.share(item) + floor / left.size;
  if (picks.length > 0) propensities[0] = chance(picks[0]);
  if (picks.length < 2) return propensities;
  checkDraws(draws);
  const clocks = new Float64Array(n);
  for (let round = 0; round < draws; round++) {
    // Ordered by clocks of rates exp(logit), the soonest first: logit plus Gumbel noise.
    for (let i = 0; i < n; i++) clocks[i] = logs[i] - Math.log(-Math.log(1 - random.uniform()));
    const order = rank(clocks, picks.length + 1);
    for (let k = 1; k < picks.length; k++) {
      const item = picks[k];
      left.reset();
      let unlike = 1;
      let soonest = 0;
      for (let j = 0; j < k; j++) {
        unlike *= 1 - chance(item);
        const bySoftmax = (1 - floor) * (1 - left.share(item));
        const byChance = floor * (1 - 1 / left.size);
        let next: number;
        if (random.uniform() * (bySoftmax + byChance) < byChance) {
          do next = random.below(n);
          while (next === item || !left.has(next));
        } else {
          while (order[soonest] === item || !left.has(order[soonest])) soonest++;
          next = order[soonest++];
        }
        left.remove(next);
      }
      propensities[k] += (unlike * chance(item)) / draws;
    }
  }
  return possible(propensities);
}
