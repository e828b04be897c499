/** How likely was each item of a Thompson slate to stand at its place? Computed from posterior draws, on any thread. */

import { betaCdf, lnBeta } from '../../numerics/beta.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { flooredPropensity } from '../floor.ts';

/** One Beta distribution per entry of the pool. */
export interface BetaPosterior {
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
}

/** What the propensities depend on; plain data. */
export interface BetaThompsonSlate extends BetaPosterior {
  readonly picks: Uint32Array;
  readonly floor: number;
}

/** What was shown had a chance, although draws may give it less than f64 tells from 0; its weight 1 / p is finite. */
const LEAST_PROPENSITY = 2 ** -1022;

/** One draw per entry. */
export function drawBeta({ alpha, beta }: BetaPosterior, into: Float64Array, random: RandomStream): void {
  for (let i = 0; i < into.length; i++) into[i] = random.beta(alpha[i], beta[i]);
}

/**
 * P(item at its place) by conditional Monte Carlo: given the draws of all others, an item stands at place k exactly
 * when its own draw falls between their (k + 1)-th and k-th largest, and the Beta distribution gives that
 * probability in closed form. Unbiased, never 0 where a floor is, and far less noisy than counting.
 */
export function betaThompsonPropensities(
  { alpha, beta, picks, floor }: BetaThompsonSlate,
  random: RandomStream,
  rounds: number,
): Float64Array {
  const n = alpha.length;
  const slate = picks.length;
  const propensities = new Float64Array(slate);
  if (n <= slate && slate <= 1) return propensities.fill(1);
  const lnB = Float64Array.from(picks, (pick) => lnBeta(alpha[pick], beta[pick]));
  const draws = new Float64Array(n);
  for (let round = 0; round < rounds; round++) {
    drawBeta({ alpha, beta }, draws, random);
    const top = rank(draws, slate + 1);
    for (let k = 0; k < slate; k++) {
      const pick = picks[k];
      const own = top.indexOf(pick);
      // The r-th largest draw (from 0) among the others; beyond the last there is no competitor.
      const other = (r: number): number => {
        const place = own >= 0 && r >= own ? r + 1 : r;
        return place < top.length ? draws[top[place]] : 0;
      };
      const below = (x: number): number => betaCdf(x, alpha[pick], beta[pick], lnB[k]);
      const atPlace = (k === 0 ? 1 : below(other(k - 1))) - below(other(k));
      const outside = floor > 0 && n > slate ? below(other(slate - 1)) : 0;
      propensities[k] += flooredPropensity(k, slate, n, floor, Math.max(0, atPlace), outside) / rounds;
    }
  }
  return propensities.map((p) => Math.min(Math.max(p, LEAST_PROPENSITY), 1));
}
