/** What does exploring cost, and what does not exploring? R(T) = mu* T - sum of mu(a_t), where mu* is known. */

import { launchProblem } from '../../simulation/launch-problem.ts';
import { type Regret, simulateRegret } from '../../simulation/regret.ts';
import { POLICIES, type PolicyName } from '../../simulation/textbook-policies.ts';
import type { World } from '../../simulation/world.ts';

const HORIZON = 20_000;
const SEEDS = 10;
const COMPARED = ['thompson', 'epsilon-greedy', 'greedy', 'random'] as const satisfies PolicyName[];

/**
 * Regret of the policies on one question of the simulated world: which of the titles launched today belongs in the
 * hero slot? Nothing is known of them.
 */
export function regretTable(world: World, onProgress: (share: number) => void) {
  const problem = launchProblem(world);
  const policies = COMPARED.map((name, i): [string, Regret] => {
    const regret = simulateRegret({
      problem,
      policy: POLICIES[name],
      horizon: HORIZON,
      seeds: SEEDS,
      onProgress: (share) => onProgress((i + share) / COMPARED.length),
    });
    return [name, regret];
  });
  return {
    simulated: true as const,
    problem: problem.name,
    arms: problem.arms,
    bestMean: Math.max(...problem.means),
    horizon: HORIZON,
    seeds: SEEDS,
    policies: Object.fromEntries(policies),
  };
}
