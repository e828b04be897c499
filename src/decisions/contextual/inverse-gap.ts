/** How much may an arm be tried that looks worse? In inverse proportion to how much worse (SquareCB). */

import { unexpected } from '../../errors.ts';
import { rank } from '../../numerics/rank.ts';
import type { Rule, Situation, SlateDistribution } from './rule.ts';

/** How fast inverse-gap weighting turns greedy: gamma = scale x t^exponent after t - 1 observations. */
export interface GammaSchedule {
  /** Above 0, in units of 1 / reward. */
  readonly scale: number;
  /** In [0, 1]; 1/2 is that of the paper. */
  readonly exponent: number;
}

/**
 * Inverse-gap weighting (Abe and Long 1999; Foster and Rakhlin 2020): P(a) = 1 / (K + gamma (best - score_a)) for all
 * but the best arm, which has the rest.
 *
 * A slate's places draw independently, so that each has a closed form: the greedy slate heads its places, and the arms
 * outside it are dealt to the places in turn, in the pool's order; each place weighs its head and those dealt to it.
 */
export function inverseGap({ scale, exponent }: GammaSchedule): Rule {
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) throw unexpected('a number above 0', 'scale', scale);
  if (!(exponent >= 0 && exponent <= 1)) throw unexpected('a number from 0 to 1', 'exponent', exponent);
  return {
    name: `inverse-gap ${scale} ${exponent}`,
    explores: true,
    slates: (situation) => places(situation, scale * (situation.observations + 1) ** exponent),
  };
}

function places({ size, kernels, expected }: Situation, gamma: number): SlateDistribution {
  const scores = expected();
  const heads = rank(scores, size);
  /** The place that each arm may stand at, and P(it does). */
  const placeOf = new Int32Array(scores.length).fill(-1);
  const chance = new Float64Array(scores.length);
  const hands: number[][] = Array.from(heads, (head, place) => {
    placeOf[head] = place;
    return [head];
  });
  for (let arm = 0, next = 0; arm < scores.length; arm++) {
    if (placeOf[arm] >= 0) continue;
    placeOf[arm] = next;
    hands[next].push(arm);
    next = (next + 1) % size;
  }
  const draws = hands.map((hand) => {
    const own = Float32Array.from(hand, (arm) => scores[arm]);
    const propensities = new Float64Array(hand.length);
    kernels.inverseGap(own, gamma, 0, propensities);
    hand.forEach((arm, i) => {
      chance[arm] = propensities[i];
    });
    return (uniform: number) => hand[kernels.inverseGap(own, gamma, uniform, null)];
  });
  return {
    exact: true,
    independent: true,
    draw: (random) => Uint32Array.from(draws, (draw) => draw(random.uniform())),
    chances: (picks) => () => ({
      atPlace: Float64Array.from(picks, (pick, place) => (placeOf[pick] === place ? chance[pick] : 0)),
      outside: Float64Array.from(picks, (pick) => 1 - chance[pick]),
    }),
  };
}
