/** How likely did Thompson sampling put an arm where it stands? Conditional Monte Carlo over posterior draws. */

import { normalCdf } from '../../numerics/normal.ts';
import type { RandomStream } from '../../numerics/random.ts';
import type { Belief } from './model.ts';
import type { Chances } from './rule.ts';

/** Beyond so many standard deviations lies less than f64 tells from 0 beside 1. */
const FAR = 9;
/** Two scores of f32 that vary together to this share are as good as one. */
const TOGETHER = 1e-6;

/**
 * P(pick at its place) and P(pick outside the slate), unbiased.
 *
 * Each draw S of all scores is cut along the pick's own: S_j = rest_j + s C_ij / sigma_i with s standard normal and
 * independent of the rest (C the covariance, sigma_i^2 = C_ii). Given the rest, the place of i is a step function of s
 * alone, so that its probabilities are sums of normal probabilities of intervals: far less noisy than counting
 * (Rao-Blackwell), and above 0 for whatever the draws allow at all.
 *
 * Cost per pick: d x pool once; per draw the pool, and a sort of those arms that can pass it.
 */
export function estimateChances(
  belief: Belief,
  deviation: number,
  picks: Uint32Array,
  random: RandomStream,
  draws: number,
): Chances {
  const n = belief.size;
  const slate = picks.length;
  const directions = Array.from(picks, (pick) => belief.covariance(pick));
  const scores = new Float32Array(n);
  const steps = new Float64Array(n);
  const rises = new Float64Array(n);
  const atPlace = new Float64Array(slate);
  const outside = new Float64Array(slate);
  for (let draw = 0; draw < draws; draw++) {
    belief.sample(deviation, random, slate, scores);
    for (let place = 0; place < slate; place++) {
      const pick = picks[place];
      const { mean, covariance } = directions[place];
      const sigma = deviation * Math.sqrt(covariance[pick]);
      const s = sigma > 0 ? (scores[pick] - mean) / sigma : 0;
      // Arms above the pick for every s, and those that it passes (falls) or that pass it (rises) as s grows.
      let above = 0;
      let falls = 0;
      let passing = 0;
      for (let j = 0; j < n; j++) {
        if (j === pick) continue;
        const follows = sigma > 0 ? (deviation * deviation * covariance[j]) / sigma : 0;
        const slope = sigma - follows;
        if (Math.abs(slope) <= TOGETHER * sigma) {
          if (scores[j] > scores[pick] || (scores[j] === scores[pick] && j < pick)) above++;
          continue;
        }
        const crossing = (scores[j] - s * follows - mean) / slope;
        if (slope > 0) {
          if (crossing > FAR) above++;
          else if (crossing > -FAR) steps[falls++] = crossing;
        } else if (crossing < -FAR) {
          above++;
        } else if (crossing < FAR) {
          rises[passing++] = crossing;
        }
      }
      const [here, off] = chancesAlong(
        steps.subarray(0, falls),
        rises.subarray(0, passing),
        above,
        place,
        slate,
      );
      atPlace[place] += here / draws;
      outside[place] += off / draws;
    }
  }
  return { atPlace, outside };
}

/** P(exactly `place` arms above) and P(at least `slate` above), of a standard normal s that walks over the crossings. */
function chancesAlong(
  falls: Float64Array,
  rises: Float64Array,
  always: number,
  place: number,
  slate: number,
): readonly [number, number] {
  falls.sort();
  rises.sort();
  let above = always + falls.length;
  let here = 0;
  let off = 0;
  let from = 0;
  for (let f = 0, r = 0; f < falls.length || r < rises.length; ) {
    const falling = r === rises.length || (f < falls.length && falls[f] <= rises[r]);
    const upTo = normalCdf(falling ? falls[f] : rises[r]);
    if (above === place) here += upTo - from;
    if (above >= slate) off += upTo - from;
    from = upTo;
    if (falling) {
      f++;
      above--;
    } else {
      r++;
      above++;
    }
  }
  if (above === place) here += 1 - from;
  if (above >= slate) off += 1 - from;
  return [here, off];
}
