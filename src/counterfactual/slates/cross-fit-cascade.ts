/** What does a slate still earn from a slot on? The model of cascade-DR, fitted backwards and on other rounds. */

import { unexpected } from '../../errors.ts';
import { RandomStream } from '../../numerics/random.ts';
import type { RewardFeatures } from '../rewards/features.ts';
import { fitRegression } from '../rewards/regression.ts';
import type { ModelledSlates } from './logged-slates.ts';

/** What is modelled and how. */
export interface CascadeFitOptions {
  readonly slots: number;
  /** Rounds x slots, row-major. */
  readonly rewards: Float64Array;
  /** The action shown at each slot, rounds x slots, as `features` numbers them. */
  readonly actions: ArrayLike<number>;
  /** Features of an action at a slot, given the logged items before it. */
  readonly features: (slot: number) => RewardFeatures;
  /** The mean of q over the target's choice for a slot, given the logged items before it. */
  readonly expect: (round: number, slot: number, q: (action: number) => number) => number;
  /** @default 3 */
  readonly folds?: number;
  /** Penalty on squared coefficients; above 0. @default 1 */
  readonly ridge?: number;
  /** Seed of the folds. @default 1 */
  readonly seed?: number;
}

/**
 * The Q functions of cascade-DR (Kiyohara et al. 2022, section 3.1), cross-fitted: from the last slot backwards, linear
 * regression of the slot's reward + what the target is expected to earn after it. Cost: folds x slots regressions.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths or fewer rounds than folds,
 * ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const { taken } = crossFitCascade({
 *   slots: 1,
 *   rewards: Float64Array.of(0, 1, 0, 1, 0, 1),
 *   actions: [0, 1, 0, 1, 0, 1],
 *   features: () => ({ dimension: 1, write: (_, action, into) => void (into[0] = action) }),
 *   expect: (_round, _slot, q) => 0.5 * q(0) + 0.5 * q(1),
 * });
 * taken[1] > taken[0]; // true
 * ```
 */
export function crossFitCascade({
  slots,
  rewards,
  actions,
  features,
  expect,
  folds = 3,
  ridge,
  seed = 1,
}: CascadeFitOptions): ModelledSlates {
  if (!(Number.isInteger(slots) && slots >= 1)) throw unexpected('a whole number from 1', 'slots', slots);
  if (!(Number.isInteger(folds) && folds >= 2)) throw unexpected('a whole number from 2', 'folds', folds);
  const rounds = rewards.length / slots;
  if (!(Number.isInteger(rounds) && rounds >= folds)) {
    throw unexpected(`${slots} rewards for each of at least ${folds} slates`, 'rewards', rewards.length);
  }
  if (actions.length !== rewards.length) {
    throw unexpected(`${rewards.length} entries, one per reward,`, 'actions', actions.length);
  }
  const bad = rewards.findIndex((reward) => !Number.isFinite(reward));
  if (bad >= 0) throw unexpected('finite numbers', `rewards[${bad}]`, rewards[bad], 'ERR_SLUICE_NON_FINITE');
  const order = new RandomStream(seed, 'cross-fit').shuffle(
    Uint32Array.from({ length: rounds }, (_, i) => i),
  );
  const taken = new Float64Array(rewards.length);
  const expected = new Float64Array(rewards.length);
  for (let fold = 0; fold < folds; fold++) {
    const others = order.filter((_, i) => i % folds !== fold);
    // What is still to come after the slot that is being fitted; nothing after the last.
    const later = new Float64Array(rounds);
    for (let slot = slots - 1; slot >= 0; slot--) {
      const shown = Uint32Array.from(later, (_, round) => actions[round * slots + slot]);
      const q = fitRegression({
        features: features(slot),
        actions: shown,
        rewards: later.map((more, round) => rewards[round * slots + slot] + more),
        rounds: others,
        kind: 'linear',
        ridge,
      });
      for (let i = 0; i < rounds; i++) {
        const round = order[i];
        later[round] = expect(round, slot, (action) => q(round, action));
        if (i % folds !== fold) continue;
        taken[round * slots + slot] = q(round, shown[round]);
        expected[round * slots + slot] = later[round];
      }
    }
  }
  return { taken, expected };
}
