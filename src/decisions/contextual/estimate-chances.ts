/** How likely did Thompson sampling put an arm where it stands? Conditional Monte Carlo over posterior draws. */

import { normalCdf } from '../../numerics/normal.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkDraws } from '../checks.ts';
import type { Belief, HeldBelief } from './model.ts';
import type { Chances } from './rule.ts';

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
 * @returns for so many draws, the mean over them; @throws ERR_SLUICE_INVALID_ARGUMENT for none.
 *
 * Cost per pick: d x pool once, and the pool per draw.
 */
export function estimateChances(
  held: HeldBelief,
  deviation: number,
  picks: Uint32Array,
): (random: RandomStream, draws: number) => Chances {
  let lines: Line[] | undefined;
  return (random, draws) => {
    checkDraws(draws);
    const belief = held.recall();
    lines ??= Array.from(picks, (pick) => lineOf(belief, deviation, pick));
    return estimate(belief, deviation, picks, lines, random, draws);
  };
}

function estimate(
  belief: Belief,
  deviation: number,
  picks: Uint32Array,
  lines: Line[],
  random: RandomStream,
  draws: number,
): Chances {
  const n = belief.size;
  const slate = picks.length;
  const scores = new Float32Array(n);
  const falls = new Largest(slate);
  const rises = new Largest(slate);
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
      let always = 0;
      falls.clear();
      rises.clear();
      for (let j = 0; j < n; j++) {
        if (j === pick) continue;
        const slope = follows[pick] - follows[j];
        if (Math.abs(slope) <= least) {
          if (scores[j] > scores[pick] || (scores[j] === scores[pick] && j < pick)) always++;
          continue;
        }
        const crossing = (scores[j] - s * follows[j] - own) / slope;
        if (slope > 0) falls.add(crossing);
        else rises.add(-crossing);
      }
      const [here, off] = chancesAlong(falls, rises, always, place, slate);
      atPlace[place] += here / draws;
      outside[place] += off / draws;
    }
  }
  return { atPlace, outside };
}

/** Along what the scores are cut for one pick: the difference, its mean and deviation, and how each score follows it. */
interface Line {
  readonly weights: Float64Array;
  readonly mean: number;
  readonly sigma: number;
  readonly follows: Float64Array;
}

function lineOf(belief: Belief, deviation: number, pick: number): Line {
  const weights = new Float64Array(belief.size).fill(-1 / belief.size);
  weights[pick] += 1;
  const { mean, covariance } = belief.project(weights);
  let variance = 0;
  for (let j = 0; j < weights.length; j++) variance += weights[j] * covariance[j];
  const sigma = deviation * Math.sqrt(Math.max(variance, 0));
  const follows = covariance.map((shared) => (sigma > 0 ? (deviation * deviation * shared) / sigma : 0));
  return { mean, sigma, weights, follows };
}

/**
 * P(exactly `place` arms above) and P(at least `slate` above), of a standard normal s that walks over the crossings. The
 * last `slate` falls and the first `slate` rises suffice: before the ones and after the others so many are above anyway.
 */
function chancesAlong(
  falls: Largest,
  rises: Largest,
  always: number,
  place: number,
  slate: number,
): readonly [number, number] {
  let above = always + falls.size;
  let here = 0;
  let off = 0;
  let from = 0;
  let f = falls.size - 1;
  let r = 0;
  while (f >= 0 || r < rises.size) {
    const falling = r === rises.size || (f >= 0 && falls.values[f] <= -rises.values[r]);
    const next = falling ? above - 1 : above + 1;
    const matters = above === place || next === place || above >= slate !== next >= slate;
    if (matters) {
      const upTo = normalCdf(falling ? falls.values[f] : -rises.values[r]);
      if (above === place) here += upTo - from;
      if (above >= slate) off += upTo - from;
      from = upTo;
    }
    above = next;
    if (falling) f--;
    else r++;
  }
  if (above === place) here += 1 - from;
  if (above >= slate) off += 1 - from;
  return [here, off];
}

/** The largest of the numbers added, descending. */
class Largest {
  readonly values: Float64Array;
  size = 0;

  constructor(limit: number) {
    this.values = new Float64Array(limit);
  }

  clear(): void {
    this.size = 0;
  }

  add(value: number): void {
    const { values } = this;
    if (this.size === values.length && value <= values[this.size - 1]) return;
    let at = this.size < values.length ? this.size++ : this.size - 1;
    for (; at > 0 && values[at - 1] < value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
}
