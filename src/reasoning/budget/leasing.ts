/** When is the next slice of a limit leased? Ahead of need, in the background, one lease of an account at a time. */

import type { AccountKey, Accounts } from './accounts.ts';
import type { DayAccounts } from './day-accounts.ts';
import type { LeaseLog } from './lease-log.ts';

/** Share of a limit that a process may hold leased and unspent. */
const SLICE_SHARE = 0.01;
/** After a lease that brought less than was wanted the store is not asked again for so long. */
const DRY_MS = 1000;
const DAYS_KEPT = 8;
const AT_ONCE = 1024;

/** Refills the accounts of a day from a log of leases. */
export class Leasing {
  readonly #log: LeaseLog;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #running = new WeakMap<Accounts, Map<number, Promise<void>>>();
  readonly #dry = new WeakMap<Accounts, Map<number, number>>();
  #closed = false;
  /** The last failure of a lease. */
  failure: unknown = null;

  constructor(log: LeaseLog, now: () => number, onError: (error: unknown) => void) {
    this.#log = log;
    this.#now = now;
    this.#onError = onError;
  }

  /** What all processes have leased of the limit of a day. */
  total(day: number): number {
    return this.#log.total({ day, scope: 'day', key: '' });
  }

  /**
   * Sees to it that an amount can be reserved and half a slice is there, if the limits allow it. Where nothing is to be
   * done that takes no more than the look-ups; else the promise resolves once the leases are durable or have failed.
   */
  refill(
    day: DayAccounts,
    keys: readonly (AccountKey | undefined)[],
    amount: number,
  ): Promise<unknown> | null {
    let running: Promise<void>[] | null = null;
    for (let i = 0; i < day.scopes.length; i++) {
      const key = keys[i];
      if (key === undefined) continue;
      const accounts = day.scopes[i];
      const account = accounts.of(key);
      if (!lacks(accounts, account, amount) || this.#isDry(accounts, account)) continue;
      running ??= [];
      running.push(this.#refillOne(day.day, accounts, key, amount));
    }
    return running && Promise.all(running);
  }

  /** Leases nothing more, and gives back what is leased and unspent; resolves once that is durable. */
  async giveBack(day: DayAccounts): Promise<void> {
    this.#closed = true;
    for (const accounts of day.scopes) {
      await Promise.all(this.#running.get(accounts)?.values() ?? []);
      const unspent = [...accounts.entries()].filter(([, account]) => accounts.free(account) > 0);
      for (let from = 0; from < unspent.length; from += AT_ONCE) {
        const some = unspent.slice(from, from + AT_ONCE);
        await Promise.all(
          some.map(([key, account]) => this.#lease(day.day, accounts, key, -accounts.free(account))),
        );
      }
    }
  }

  /** Closes what is older than the last days that were spent on. */
  async closeEarliest(): Promise<void> {
    await this.#log.closeEarliest(DAYS_KEPT);
  }

  async #refillOne(day: number, accounts: Accounts, key: AccountKey, amount: number): Promise<void> {
    const account = accounts.of(key);
    while (!this.#closed && lacks(accounts, account, amount) && !this.#isDry(accounts, account)) {
      const running = mapOf(this.#running, accounts);
      let lease = running.get(account);
      if (!lease) {
        const wanted = Math.max(sliceOf(accounts), amount) - accounts.free(account);
        lease = this.#lease(day, accounts, key, wanted).finally(() => running.delete(account));
        running.set(account, lease);
      }
      await lease;
    }
  }

  async #lease(day: number, accounts: Accounts, key: AccountKey, wanted: number): Promise<void> {
    const account = accounts.of(key);
    // What is given back can no longer be spent, whether or not that is ever written.
    if (wanted < 0) accounts.leased[account] += wanted;
    try {
      const taken = await this.#log.take({ day, scope: accounts.scope, key }, wanted, accounts.limit);
      if (wanted < 0) return;
      accounts.leased[account] += taken;
      if (taken < wanted) mapOf(this.#dry, accounts).set(account, this.#now());
      else this.#dry.get(accounts)?.delete(account);
    } catch (error) {
      mapOf(this.#dry, accounts).set(account, this.#now());
      this.failure = error;
      this.#onError(error);
    }
  }

  #isDry(accounts: Accounts, account: number): boolean {
    const since = this.#dry.get(accounts)?.get(account);
    return since !== undefined && Math.abs(this.#now() - since) < DRY_MS;
  }
}

function sliceOf({ limit }: Accounts): number {
  return Math.max(1, Math.floor(limit * SLICE_SHARE));
}

function lacks(accounts: Accounts, account: number, amount: number): boolean {
  const free = accounts.free(account);
  if (accounts.leased[account] >= accounts.limit) return false;
  return free < amount || free < sliceOf(accounts) / 2;
}

function mapOf<V>(maps: WeakMap<Accounts, Map<number, V>>, accounts: Accounts): Map<number, V> {
  let map = maps.get(accounts);
  if (!map) {
    map = new Map();
    maps.set(accounts, map);
  }
  return map;
}
