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
 * Each draw S of all scores is cut along one line: S_j = rest_j + s c_j, where s is the standardised difference between
 * the pick's score and the mean score of the pool, independent of the rest, and c_j the covariance of S_j with it. Given
 * the rest, the place of the pick is a step function of s alone, so that its probabilities are sums of normal
 * probabilities of intervals: far less noisy than counting (Rao-Blackwell), and above 0 for whatever the draws allow.
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
  const lines = Array.from(picks, (pick) => lineOf(belief, deviation, pick));
  const scores = new Float32Array(n);
  const steps = new Float64Array(n);
  const rises = new Float64Array(n);
  const atPlace = new Float64Array(slate);
  const outside = new Float64Array(slate);
  for (let draw = 0; draw < draws; draw++) {
    belief.sample(deviation, random, slate, scores);
    for (let place = 0; place < slate; place++) {
      const pick = picks[place];
      const { mean, sigma, weights, follows } = lines[place];
      let difference = 0;
      for (let j = 0; j < n; j++) difference += weights[j] * scores[j];
      const s = sigma > 0 ? (difference - mean) / sigma : 0;
      const own = scores[pick] - s * follows[pick];
      const least = TOGETHER * (Math.abs(scores[pick]) + follows[pick]);
      // Arms above the pick for every s, and those that it passes (falls) or that pass it (rises) as s grows.
      let above = 0;
      let falls = 0;
      let passing = 0;
      for (let j = 0; j < n; j++) {
        if (j === pick) continue;
        const slope = follows[pick] - follows[j];
        if (Math.abs(slope) <= least) {
          if (scores[j] > scores[pick] || (scores[j] === scores[pick] && j < pick)) above++;
          continue;
        }
        const crossing = (scores[j] - s * follows[j] - own) / slope;
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

/** Along what the scores are cut for one pick: the difference, its mean and deviation, and how each score follows it. */
function lineOf(belief: Belief, deviation: number, pick: number) {
  const weights = new Float64Array(belief.size).fill(-1 / belief.size);
  weights[pick] += 1;
  const { mean, covariance } = belief.project(weights);
  let variance = 0;
  for (let j = 0; j < weights.length; j++) variance += weights[j] * covariance[j];
  const sigma = deviation * Math.sqrt(Math.max(variance, 0));
  const follows = covariance.map((shared) => (sigma > 0 ? (deviation * deviation * shared) / sigma : 0));
  return { mean, sigma, weights, follows };
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
