/** How does a reward model not know the rewards it speaks of? It is fitted on the other folds. */

import { unexpected } from '../../errors.ts';
import { RandomStream } from '../../numerics/random.ts';
import type { ModelledRewards } from '../logged-choices.ts';
import type { RewardFeatures } from './features.ts';
import { fitRegression } from './regression.ts';

/** What is modelled and how. */
export interface CrossFitOptions {
  readonly rewards: Float64Array;
  /** The action taken in each round, as `features` numbers them. */
  readonly actions: ArrayLike<number>;
  readonly features: RewardFeatures;
  /** The mean of q over the actions of the target policy in a round: sum of target(a | round) q(a). */
  readonly expect: (round: number, q: (action: number) => number) => number;
  /** @default 3 */
  readonly folds?: number;
  /** Penalty on squared coefficients; above 0. @default 1 */
  readonly ridge?: number;
  /** Seed of the folds. @default 1 */
  readonly seed?: number;
}

/**
 * A reward model for the direct method and the doubly robust estimators, cross-fitted (Chernozhukov et al. 2018): what
 * it says of a round was learned from other rounds, else DR would be biased by its own rewards. Logistic regression
 * where all rewards are 0 or 1, else linear. Cost: one {@link fitRegression} per fold and `expect` once per round.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for fewer rounds than folds, ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const actions = Array.from({ length: 60 }, (_, i) => i % 2);
 * const { taken, expected } = crossFitRewards({
 *   rewards: Float64Array.from(actions),
 *   actions,
 *   features: { dimension: 1, write: (_, action, into) => void (into[0] = action) },
 *   expect: (_, q) => 0.5 * q(0) + 0.5 * q(1),
 * });
 * taken[1] > taken[0]; // true
 * expected.length; // 60
 * ```
 */
export function crossFitRewards({
  rewards,
  actions,
  features,
  expect,
  folds = 3,
  ridge,
  seed = 1,
}: CrossFitOptions): ModelledRewards {
  const n = rewards.length;
  if (!(Number.isInteger(folds) && folds >= 2)) throw unexpected('a whole number from 2', 'folds', folds);
  if (n < folds) throw unexpected(`at least ${folds} rounds`, 'rewards', n);
  if (actions.length !== n) throw unexpected(`${n} entries, one per reward,`, 'actions', actions.length);
  const kind = rewards.every((reward) => reward === 0 || reward === 1) ? 'logistic' : 'linear';
  const shuffled = new RandomStream(seed, 'cross-fit').shuffle(Uint32Array.from(rewards, (_, i) => i));
  const taken = new Float64Array(n);
  const expected = new Float64Array(n);
  for (let fold = 0; fold < folds; fold++) {
    const rounds = shuffled.filter((_, i) => i % folds !== fold);
    const q = fitRegression({ features, actions, rewards, rounds, kind, ridge });
    for (let i = fold; i < n; i += folds) {
      const round = shuffled[i];
      taken[round] = q(round, actions[round]);
      expected[round] = expect(round, (action) => q(round, action));
    }
  }
  return { taken, expected };
}
