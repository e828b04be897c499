/** Which policies are simulated? One table, from the name to a fresh policy for a problem. */

import { SluiceError, unexpected } from '../errors.ts';
import { BetaThompson, EpsilonGreedy, GaussianThompson, IndexPolicy, type Policy } from '../index.ts';
import type { BanditProblem } from './bandit-problem.ts';
import { CONTEXTUAL_POLICIES, uniformPolicy } from './contextual-policies.ts';

/** Makes a policy that has learned nothing; called once per repetition. @param horizon rounds to come. */
export type PolicyFactory = (problem: BanditProblem, horizon: number) => Policy;

/** A belief that the first outcome outweighs: untried arms come first, then the best mean so far. */
const NO_BELIEF = 1e-6;

/** Beta(1, 1) priors, no floor. */
const UNIFORM = { priorStrength: 1, floor: 0, level: 'fixed' } as const;

/** The policies in their textbook form: without a floor, from priors that know nothing. */
export const POLICIES = {
  thompson: ({ arms }) => new BetaThompson({ arms, ...UNIFORM }),
  'gaussian-thompson': ({ arms }) => new GaussianThompson({ arms, floor: 0 }),
  'top-two': ({ arms }) => new BetaThompson({ arms, ...UNIFORM, leaderShare: 0.5 }),
  'discounted-thompson': ({ arms }) => new BetaThompson({ arms, ...UNIFORM, discount: 0.995 }),
  imed: ({ arms }) => new IndexPolicy({ arms, index: 'imed', floor: 0 }),
  'kl-ucb': ({ arms }) => new IndexPolicy({ arms, index: 'kl-ucb', floor: 0 }),
  'kl-ucb-plus-plus': ({ arms }, horizon) =>
    new IndexPolicy({ arms, index: 'kl-ucb-plus-plus', horizon, floor: 0 }),
  ucb1: ({ arms }) => new IndexPolicy({ arms, index: 'ucb', floor: 0 }),
  'sliding-window-ucb': ({ arms }) =>
    new IndexPolicy({ arms, index: 'ucb', exploration: 0.6, window: 1000, floor: 0 }),
  // Exploration at random finds arms that have become better; the authors' 1 / sqrt(T) is both risk and share here.
  'glr-kl-ucb': ({ arms }, horizon) => {
    const share = 1 / Math.sqrt(horizon + 1);
    return new IndexPolicy({ arms, index: 'kl-ucb', changeRisk: share, floor: share });
  },
  'epsilon-greedy': ({ arms }) => new EpsilonGreedy({ arms, epsilon: 0.1, priorStrength: NO_BELIEF }),
  // The decay for a best arm that is better by a tenth, with the factor that the authors found to do well.
  'decaying-epsilon-greedy': ({ arms }) =>
    new EpsilonGreedy({ arms, epsilon: 1, decay: 0.05 / 0.1 ** 2, priorStrength: NO_BELIEF }),
  greedy: ({ arms }) => new EpsilonGreedy({ arms, epsilon: 0, priorStrength: NO_BELIEF }),
  random: (problem) =>
    problem.realRewards ? uniformPolicy(problem) : new EpsilonGreedy({ arms: problem.arms, epsilon: 1 }),
  ...CONTEXTUAL_POLICIES,
} as const satisfies Record<string, PolicyFactory>;

/** Name of a policy that {@link policyFactory} knows. */
export type PolicyName = keyof typeof POLICIES;

/** Those that do with rewards outside [0, 1]. */
const LINEAR = ['random', ...Object.keys(CONTEXTUAL_POLICIES).filter((name) => name !== 'logistic-thompson')];

/**
 * A policy of the table by name.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another name; when the factory is called, for a policy of rewards in [0, 1]
 * on a problem of others.
 * @example
 * ```ts
 * policyFactory('thompson')(banditProblem('two'), 1000).explores; // true
 * ```
 */
export function policyFactory(name: string): PolicyFactory {
  if (!Object.hasOwn(POLICIES, name)) {
    throw unexpected(`one of ${Object.keys(POLICIES).join(', ')}`, 'policy', name);
  }
  const make: PolicyFactory = POLICIES[name as PolicyName];
  return (problem, horizon) => {
    if (problem.realRewards && !LINEAR.includes(name)) {
      throw new SluiceError(
        'ERR_SLUICE_INVALID_ARGUMENT',
        `Expected a policy for rewards outside [0, 1], which ${problem.name} has, but received ${JSON.stringify(name)}`,
        { remedy: `Name one of ${LINEAR.join(', ')}.` },
      );
    }
    return make(problem, horizon);
  };
}
