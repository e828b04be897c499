/** On which bandit problems are policies compared? Arms of 0 or 1 whose means are known. */

import { unexpected } from '../errors.ts';
import type { RandomStream } from '../index.ts';

/** A stationary bandit with Bernoulli arms. */
export interface BanditProblem {
  readonly name: string;
  /** The exact mean reward of each arm, in [0, 1]. */
  readonly means: Float64Array;
  /** Draws the reward of an arm: 0 or 1. */
  pull(arm: number, random: RandomStream): number;
}

const MEANS = {
  easy9: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
  mid9: [0.01, 0.02, 0.3, 0.4, 0.5, 0.6, 0.795, 0.8, 0.805],
  hard9: [0.01, 0.01, 0.01, 0.02, 0.02, 0.02, 0.05, 0.05, 0.1],
  two: [0.5, 0.6],
} as const satisfies Record<string, readonly number[]>;

/** Name of a problem that {@link banditProblem} knows. */
export type BanditProblemName = keyof typeof MEANS;

/** The names that {@link banditProblem} knows. */
export const BANDIT_PROBLEMS = Object.freeze(Object.keys(MEANS)) as readonly BanditProblemName[];

/**
 * A problem of the literature by name: `easy9`, `mid9`, `hard9` or `two`.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another name.
 * @example
 * ```ts
 * const problem = banditProblem('two');
 * problem.pull(1, new RandomStream(7)); // 1 in 60 % of draws
 * ```
 */
export function banditProblem(name: string): BanditProblem {
  if (!Object.hasOwn(MEANS, name)) throw unexpected(`one of ${BANDIT_PROBLEMS.join(', ')}`, 'problem', name);
  const means = Float64Array.from(MEANS[name as BanditProblemName]);
  return { name, means, pull: (arm, random) => (random.uniform() < means[arm] ? 1 : 0) };
}
