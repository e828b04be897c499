/** How hard is a bandit problem? The constant of the lower bound on regret. */

import { unexpected } from '../errors.ts';
import { relativeEntropy } from '../index.ts';

/**
 * C = sum over arms of (mu* - mu) / kl(mu, mu*): no consistent policy has regret below about C ln T (Lai and Robbins
 * 1985), kl being the relative entropy of two Bernoulli distributions. Arms as good as the best add nothing.
 *
 * @param means of Bernoulli arms, in [0, 1]; not empty.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an empty list or a mean out of range.
 * @example
 * ```ts
 * laiRobbins([0.5, 0.6]); // 4.899
 * ```
 */
export function laiRobbins(means: ArrayLike<number>): number {
  if (means.length === 0) throw unexpected('at least one mean', 'means', means);
  let best = 0;
  for (let arm = 0; arm < means.length; arm++) {
    if (!(means[arm] >= 0 && means[arm] <= 1)) throw unexpected('0 to 1', `means[${arm}]`, means[arm]);
    best = Math.max(best, means[arm]);
  }
  let constant = 0;
  for (let arm = 0; arm < means.length; arm++) {
    if (means[arm] < best) constant += (best - means[arm]) / relativeEntropy(means[arm], best);
  }
  return constant;
}
