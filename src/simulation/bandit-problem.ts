/** What is a bandit problem? Rounds that offer a pool, the true mean reward of each entry, and rewards drawn from it. */

import type { Pool, RandomStream } from '../index.ts';

/** One round and the truth about it; its arrays stand until the next round is asked for. */
export interface BanditRound {
  /** What the policy sees: rows, scores, and context or features where the problem has them. */
  readonly pool: Pool;
  /** The exact mean reward of each entry of the pool, which the policy does not see. */
  readonly means: Float64Array;
  /** Draws the reward of an entry of the pool. */
  pull(pick: number, random: RandomStream): number;
}

/** A bandit whose truth is known: stationary or not, with context or without. */
export interface BanditProblem {
  readonly name: string;
  /** Rows of the catalogue: every row of a pool lies below. */
  readonly arms: number;
  /** What a round brings beside scores: a context, or features of each entry. Absent for neither. */
  readonly vectors?: 'context' | 'features';
  /** Length of the context or of one feature vector. */
  readonly dimension?: number;
  /** True where rewards may lie outside [0, 1]. */
  readonly realRewards?: boolean;
  /** The mean reward of each arm where it is the same in every round, arm i being entry i of each pool; else absent. */
  readonly means?: Float64Array;
  /** How many rounds there are, for a problem made of a data set; absent for one without end. */
  readonly rounds?: number;
  /** Rounds for which results of the literature are given, where these are not ten thousand. */
  readonly horizon?: number;
  /**
   * Starts a repetition; everything drawn in it but the rewards comes from `random`.
   * @returns the round of number t; asked for t = 1, 2, 3 and so on.
   */
  start(random: RandomStream): (t: number) => BanditRound;
}

/** P(success) where nothing is known of an arm: with it the policies are those of the textbooks. */
const NOTHING_KNOWN = 0.5;

/** A pool of all arms with nothing known of any. */
export function fullPool(arms: number): Pool {
  return {
    rows: Uint32Array.from({ length: arms }, (_, arm) => arm),
    scores: new Float32Array(arms).fill(NOTHING_KNOWN),
  };
}

/**
 * A problem whose every round is the same: all arms, whose means do not change.
 *
 * @param pull draws the reward of an arm; absent for 0 or 1 by its mean.
 * @example
 * ```ts
 * const problem = stationaryProblem('two', [0.5, 0.6]);
 * problem.start(new RandomStream(1))(1).pull(1, new RandomStream(7)); // 1 in 60 % of draws
 * ```
 */
export function stationaryProblem(
  name: string,
  means: ArrayLike<number>,
  pull: BanditRound['pull'] = (arm, random) => (random.uniform() < means[arm] ? 1 : 0),
): BanditProblem & { readonly means: Float64Array } {
  const exact = Float64Array.from(means);
  const round: BanditRound = { pool: fullPool(exact.length), means: exact, pull };
  return { name, arms: exact.length, means: exact, start: () => () => round };
}
