/** How much does a policy lose while it learns? Its regret on a problem whose means are known. */

import { unexpected } from '../errors.ts';
import { bootstrap, RandomStream } from '../index.ts';
import type { BanditProblem } from './bandit-problem.ts';

/** Points of the curve per tenfold of rounds. */
const POINTS_PER_DECADE = 10;

/** What a policy must do to be simulated; any context-free policy has this form. */
export interface BanditPolicyLike {
  /** The arm to pull now, from 0. */
  choose(): number;
  /** Learns the reward of an arm that was pulled. */
  update(arm: number, reward: number): void;
}

/** What is simulated. */
export interface RegretOptions {
  readonly problem: BanditProblem;
  /** Makes a fresh policy that draws from the given stream; called once per seed. */
  readonly policy: (random: RandomStream) => BanditPolicyLike;
  /** Rounds T; at least 1. */
  readonly horizon: number;
  /** Independent repetitions, with seeds 1 to `seeds`; at least 1. */
  readonly seeds: number;
  /** Rounds after which the rewards of these rounds arrive, together and in order. @default 1 */
  readonly batch?: number;
}

/** Regret of a policy: the mean over seeds with its 95 % bootstrap interval. */
export interface Regret {
  /** R(T) at the horizon. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Mean R(t) at about ten rounds t per decade, from 1 to the horizon. */
  readonly curve: readonly { readonly t: number; readonly regret: number }[];
  readonly simulated: true;
}

/**
 * R(T) = mu* T - sum of mu(a_t): pseudo-regret, from the means of the arms chosen and not from rewards drawn.
 *
 * Rewards and the policy draw from streams of their own, so that policies meet the same luck. Cost: `horizon x seeds`
 * pulls, choices and updates.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a count below 1, or a policy that chooses an arm that does not exist.
 * @example
 * ```ts
 * const uniform = (random: RandomStream) => ({ choose: () => random.below(2), update() {} });
 * simulateRegret({ problem: banditProblem('two'), policy: uniform, horizon: 1000, seeds: 10 }).mean; // about 50
 * ```
 */
export function simulateRegret({ problem, policy, horizon, seeds, batch = 1 }: RegretOptions): Regret {
  checkCount('horizon', horizon);
  checkCount('seeds', seeds);
  checkCount('batch', batch);
  const { means } = problem;
  const best = means.reduce((most, mean) => Math.max(most, mean), 0);
  const points = curvePoints(horizon);
  const curve = new Float64Array(points.length);
  const totals = new Float64Array(seeds);
  const pending = Math.min(batch, horizon);
  const arms = new Uint32Array(pending);
  const rewards = new Float64Array(pending);

  for (let seed = 1; seed <= seeds; seed++) {
    const learner = policy(new RandomStream(seed, 'regret:policy'));
    const random = new RandomStream(seed, 'regret:rewards');
    let regret = 0;
    let point = 0;
    let waiting = 0;
    for (let t = 1; t <= horizon; t++) {
      const arm = learner.choose();
      if (!(Number.isInteger(arm) && arm >= 0 && arm < means.length)) {
        throw unexpected(`an arm from 0 to ${means.length - 1}`, 'choose()', arm);
      }
      regret += best - means[arm];
      arms[waiting] = arm;
      rewards[waiting++] = problem.pull(arm, random);
      if (waiting === batch) {
        for (let i = 0; i < batch; i++) learner.update(arms[i], rewards[i]);
        waiting = 0;
      }
      if (t === points[point]) curve[point++] += regret / seeds;
    }
    totals[seed - 1] = regret;
  }
  return {
    ...bootstrap(totals),
    curve: Array.from(curve, (regret, i) => ({ t: points[i], regret })),
    simulated: true,
  };
}

/** Ascending rounds, evenly spaced on a logarithmic axis, the horizon last. */
function curvePoints(horizon: number): number[] {
  const points = new Set<number>();
  for (let i = 0; ; i++) {
    const t = Math.round(10 ** (i / POINTS_PER_DECADE));
    if (t >= horizon) break;
    points.add(t);
  }
  return [...points, horizon];
}

function checkCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw unexpected('a whole number of at least 1', name, value);
  }
}
