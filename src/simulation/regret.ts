/** How much does a policy lose while it learns? Its regret on a problem whose means are known. */

import { unexpected } from '../errors.ts';
import { bootstrap, type Feedback, type Policy, RandomStream } from '../index.ts';
import type { BanditProblem, BanditRound } from './bandit-problem.ts';

/** Points of the curve per tenfold of rounds. */
const POINTS_PER_DECADE = 10;

/** What is simulated. */
export interface RegretOptions {
  readonly problem: BanditProblem;
  /** Makes a fresh policy; called once per seed. */
  readonly policy: (problem: BanditProblem, horizon: number) => Policy;
  /** Rounds T; at least 1. */
  readonly horizon: number;
  /** Independent repetitions, with seeds 1 to `seeds`; at least 1. */
  readonly seeds: number;
  /** Rounds after which the rewards of these rounds arrive, together and in order. @default 1 */
  readonly batch?: number;
  /** Called after each seed with the share of seeds that are done. */
  readonly onProgress?: (share: number) => void;
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
 * R(T) = sum over rounds of mu*(t) - mu(a_t): pseudo-regret, from the true means of the round and not from rewards drawn.
 *
 * Rounds, rewards and the policy draw from streams of their own, so that policies meet the same luck. Cost:
 * `horizon x seeds` rounds, choices and updates.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a count below 1, a horizon beyond the rounds that the problem has, or a
 * policy that chooses what is not in the pool.
 * @example
 * ```ts
 * const policy = policyFactory('random');
 * simulateRegret({ problem: banditProblem('two'), policy, horizon: 1000, seeds: 10 }).mean; // about 50
 * ```
 */
export function simulateRegret(options: RegretOptions): Regret {
  const { problem, policy, horizon, seeds, batch = 1, onProgress } = options;
  checkCount('horizon', horizon);
  checkCount('seeds', seeds);
  checkCount('batch', batch);
  if (horizon > (problem.rounds ?? horizon)) {
    throw unexpected(`at most ${problem.rounds} rounds of ${problem.name}`, 'horizon', horizon);
  }
  const points = curvePoints(horizon);
  const curve = new Float64Array(points.length);
  const totals = new Float64Array(seeds);
  const outcomes: Feedback[] = [];

  for (let seed = 1; seed <= seeds; seed++) {
    const learner = policy(problem, horizon);
    const choices = new RandomStream(seed, 'regret:policy');
    const rewards = new RandomStream(seed, 'regret:rewards');
    const roundOf = problem.start(new RandomStream(seed, 'regret:rounds'));
    let regret = 0;
    let point = 0;
    let waiting = 0;
    for (let t = 1; t <= horizon; t++) {
      const round = roundOf(t);
      const pick = learner.choose(round.pool, 1, choices).picks[0];
      if (!(pick < round.means.length)) {
        throw unexpected(`an entry from 0 to ${round.means.length - 1}`, 'choose()', pick);
      }
      regret += highest(round.means) - round.means[pick];
      if (waiting === outcomes.length) outcomes.push(outcomeLike(round));
      note(outcomes[waiting++], round, pick, round.pull(pick, rewards));
      if (waiting === batch) {
        for (let i = 0; i < batch; i++) learner.update(outcomes[i]);
        waiting = 0;
      }
      if (t === points[point]) curve[point++] += regret / seeds;
    }
    totals[seed - 1] = regret;
    onProgress?.(seed / seeds);
  }
  return {
    ...bootstrap(totals),
    curve: Array.from(curve, (regret, i) => ({ t: points[i], regret })),
    simulated: true,
  };
}

/** Room for the feedback of one round, of one entry; a round's own arrays do not outlive it. */
function outcomeLike({ pool }: BanditRound): Feedback {
  const { rows, context, features } = pool;
  return {
    rows: new Uint32Array(1),
    scores: new Float32Array(1),
    rewards: new Float64Array(1),
    ...(context && { context: new Float32Array(context.length) }),
    ...(features && { features: new Float32Array(features.length / rows.length) }),
  };
}

function note(outcome: Feedback, { pool }: BanditRound, pick: number, reward: number): void {
  outcome.rows[0] = pool.rows[pick];
  outcome.scores[0] = pool.scores[pick];
  outcome.rewards[0] = reward;
  if (pool.context) outcome.context?.set(pool.context);
  const { features } = outcome;
  if (features)
    for (let i = 0; i < features.length; i++) {
      features[i] = (pool.features as Float32Array)[pick * features.length + i];
    }
}

function highest(means: Float64Array): number {
  let most = means[0];
  for (let i = 1; i < means.length; i++) if (means[i] > most) most = means[i];
  return most;
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
