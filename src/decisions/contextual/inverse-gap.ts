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
  const hands = deal(heads, scores.length);
  /** P(arm), at the place that it was dealt to. */
  const chance = new Float64Array(scores.length);
  const placeOf = new Uint32Array(scores.length);
  const ownScores = hands.map((hand, place) => {
    const own = new Float32Array(hand.length);
    for (let i = 0; i < hand.length; i++) own[i] = scores[hand[i]];
    const propensities = new Float64Array(hand.length);
    kernels.inverseGap(own, gamma, 0, propensities);
    for (let i = 0; i < hand.length; i++) {
      chance[hand[i]] = propensities[i];
      placeOf[hand[i]] = place;
    }
    return own;
  });
  return {
    exact: true,
    independent: true,
    draw: (random) =>
      Uint32Array.from(hands, (hand, place) => {
        return hand[kernels.inverseGap(ownScores[place], gamma, random.uniform(), null)];
      }),
    chances: (picks) => () => ({
      atPlace: Float64Array.from(picks, (pick, place) => (placeOf[pick] === place ? chance[pick] : 0)),
      outside: Float64Array.from(picks, (pick) => 1 - chance[pick]),
    }),
  };
}

/** For each place its head, and of the arms outside every so many-th. */
function deal(heads: Uint32Array, arms: number): Uint32Array[] {
  const size = heads.length;
  const others = new Uint32Array(arms - size);
  const isHead = new Uint8Array(arms);
  for (const head of heads) isHead[head] = 1;
  for (let arm = 0, next = 0; arm < arms; arm++) if (!isHead[arm]) others[next++] = arm;
  return Array.from(heads, (head, place) => {
    const hand = new Uint32Array(1 + Math.max(0, Math.ceil((others.length - place) / size)));
    hand[0] = head;
    for (let i = 1, from = place; i < hand.length; i++, from += size) hand[i] = others[from];
    return hand;
  });
}
