/** What is a rule? It turns what a model believes of a pool into a slate, and says how likely that was. */

import type { RandomStream } from '../../numerics/random.ts';
import { certainPropensity } from '../exact-choice.ts';
import { flooredPropensity } from '../floor.ts';
import type { DecisionKernels } from '../kernels/kernels.ts';
import type { Belief, BeliefData } from './model.ts';

/** Of each pick: P(it stands at its place of the slate), and P(it stands nowhere on it). */
export interface Chances {
  readonly atPlace: Float64Array;
  readonly outside: Float64Array;
}

/** Slates of one size, from one pool, by one belief; before a floor is mixed in. */
export interface SlateDistribution {
  /** Whether chances have a closed form; then they need no draws. */
  readonly exact: boolean;
  /** The one slate that there is, where nothing is left to chance. */
  readonly certain?: Uint32Array;
  /** Whether places are drawn independently of each other. */
  readonly independent?: boolean;
  draw(random: RandomStream): Uint32Array;
  /** The chances of a slate, by the belief as it was when this distribution was made. */
  chances(picks: Uint32Array): (random: RandomStream, draws: number) => Chances;
  /** What chances that are not exact depend on, for another thread. */
  data?(): BeliefData;
}

/** What a rule decides by. */
export interface Situation {
  readonly belief: Belief;
  /** At most the pool's size. */
  readonly size: number;
  readonly kernels: DecisionKernels;
  /** Rewards that the policy has learned so far. */
  readonly observations: number;
  /** The reward expected of each entry. */
  expected(): Float64Array;
}

/** How a contextual policy explores. */
export interface Rule {
  /** Name and settings; equal text means equal behaviour. */
  readonly name: string;
  /** True when it may choose other than the greedy slate. */
  readonly explores: boolean;
  slates(situation: Situation): SlateDistribution;
}

/** The one slate that a rule without chance can show. */
export function certain(base: Uint32Array): SlateDistribution {
  return {
    exact: true,
    certain: base,
    draw: () => base,
    chances: (picks) => () => ({
      atPlace: certainPropensity(base, picks),
      outside: Float64Array.from(picks, (pick) => (base.includes(pick) ? 0 : 1)),
    }),
  };
}

/** P(pick at its place) of the slate that is shown, a floor mixed into what the rule would show. */
export function floored({ atPlace, outside }: Chances, poolSize: number, floor: number): Float64Array {
  return atPlace.map((chance, place) =>
    flooredPropensity(place, atPlace.length, poolSize, floor, chance, outside[place]),
  );
}
