/** Which contextual policies are simulated? Each over the model that suits what a problem's rounds bring. */

import {
  type ContextualModel,
  DisjointModel,
  decisionKernels,
  LinearGreedy,
  LinTs,
  LinUcb,
  LogisticThompson,
  type Policy,
  SharedModel,
  SquareCb,
} from '../index.ts';
import type { BanditProblem } from './bandit-problem.ts';

/** Far beyond what problems pay: a normal reward has no bound of its own. */
const REWARDS = [-1e6, 1e6] as const;

/** One theta for all actions under features, one for each arm under a context, which is 1 where there is none. */
function modelFor({ arms, vectors, dimension = 1 }: BanditProblem): ContextualModel {
  const kernels = decisionKernels();
  if (vectors === 'features') return new SharedModel({ kernels, dimension });
  if (vectors === 'context') return new DisjointModel({ kernels, dimension, arms });
  const features = (rows: Uint32Array) => new Float32Array(rows.length).fill(1);
  return new DisjointModel({ kernels, dimension, arms, features });
}

const options = (problem: BanditProblem) => ({ model: modelFor(problem), floor: 0, rewards: REWARDS });

/** Chooses uniformly, whatever rewards are: inverse-gap weighting that makes nothing of the gap. */
export function uniformPolicy(problem: BanditProblem): Policy {
  return new SquareCb({ ...options(problem), scale: Number.MIN_VALUE, exponent: 0 });
}

/** The policies without a floor, with ridge weight 1. */
export const CONTEXTUAL_POLICIES = {
  'lin-ucb': (problem) =>
    new LinUcb({ ...options(problem), alpha: problem.vectors === 'context' ? 0.2 : 0.25 }),
  'lin-ts': (problem) => new LinTs({ ...options(problem), deviation: 0.1 }),
  'linear-greedy': (problem) => new LinearGreedy(options(problem)),
  'square-cb': (problem) =>
    new SquareCb({ ...options(problem), scale: problem.vectors === 'features' ? 1000 : 10 }),
  'logistic-thompson': (problem) => new LogisticThompson({ model: modelFor(problem), floor: 0 }),
} as const satisfies Record<string, (problem: BanditProblem) => Policy>;
