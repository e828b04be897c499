/** What was spent on one day, and by whom? The accounts of every limit, reserved from together or not at all. */

import { type AccountKey, Accounts, type Scope } from './accounts.ts';

/** A limit in nano-dollars a day, and what each account below it may use from its beginning. */
export interface ScopeLimit {
  readonly scope: Scope;
  readonly limit: number;
  readonly leasedFirst: number;
}

/** The accounts of one day, in the order of the limits. */
export class DayAccounts {
  /** Days since 1970 in the time zone of the budget. */
  readonly day: number;
  readonly scopes: readonly Accounts[];
  /** Open holds of every day, which outlive the day and its accounts. */
  readonly holds: { total: number };
  spent = 0;

  constructor(day: number, limits: readonly ScopeLimit[], holds: { total: number }) {
    this.day = day;
    this.holds = holds;
    this.scopes = limits.map(({ scope, limit, leasedFirst }) => new Accounts(scope, limit, leasedFirst));
  }

  /** Holds an amount in the account of every key, or in none and returns null. An undefined key binds nothing. */
  reserve(keys: readonly (AccountKey | undefined)[], amount: number): Hold | null {
    const { scopes } = this;
    const accounts: number[] = [];
    for (let i = 0; i < scopes.length; i++) {
      const key = keys[i];
      const account = key === undefined ? -1 : scopes[i].of(key);
      if (account >= 0 && amount > scopes[i].free(account)) return null;
      accounts.push(account);
    }
    for (let i = 0; i < scopes.length; i++) if (accounts[i] >= 0) scopes[i].used[accounts[i]] += amount;
    this.holds.total += amount;
    return new Hold(this, accounts, amount);
  }
}

/** What is held of a day until it is known what was spent, whenever that is. */
export class Hold {
  readonly #day: DayAccounts;
  readonly #accounts: readonly number[];
  readonly #amount: number;

  constructor(day: DayAccounts, accounts: readonly number[], amount: number) {
    this.#day = day;
    this.#accounts = accounts;
    this.#amount = amount;
  }

  /** Once only, at most the amount. */
  settle(spent: number): void {
    const { scopes } = this.#day;
    for (let i = 0; i < scopes.length; i++)
      if (this.#accounts[i] >= 0) scopes[i].used[this.#accounts[i]] -= this.#amount - spent;
    this.#day.holds.total -= this.#amount;
    this.#day.spent += spent;
  }
}
