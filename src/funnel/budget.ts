/** May this request spend? Integer nano-dollars, reserved before they are spent. */

import { SluiceError, unexpected } from '../errors.ts';

declare const reserved: unique symbol;

/**
 * The right to spend up to `amount` nano-dollars (1e-9 USD). Only {@link RequestBudget.reserve} makes one, and a
 * reasoner cannot be called without.
 */
export interface BudgetReservation {
  readonly [reserved]: true;
  readonly amount: number;
  /** True until it is settled. */
  readonly open: boolean;
  /** Settles at what was spent, at most `amount`; an aborted call settles at its full reservation. Once only: what a stage
   * has not settled when it ends, fails, is late or is aborted is settled in full for it. */
  settle(spent?: number): void;
}

/**
 * The hard budget of one request.
 *
 * **Invariant:** spent + held never exceeds the limit, whatever the order of calls.
 *
 * @example
 * ```ts
 * const budget = new RequestBudget(1_000_000);
 * const reservation = budget.reserve(400_000);
 * reservation?.settle(250_000);
 * budget.spent; // 250000
 * ```
 */
export class RequestBudget {
  readonly limit: number;
  #spent = 0;
  #held = 0;

  /** @param limit integer nano-dollars in [0, 2^53). @throws ERR_SLUICE_INVALID_ARGUMENT otherwise. */
  constructor(limit: number) {
    this.limit = nanoDollars(limit, 'limit');
  }

  get spent(): number {
    return this.#spent;
  }

  get available(): number {
    return this.limit - this.#spent - this.#held;
  }

  /** Holds `amount` nano-dollars; null when the budget does not allow it. */
  reserve(amount: number): BudgetReservation | null {
    nanoDollars(amount, 'amount');
    if (amount > this.available) return null;
    this.#held += amount;
    let open = true;
    const settle = (spent = amount): void => {
      if (!open)
        throw new SluiceError(
          'ERR_SLUICE_INVALID_ARGUMENT',
          'Expected one settlement but it was settled already',
        );
      nanoDollars(spent, 'spent');
      if (spent > amount) throw unexpected(`at most the ${amount} nano-dollars reserved`, 'spent', spent);
      open = false;
      this.#held -= amount;
      this.#spent += spent;
    };
    return {
      amount,
      settle,
      get open() {
        return open;
      },
    } as BudgetReservation;
  }
}

function nanoDollars(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw unexpected('a whole number of nano-dollars', name, value);
  return value;
}
