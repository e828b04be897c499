/** What does exploring cost, and what does not exploring? R(T) = mu* T - sum of mu(a_t), where mu* is known. */

import { BetaThompson, EpsilonGreedy, type Policy, type RandomStream } from '../../index.ts';
import { launchProblem } from '../../simulation/launch-problem.ts';
import { type BanditPolicyLike, type Regret, simulateRegret } from '../../simulation/regret.ts';
import type { World } from '../../simulation/world.ts';

const HORIZON = 20_000;
const SEEDS = 10;

/** The score of every arm: with it the policies below are those of the textbooks. */
const HALF = 0.5;

/** A belief that the first outcome outweighs: untried arms come first, then the best mean so far. */
const NO_BELIEF = 1e-6;

/** Thompson sampling from Beta(1, 1) priors; greedy by observed means after one trial of each arm; uniform. */
const POLICIES: Readonly<Record<string, (arms: number) => Policy>> = {
  thompson: (arms) => new BetaThompson({ arms, priorStrength: 1, floor: 0, level: 'fixed' }),
  'epsilon-greedy': (arms) => new EpsilonGreedy({ arms, epsilon: 0.1, priorStrength: NO_BELIEF }),
  greedy: (arms) => new EpsilonGreedy({ arms, epsilon: 0, priorStrength: NO_BELIEF }),
  random: (arms) => new EpsilonGreedy({ arms, epsilon: 1 }),
};

/**
 * Regret of the policies on one question of the simulated world: which of the titles launched today belongs in the
 * hero slot? Nothing is known of them.
 */
export function regretTable(world: World, onProgress: (share: number) => void) {
  const problem = launchProblem(world);
  const arms = problem.means.length;
  const best = problem.means.reduce((most, mean) => Math.max(most, mean), 0);
  const names = Object.keys(POLICIES);
  const policies = names.map((name, i): [string, Regret] => {
    const regret = simulateRegret({
      problem,
      policy: (random) => asBandit(POLICIES[name](arms), arms, random),
      horizon: HORIZON,
      seeds: SEEDS,
    });
    onProgress((i + 1) / names.length);
    return [name, regret];
  });
  return {
    simulated: true as const,
    problem: problem.name,
    arms,
    bestMean: best,
    horizon: HORIZON,
    seeds: SEEDS,
    policies: Object.fromEntries(policies),
  };
}

/** A slate policy choosing one of all arms, with nothing known of any. */
function asBandit(policy: Policy, arms: number, random: RandomStream): BanditPolicyLike {
  const rows = Uint32Array.from({ length: arms }, (_, arm) => arm);
  const pool = { rows, scores: new Float32Array(arms).fill(HALF) };
  return {
    choose: () => policy.choose(pool, 1, random).picks[0],
    update: (arm, reward) =>
      policy.update({
        rows: Uint32Array.of(arm),
        scores: Float32Array.of(HALF),
        rewards: Float64Array.of(reward),
      }),
  };
}
