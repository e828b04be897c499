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
  /** What it was settled at; 0 until then. */
  readonly spent: number;
  /** Settles at what was spent, at most `amount`; an aborted call settles at its full reservation, one that failed
   * before anything was sent at 0. Once only: what a stage has not settled when it ends, fails, is late or is aborted is
   * settled in full for it. */
  settle(spent?: number): void;
}

/** What stands above a request: the limits that it shares with others. */
export interface SharedBudget {
  /**
   * Holds a whole number of nano-dollars within every shared limit, or within none and answers null. What it returns is
   * settled exactly once, at a whole number from 0 to `amount`.
   */
  reserve(amount: number): { settle(spent: number): void } | null;
}

/**
 * The hard budget of one request, below the limits that it shares with others.
 *
 * **Invariant:** spent + held never exceeds the limit, whatever the order of calls, and all of it is reserved above too.
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
  readonly #shared: SharedBudget | undefined;
  #spent = 0;
  #held = 0;

  /**
   * @param limit integer nano-dollars in [0, 2^53).
   * @param shared what each reservation needs besides, such as the limits of the person and of the day.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for any other limit.
   */
  constructor(limit: number, shared?: SharedBudget) {
    this.limit = nanoDollars(limit, 'limit');
    this.#shared = shared;
  }

  get spent(): number {
    return this.#spent;
  }

  get available(): number {
    return this.limit - this.#spent - this.#held;
  }

  /** Holds `amount` nano-dollars; null when this budget or one above does not allow it. Never waits. */
  reserve(amount: number): BudgetReservation | null {
    nanoDollars(amount, 'amount');
    if (amount > this.available) return null;
    const above = this.#shared?.reserve(amount);
    if (above === null) return null;
    this.#held += amount;
    const settled = (spent: number): void => {
      this.#held -= amount;
      this.#spent += spent;
      above?.settle(spent);
    };
    return new Reservation(amount, settled) as unknown as BudgetReservation;
  }
}

class Reservation {
  readonly amount: number;
  readonly #settled: (spent: number) => void;
  #open = true;
  #spent = 0;

  constructor(amount: number, settled: (spent: number) => void) {
    this.amount = amount;
    this.#settled = settled;
  }

  get open(): boolean {
    return this.#open;
  }

  get spent(): number {
    return this.#spent;
  }

  settle(spent = this.amount): void {
    if (!this.#open)
      throw new SluiceError(
        'ERR_SLUICE_INVALID_ARGUMENT',
        'Expected one settlement but it was settled already',
      );
    nanoDollars(spent, 'spent');
    if (spent > this.amount)
      throw unexpected(`at most the ${this.amount} nano-dollars reserved`, 'spent', spent);
    this.#open = false;
    this.#spent = spent;
    this.#settled(spent);
  }
}

/** The value, if it is a whole number of nano-dollars below 2^53. @throws ERR_SLUICE_INVALID_ARGUMENT. @internal */
export function nanoDollars(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw unexpected('a whole number of nano-dollars', name, value);
  return value;
}
