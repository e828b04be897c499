/** May anybody still spend today? Hard limits per person, tenant and day, above those of single requests. */

import { unexpected } from '../../errors.ts';
import { nanoDollars, RequestBudget, type SharedBudget } from '../../funnel/budget.ts';
import { checkText } from '../../log/event-check.ts';
import type { Store } from '../../log/store.ts';
import type { AccountKey, Scope } from './accounts.ts';
import { DayAccounts, type Hold, type ScopeLimit } from './day-accounts.ts';
import { LeaseLog } from './lease-log.ts';
import { Leasing } from './leasing.ts';

/** Settings of a {@link Budget}; limits are whole nano-dollars a day in [0, 2^53), and what is left out has no limit. */
export interface BudgetOptions {
  /** For all requests together. */
  readonly day?: number;
  /** For each tenant. */
  readonly tenant?: number;
  /** For each person. */
  readonly user?: number;
  /** When a day begins: minutes by which its time zone is ahead of UTC, in [-1440, 1440]. @default 0 */
  readonly utcOffsetMinutes?: number;
  /** What keeps the limits across restarts and shares them among processes. @default this process alone, until it ends */
  readonly store?: Store;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Hears of leases that could not be written; nothing is spent without one. */
  readonly onError?: (error: unknown) => void;
}

/** Who spends, and how much at most. */
export interface BudgetRequest {
  /** Number of the person; without one the limit per person does not bind. */
  readonly user?: number;
  /** 1 to 256 characters; without one the limit per tenant does not bind. */
  readonly tenant?: string;
  /** Limit of the request in nano-dollars. */
  readonly limit: number;
}

/** What stands in the books of today, in nano-dollars. */
export interface BudgetReport {
  /** YYYY-MM-DD in the budget's time zone. */
  readonly day: string;
  /** Limit of the day; null without one. */
  readonly limit: number | null;
  /** Spent today by this process since it opened. */
  readonly spent: number;
  /** Reserved by this process on any day and not settled yet. */
  readonly held: number;
  /** Taken of the limit by all processes, spent or not; without a store what this one has spent and held. */
  readonly leased: number;
}

const DAY_MS = 86_400_000;
/** So long before midnight the first slice of the next day is leased. */
const AHEAD_MS = 60_000;

/**
 * The money that requests share. Reserving and settling are synchronous, in memory, and take every limit or none.
 *
 * With a store, a process spends only from slices of the limits that it has leased durably ahead: slices of 1 % of a
 * limit, or of the limit of one request where that is more. They are refilled in the background from half of that on;
 * a reservation never waits for the disk, it is refused when too little is leased. What a crash loses is the unspent
 * part of the slices of that process; `close` gives it back. Several processes may spend from one store.
 *
 * **Invariant:** of no limit is more spent and held on one day than it allows, by all processes together, whatever the
 * clock does. An amount belongs to the day on which it was reserved.
 *
 * Memory: about 60 bytes a person that spent today.
 *
 * @example
 * ```ts
 * const budget = await Budget.open({ store, day: 5_000_000_000, user: 20_000_000 });
 * const request = { user: 7, limit: 2_000_000 };
 * await budget.prepare(request);
 * const reservation = budget.request(request).reserve(1_500_000);
 * reservation?.settle(600_000);
 * budget.report().spent; // 600000
 * await budget.close();
 * ```
 */
export class Budget {
  readonly #limits: readonly ScopeLimit[];
  readonly #offsetMs: number;
  readonly #now: () => number;
  readonly #leasing: Leasing | null;
  readonly #onError: (error: unknown) => void;
  /** Days without a store: those that were ever spent on. */
  readonly #opened = new Set<number>();
  readonly #days = new Map<number, DayAccounts>();
  readonly #holds = { total: 0 };
  #current: DayAccounts | null = null;
  #closed = false;

  private constructor(options: BudgetOptions) {
    if (typeof options !== 'object' || options === null) throw unexpected('options', 'options', options);
    const { store, utcOffsetMinutes = 0, now = Date.now, onError = () => {} } = options;
    if (!(Math.abs(utcOffsetMinutes) <= 1440))
      throw unexpected('minutes in [-1440, 1440]', 'utcOffsetMinutes', utcOffsetMinutes);
    const limits: ScopeLimit[] = [];
    for (const scope of ['user', 'tenant', 'day'] as const) {
      const limit = options[scope];
      if (limit === undefined) continue;
      limits.push({ scope, limit: nanoDollars(limit, scope), leasedFirst: store ? 0 : limit });
    }
    this.#limits = limits;
    this.#offsetMs = utcOffsetMinutes * 60_000;
    this.#now = now;
    this.#onError = onError;
    this.#leasing = store ? new Leasing(new LeaseLog(store), now, onError) : null;
  }

  /**
   * Opens the books; with a store, resolves once the first slice of today is leased.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_STORE_FAILED.
   */
  static async open(options: BudgetOptions): Promise<Budget> {
    const budget = new Budget(options);
    await budget.#leasing?.closeEarliest();
    await budget.prepare({ limit: 0 });
    if (budget.#leasing?.failure) throw budget.#leasing.failure;
    return budget;
  }

  /**
   * The budget of one request, below all limits that bind it; what it may spend is leased in the background. Cost:
   * below 1 us, and as much again for each reservation with its settlement.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT.
   */
  request(request: BudgetRequest): RequestBudget {
    const keys = this.#keysOf(request);
    const shared: SharedBudget = { reserve: (amount) => this.#reserve(keys, amount) };
    const budget = new RequestBudget(request.limit, shared);
    void this.#prepare(keys, request.limit);
    return budget;
  }

  /**
   * Resolves once the slices hold what a request may spend, or cannot: whoever may wait a few milliseconds for the disk
   * waits here, before reserving. Without a store it resolves at once.
   */
  async prepare(request: BudgetRequest): Promise<void> {
    await this.#prepare(this.#keysOf(request), nanoDollars(request.limit, 'limit'));
  }

  /** What stands in the books of today. */
  report(): BudgetReport {
    const number = this.#dayNumber();
    const day = this.#today();
    const total = this.#limits.find(({ scope }) => scope === 'day');
    const spent = day?.spent ?? 0;
    const held = this.#holds.total;
    return {
      day: new Date(number * DAY_MS).toISOString().slice(0, 10),
      limit: total?.limit ?? null,
      spent,
      held,
      leased: (total && this.#leasing?.total(number)) ?? spent + held,
    };
  }

  /** Refuses every further reservation and gives back what is leased and unspent; idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const day of this.#days.values()) await this.#leasing?.giveBack(day);
  }

  #reserve(keys: readonly (AccountKey | undefined)[], amount: number): Hold | null {
    const day = this.#today();
    if (!day || this.#closed) return null;
    const hold = day.reserve(keys, amount);
    // After a refusal the shortfall is leased, so that the next request of this size may pass.
    void this.#leasing?.refill(day, keys, hold ? 0 : amount);
    return hold;
  }

  async #prepare(keys: readonly (AccountKey | undefined)[], amount: number): Promise<void> {
    const day = this.#today();
    if (!day || !this.#leasing || this.#closed) return;
    if (this.#dayNumber(AHEAD_MS) > day.day)
      void this.#leasing.refill(this.#accountsOf(day.day + 1), keys, 0);
    await this.#leasing.refill(day, keys, amount);
  }

  #keysOf(request: BudgetRequest): (AccountKey | undefined)[] {
    if (typeof request !== 'object' || request === null) throw unexpected('a request', 'request', request);
    const { user, tenant } = request;
    if (user !== undefined && !Number.isSafeInteger(user)) throw unexpected('a user number', 'user', user);
    if (tenant !== undefined) checkText(tenant, 'tenant', 256);
    const keys: Record<Scope, AccountKey | undefined> = { user, tenant, day: '' };
    return this.#limits.map(({ scope }) => keys[scope]);
  }

  #dayNumber(aheadMs = 0): number {
    return Math.floor((this.#now() + this.#offsetMs + aheadMs) / DAY_MS);
  }

  /** The accounts of the day that the clock shows; null where that day must not be spent on. */
  #today(): DayAccounts | null {
    const day = this.#dayNumber();
    if (this.#current?.day === day) return this.#current;
    if (!this.#leasing && !this.#days.has(day) && !this.#opens(day)) return null;
    const before = this.#current;
    this.#current = this.#accountsOf(day);
    for (const known of this.#days.keys())
      if (known !== day && known !== before?.day) this.#days.delete(known);
    void this.#leasing?.closeEarliest().catch(this.#onError);
    return this.#current;
  }

  #accountsOf(day: number): DayAccounts {
    let accounts = this.#days.get(day);
    if (!accounts) {
      accounts = new DayAccounts(day, this.#limits, this.#holds);
      this.#days.set(day, accounts);
      if (!this.#leasing) this.#opened.add(day);
    }
    return accounts;
  }

  /** The rule by which a day opens where no store keeps it, as {@link LeaseLog.take} has it. */
  #opens(day: number): boolean {
    if (this.#opened.has(day)) return false;
    let latest = Number.NEGATIVE_INFINITY;
    for (const opened of this.#opened) latest = Math.max(latest, opened);
    return day > latest || this.#opened.has(day - 1);
  }
}
