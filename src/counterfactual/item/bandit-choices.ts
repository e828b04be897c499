/** What would a target policy have done in a bandit log over a fixed set of items? Its columns, with a reward model. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { BanditLog } from '../../log/bandit-log.ts';
import { checkLoggedChoices, type LoggedChoices } from '../logged-choices.ts';
import { crossFitRewards } from '../rewards/cross-fit.ts';
import type { RewardFeatures } from '../rewards/features.ts';

/**
 * A policy whose choice depends on the position alone: P(item at position); `logged` is the policy that logged, known
 * only by the propensities of what it took.
 */
export type BanditTarget = 'logged' | ((item: number, position: number) => number);

/** One for each fold of the reward model. */
const LEAST_ROUNDS = 3;

/**
 * The choices of a bandit log beside those of a target policy, with a cross-fitted reward model: logistic regression on
 * the item, the position and, where the log has it, the affinity of user and item;
 * without one for fewer than 3 rounds. Cost: rounds x items per fold.
 *
 * @param options.seed of the folds. @default 1
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an empty log, columns of different lengths, propensities that are none, a
 * target whose probabilities do not sum to 1 (to 1e-4) at a position of the log.
 * @example
 * ```ts
 * const log = {
 *   items: Uint32Array.of(0, 1, 1, 0, 1, 0),
 *   positions: new Uint32Array(6).fill(1),
 *   clicks: Float64Array.of(0, 1, 1, 0, 1, 0),
 *   propensities: new Float64Array(6).fill(0.5),
 *   itemCount: 2,
 *   affinities: null,
 * };
 * const choices = banditChoices(log, (item) => (item === 1 ? 0.75 : 0.25));
 * ips().estimate(choices).value; // 0.75
 * ```
 */
export function banditChoices(
  log: BanditLog,
  target: BanditTarget,
  { seed = 1 }: { readonly seed?: number } = {},
): LoggedChoices {
  const { items, positions, clicks, propensities, itemCount } = log;
  for (const [name, column] of Object.entries({ items, positions })) {
    if (column.length !== clicks.length)
      throw unexpected(`${clicks.length} entries, one per click,`, name, column.length);
  }
  const choices = {
    rewards: clicks,
    loggingPropensities: propensities,
    targetPropensities:
      target === 'logged' ? propensities : Float64Array.from(items, (item, i) => target(item, positions[i])),
  };
  checkLoggedChoices(choices);
  const beyond = items.find((item) => item >= itemCount);
  if (beyond !== undefined) throw unexpected(`an item below ${itemCount}`, 'items', beyond);
  // Too few to learn from, and for any answer.
  if (items.length < LEAST_ROUNDS) return choices;
  const slots = [...new Set(positions)].sort((a, b) => a - b);
  const shares = new Map(
    slots.map((position) => [position, target === 'logged' ? null : sharesAt(target, position, itemCount)]),
  );
  const model = crossFitRewards({
    rewards: clicks,
    actions: items,
    features: featuresOf(log, slots),
    expect(round, q) {
      const share = shares.get(positions[round]);
      // What the logging policy took is a draw from it.
      if (!share) return q(items[round]);
      let sum = 0;
      for (let item = 0; item < itemCount; item++) if (share[item] > 0) sum += share[item] * q(item);
      return sum;
    },
    seed,
  });
  return { ...choices, model };
}

function sharesAt(
  target: Exclude<BanditTarget, 'logged'>,
  position: number,
  itemCount: number,
): Float64Array {
  const shares = Float64Array.from({ length: itemCount }, (_, item) => target(item, position));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (!(Math.abs(sum - 1) <= 1e-4))
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected probabilities of ${itemCount} items that sum to 1 for target at position ${position} but received ${sum}`,
      { remedy: `Give the target a probability of each item of the log, which are 0 to ${itemCount - 1}.` },
    );
  return shares.map((share) => share / sum);
}

/** One column per item and per position, and the affinity. */
function featuresOf(
  { items, positions, itemCount, affinities }: BanditLog,
  slots: readonly number[],
): RewardFeatures {
  const slotOf = Uint32Array.from(items, (_, i) => slots.indexOf(positions[i]));
  return {
    dimension: itemCount + slots.length + (affinities === null ? 0 : 1),
    write(round, item, into) {
      into.fill(0);
      into[item] = 1;
      into[itemCount + slotOf[round]] = 1;
      if (affinities !== null) into[itemCount + slots.length] = affinities[round * itemCount + item];
    },
  };
}
