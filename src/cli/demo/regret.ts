/** What does exploring cost, and what does not exploring? R(T) = mu* T - sum of mu(a_t), where mu* is known. */

import { BetaThompson, EpsilonGreedy, type Policy, type RandomStream } from '../../index.ts';
import { launchProblem } from '../../simulation/launch-problem.ts';
import { type BanditPolicyLike, simulateRegret } from '../../simulation/regret.ts';
import type { World } from '../../simulation/world.ts';

const HORIZON = 5000;
const SEEDS = 10;

const POLICIES: Readonly<Record<string, (arms: number) => Policy>> = {
  thompson: (arms) => new BetaThompson({ arms, priorStrength: 1, floor: 0, level: 'fixed' }),
  'epsilon-greedy': (arms) => new EpsilonGreedy({ arms, epsilon: 0.1, priorStrength: 1 }),
  greedy: (arms) => new EpsilonGreedy({ arms, epsilon: 0, priorStrength: 1 }),
  random: (arms) => new EpsilonGreedy({ arms, epsilon: 1 }),
};

/**
 * Regret of the policies on one question of the simulated world: which of the titles launched today belongs in the
 * hero slot? Nothing is known of them, so every policy starts from the same flat prior.
 */
export function regretTable(world: World, onProgress: (share: number) => void) {
  const problem = launchProblem(world);
  const arms = problem.means.length;
  const best = problem.means.reduce((most, mean) => Math.max(most, mean), 0);
  const names = Object.keys(POLICIES);
  const policies = names.map((name, i) => {
    const { mean, low, high, simulated } = simulateRegret({
      problem,
      policy: (random) => asBandit(POLICIES[name](arms), arms, random),
      horizon: HORIZON,
      seeds: SEEDS,
    });
    onProgress((i + 1) / names.length);
    return { policy: name, mean, low, high, simulated };
  });
  return {
    simulated: true as const,
    problem: problem.name,
    arms,
    bestMean: best,
    horizon: HORIZON,
    seeds: SEEDS,
    policies,
  };
}

/** A slate policy choosing one of all arms, with nothing known of any. */
function asBandit(policy: Policy, arms: number, random: RandomStream): BanditPolicyLike {
  const rows = Uint32Array.from({ length: arms }, (_, arm) => arm);
  const pool = { rows, scores: new Float32Array(arms).fill(0.5) };
  return {
    choose: () => policy.choose(pool, 1, random).picks[0],
    update: (arm, reward) =>
      policy.update({
        rows: Uint32Array.of(arm),
        scores: Float32Array.of(0.5),
        rewards: Float64Array.of(reward),
      }),
  };
}
