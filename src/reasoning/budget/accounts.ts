/** How much of a limit is used on one day? One account for each person, tenant, or the day itself, in columns. */

/** Whom a limit binds: one account each. */
export type Scope = 'day' | 'tenant' | 'user';
/** A user number, a tenant, or `''` for the day. */
export type AccountKey = number | string;

const FIRST_SIZE = 16;

/**
 * The accounts of one scope on one day. Columns and no objects, for there may be a million of them.
 *
 * **Invariant:** `used[i] <= leased[i] <= limit` for every account i.
 */
export class Accounts {
  readonly scope: Scope;
  readonly limit: number;
  /** What may be used without asking anybody. */
  leased = new Float64Array(FIRST_SIZE);
  /** Spent and held. */
  used = new Float64Array(FIRST_SIZE);
  readonly #leasedFirst: number;
  readonly #accounts = new Map<AccountKey, number>();

  /** @param leasedFirst what an account may use from its beginning. */
  constructor(scope: Scope, limit: number, leasedFirst: number) {
    this.scope = scope;
    this.limit = limit;
    this.#leasedFirst = leasedFirst;
  }

  get size(): number {
    return this.#accounts.size;
  }

  /** The account of a key, opened if it has none. Cost: one look-up. */
  of(key: AccountKey): number {
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const account = this.#accounts.size;
    if (account === this.used.length) {
      this.leased = doubled(this.leased);
      this.used = doubled(this.used);
    }
    this.leased[account] = this.#leasedFirst;
    this.#accounts.set(key, account);
    return account;
  }

  /** What may still be reserved from an account. */
  free(account: number): number {
    return this.leased[account] - this.used[account];
  }

  /** All keys with their accounts. */
  entries(): IterableIterator<[AccountKey, number]> {
    return this.#accounts.entries();
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
