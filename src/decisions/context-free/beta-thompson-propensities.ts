/** How likely was each item of a Beta Thompson slate to stand at its place? From plain data, on any thread. */

import type { RandomStream } from '../../numerics/random.ts';
import { BetaPosterior } from './beta-posterior.ts';
import { estimateByDraws } from './thompson-slate.ts';
import { estimateTopTwo } from './top-two-propensity.ts';

/** What the propensities depend on: one Beta distribution per entry of the pool, the slate, and settings. */
export interface BetaThompsonSlate {
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  readonly picks: Uint32Array;
  readonly floor: number;
  readonly leaderShare: number;
}

/** Unbiased P(item at its place) from so many posterior draws. */
export function betaThompsonPropensities(
  { alpha, beta, picks, floor, leaderShare }: BetaThompsonSlate,
  random: RandomStream,
  draws: number,
): Float64Array {
  const posterior = new BetaPosterior(alpha, beta);
  return leaderShare === 1
    ? estimateByDraws(posterior, picks, floor, random, draws)
    : estimateTopTwo(posterior, picks, { floor, leaderShare }, random, draws);
}
