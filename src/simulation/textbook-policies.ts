/** Which policies are simulated? One table, from the name to a fresh policy for a problem. */

import { unexpected } from '../errors.ts';
import { BetaThompson, EpsilonGreedy, type Policy } from '../index.ts';
import type { BanditProblem } from './bandit-problem.ts';

/** Makes a policy that has learned nothing; called once per repetition. */
export type PolicyFactory = (problem: BanditProblem) => Policy;

/** A belief that the first outcome outweighs: untried arms come first, then the best mean so far. */
const NO_BELIEF = 1e-6;

/** The policies in their textbook form: without a floor, from priors that know nothing. */
export const POLICIES = {
  thompson: ({ arms }) => new BetaThompson({ arms, priorStrength: 1, floor: 0, level: 'fixed' }),
  'epsilon-greedy': ({ arms }) => new EpsilonGreedy({ arms, epsilon: 0.1, priorStrength: NO_BELIEF }),
  greedy: ({ arms }) => new EpsilonGreedy({ arms, epsilon: 0, priorStrength: NO_BELIEF }),
  random: ({ arms }) => new EpsilonGreedy({ arms, epsilon: 1 }),
} as const satisfies Record<string, PolicyFactory>;

/** Name of a policy that {@link policyFactory} knows. */
export type PolicyName = keyof typeof POLICIES;

/**
 * A policy of the table by name.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another name.
 * @example
 * ```ts
 * policyFactory('thompson')(banditProblem('two')).explores; // true
 * ```
 */
export function policyFactory(name: string): PolicyFactory {
  if (!Object.hasOwn(POLICIES, name)) {
    throw unexpected(`one of ${Object.keys(POLICIES).join(', ')}`, 'policy', name);
  }
  return POLICIES[name as PolicyName];
}
