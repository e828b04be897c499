/** How likely was each item of a Gaussian Thompson slate to stand at its place? From plain data, on any thread. */

import type { RandomStream } from '../../numerics/random.ts';
import { GaussianPosterior } from './gaussian-posterior.ts';
import { estimateByDraws } from './thompson-slate.ts';

/** What the propensities depend on: one normal distribution per entry of the pool, the slate, and the floor. */
export interface GaussianThompsonSlate {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly picks: Uint32Array;
  readonly floor: number;
}

/** Unbiased P(item at its place) from so many posterior draws. */
export function gaussianThompsonPropensities(
  { mean, deviation, picks, floor }: GaussianThompsonSlate,
  random: RandomStream,
  draws: number,
): Float64Array {
  return estimateByDraws(new GaussianPosterior(mean, deviation), picks, floor, random, draws);
}
