/** Which slate do draws choose between the favourite and its challenger? Top-two Thompson sampling. */

import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { mixFloor } from '../floor.ts';
import type { ArmPosterior } from './arm-posterior.ts';

/** Further draws for a challenger; if none has another favourite, the runner-up of the last one takes its place. */
export const REDRAWS = 10;

/** How {@link drawTopTwo} decides. */
export interface TopTwoSettings {
  readonly floor: number;
  /** Probability that the slate of the favourite is shown, in (0, 1). */
  readonly leaderShare: number;
}

/**
 * With probability `leaderShare` the largest draws; else draws are repeated until another entry is the largest, and
 * those are shown (Russo 2016). The search is bounded: after {@link REDRAWS} draws in vain the first two of the last
 * one change places.
 */
export function drawTopTwo(
  posterior: ArmPosterior,
  size: number,
  { floor, leaderShare }: TopTwoSettings,
  random: RandomStream,
): Uint32Array {
  const draws = new Float64Array(posterior.size);
  const next = (): Uint32Array => {
    posterior.draw(draws, random);
    return rank(draws, Math.max(size, 2));
  };
  let slate = next();
  if (posterior.size > 1 && random.uniform() >= leaderShare) {
    const leader = slate[0];
    for (let redraw = 1; slate[0] === leader && redraw <= REDRAWS; redraw++) slate = next();
    if (slate[0] === leader) [slate[0], slate[1]] = [slate[1], slate[0]];
  }
  return mixFloor(slate.slice(0, size), posterior.size, floor, random);
}
