/** How promising is an arm? The indexes of the literature, as functions of its mean and number of outcomes. */

import { largestWithin, relativeEntropy } from '../../numerics/relative-entropy.ts';

/** What an index needs to know beyond the arm itself. */
export interface PoolSummary {
  /** Entries of the pool. */
  readonly arms: number;
  /** Remembered outcomes of all arms. */
  readonly outcomes: number;
  /** The highest mean among arms of the pool that have been tried. */
  readonly best: number;
}

/** The index of an arm that has been tried: the arms of highest index are chosen. @param count above 0. */
export type ArmIndex = (mean: number, count: number, pool: PoolSummary) => number;

/** mean + sqrt(exploration ln t / n): UCB1 for 2 (Auer, Cesa-Bianchi and Fischer 2002). */
export const ucb =
  (exploration: number): ArmIndex =>
  (mean, count, { outcomes }) =>
    mean + Math.sqrt((exploration * Math.log(outcomes)) / count);

/** KL-UCB: the highest mean q with n kl(mean, q) <= ln t (Garivier and Cappé 2011, with c = 0 as they advise). */
export const klUcb: ArmIndex = (mean, count, { outcomes }) => largestWithin(mean, Math.log(outcomes) / count);

/** kl-UCB++: as KL-UCB with n kl <= ln+(h (1 + ln+(h)^2)), h = horizon / (arms n) (Ménard and Garivier 2017). */
export const klUcbPlusPlus =
  (horizon: number): ArmIndex =>
  (mean, count, { arms }) => {
    const share = horizon / (arms * count);
    const log = Math.max(Math.log(share), 0);
    const level = Math.max(Math.log(share * (1 + log * log)), 0);
    return largestWithin(mean, level / count);
  };

/** IMED: n kl(mean, best mean) + ln n, least first, hence negated (Honda and Takemura 2015). */
export const imed: ArmIndex = (mean, count, { best }) =>
  -(count * relativeEntropy(mean, best) + Math.log(count));
