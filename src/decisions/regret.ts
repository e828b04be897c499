/** What did learning cost? R(T) = mu* T - sum of mu(a_t). */

import { unexpected } from '../errors.ts';

/**
 * Adds up pseudo-regret where the truth is known: in a simulation, or against an oracle's value of each decision.
 *
 * @example
 * ```ts
 * const account = new RegretAccount();
 * account.add(0.6, 0.5);
 * account.total; // 0.1 (to rounding)
 * ```
 */
export class RegretAccount {
  #total = 0;
  #rounds = 0;

  /** Books one round: the mean reward of the best action and of the one chosen. */
  add(best: number, chosen: number): void {
    if (!Number.isFinite(best) || !Number.isFinite(chosen)) {
      throw unexpected('finite mean rewards', 'add', `${best}, ${chosen}`, 'ERR_SLUICE_NON_FINITE');
    }
    this.#total += best - chosen;
    this.#rounds++;
  }

  /** R(T). */
  get total(): number {
    return this.#total;
  }

  /** T. */
  get rounds(): number {
    return this.#rounds;
  }
}
