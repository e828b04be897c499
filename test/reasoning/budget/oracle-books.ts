/** What may be spent? The rules of a budget written down a second time, with a map and plain additions. */

const DAY_MS = 86_400_000;

/** Books that know everything: they say of every reservation whether the limits allow it. */
export class OracleBooks {
  readonly #limits: Readonly<Record<string, number | undefined>>;
  readonly #offsetMs: number;
  readonly #taken = new Map<string, number>();
  readonly #days: number[] = [];
  #recent: number[] = [];
  violations = 0;

  constructor(limits: Readonly<Record<string, number | undefined>>, utcOffsetMinutes: number) {
    this.#limits = limits;
    this.#offsetMs = utcOffsetMinutes * 60_000;
  }

  get days(): readonly number[] {
    return this.#days;
  }

  /** Spent and held of one account, `day` as days since 1970. */
  taken(day: number, scope: string, key: number | string): number {
    return this.#taken.get(`${day} ${scope} ${key}`) ?? 0;
  }

  dayOf(time: number): number {
    return Math.floor((time + this.#offsetMs) / DAY_MS);
  }

  /** The day that a clock shows, null where it may not spend: neither a later day, nor one after an open one, nor one of the last two in use. */
  visit(time: number): number | null {
    const day = this.dayOf(time);
    if (this.#recent.at(-1) === day) return day;
    if (!this.#recent.includes(day)) {
      const known = this.#days.includes(day);
      const opens = this.#days.every((other) => day > other) || this.#days.includes(day - 1);
      if (known || !opens) return null;
      this.#days.push(day);
    }
    this.#recent = [...this.#recent.slice(-1), day];
    return day;
  }

  allows(day: number, keys: Readonly<Record<string, number | string>>, amount: number): boolean {
    return Object.entries(keys).every(([scope, key]) => {
      const limit = this.#limits[scope];
      return limit === undefined || this.taken(day, scope, key) + amount <= limit;
    });
  }

  /** Takes an amount, negative where it comes back; counts a violation where a limit is passed or money appears. */
  take(day: number, keys: Readonly<Record<string, number | string>>, amount: number): void {
    for (const [scope, key] of Object.entries(keys)) {
      const taken = this.taken(day, scope, key) + amount;
      this.#taken.set(`${day} ${scope} ${key}`, taken);
      if (taken > (this.#limits[scope] ?? Number.POSITIVE_INFINITY) || taken < 0) this.violations++;
    }
  }
}
