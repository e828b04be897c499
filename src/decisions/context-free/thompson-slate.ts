/** Which slate do posterior draws choose, and how likely was each item at its place? */

import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { checkDraws } from '../checks.ts';
import { flooredPropensity, mixFloor } from '../floor.ts';
import { possible } from '../least-propensity.ts';
import type { ArmPosterior } from './arm-posterior.ts';

/** Thompson sampling: the largest draws, with a floor mixed in. */
export function drawSlate(
  posterior: ArmPosterior,
  size: number,
  floor: number,
  random: RandomStream,
): Uint32Array {
  const draws = new Float64Array(posterior.size);
  posterior.draw(draws, random);
  return mixFloor(rank(draws, size), posterior.size, floor, random);
}

/**
 * P(item at its place) by conditional Monte Carlo: given the draws of all others, an item stands at place k exactly
 * when its own draw falls between their (k + 1)-th and k-th largest, and its distribution function gives that
 * probability in closed form. Unbiased, never 0 where a floor is, and far less noisy than counting.
 */
export function estimateByDraws(
  posterior: ArmPosterior,
  picks: Uint32Array,
  floor: number,
  random: RandomStream,
  rounds: number,
): Float64Array {
  checkDraws(rounds);
  const n = posterior.size;
  const slate = picks.length;
  const propensities = new Float64Array(slate);
  if (n <= slate && slate <= 1) return propensities.fill(1);
  const below = Array.from(picks, (pick) => posterior.below(pick));
  const draws = new Float64Array(n);
  for (let round = 0; round < rounds; round++) {
    posterior.draw(draws, random);
    const top = rank(draws, slate + 1);
    for (let k = 0; k < slate; k++) {
      const others = new Others(draws, top, picks[k]);
      const atPlace = (k === 0 ? 1 : below[k](others.draw(k - 1))) - below[k](others.draw(k));
      const outside = floor > 0 && n > slate ? below[k](others.draw(slate - 1)) : 0;
      propensities[k] += flooredPropensity(k, slate, n, floor, Math.max(0, atPlace), outside) / rounds;
    }
  }
  return possible(propensities);
}

/** The draws of all entries but one, largest first. */
export class Others {
  readonly #draws: Float64Array;
  readonly #top: Uint32Array;
  readonly #own: number;

  /** @param top the entries of the largest draws, one more than will be asked for. */
  constructor(draws: Float64Array, top: Uint32Array, entry: number) {
    this.#draws = draws;
    this.#top = top;
    this.#own = top.indexOf(entry);
  }

  /** The entry of the r-th largest draw, from 0; undefined beyond the last. */
  entry(r: number): number | undefined {
    return this.#top[this.#own >= 0 && r >= this.#own ? r + 1 : r];
  }

  /** The r-th largest draw; beyond the last there is no competitor. */
  draw(r: number): number {
    const entry = this.entry(r);
    return entry === undefined ? Number.NEGATIVE_INFINITY : this.#draws[entry];
  }
}
