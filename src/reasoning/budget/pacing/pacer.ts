/** How dear is a nano-dollar at this time of the day? The shadow price at which the budget lasts until midnight. */

import { unexpected } from '../../../errors.ts';
import { nanoDollars } from '../../../funnel/budget.ts';
import { DemandCurve, type DemandState } from './demand-curve.ts';
import { WorthDistribution, type WorthState } from './worth-distribution.ts';

const DAY_MS = 86_400_000;
/** Decisions, or milliseconds, after which lambda is solved for again. */
const SOLVE_EVERY = 50;
const SOLVE_AFTER_MS = 60_000;
/** Calls after which one counts a share of 1/e in what calls cost beside what was expected. */
const CALLS_REMEMBERED = 200;

/** Settings of a {@link Pacer}. */
export interface PacerOptions {
  /** What may be spent a day, in whole nano-dollars; with several processes, this one's part of it. */
  readonly budget: number;
  /** Lambda is never below, above 0: 1 buys nothing for more than it is worth, however much money is left. @default 1 */
  readonly least?: number;
  /** Minutes by which the time zone of the day is ahead of UTC, in [-1440, 1440]. @default 0 */
  readonly utcOffsetMinutes?: number;
  /** What an earlier pacer had learned. @default nothing */
  readonly state?: PacerState;
}

/** What a pacer has learned; JSON-able. */
export interface PacerState {
  readonly lambda: number;
  /** Day since 1970 that it was in; null before the first decision. */
  readonly day: number | null;
  /** Spent on that day. */
  readonly spent: number;
  /** Spent by the last calls, and what they were expected to cost. */
  readonly calls: { readonly spent: number; readonly expected: number };
  readonly demand: DemandState;
  readonly worths: WorthState;
}

/** A decision that money alone stood in the way of, and what came of it. */
export interface PacedDecision {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Value times the gain that the decision went by, from 0. */
  readonly worth: number;
  /** Expected cost in nano-dollars, from 0. */
  readonly cost: number;
  /** What was spent on it, 0 where nothing was bought. */
  readonly spent: number;
}

/**
 * Paces a budget over the day: buy what is worth more than `lambda` times its cost.
 *
 * It solves the knapsack of the rest of the day every 50 decisions: the price at which the requests still expected, if
 * they are like the last 2000, cost what is left. Expected are those of the day before, by quarter of an hour, at
 * today's rate. It forbids nothing: that the limit holds is the business of `Budget`.
 *
 * On simulated days it buys 99.9 % of what hindsight would, and 95 to 99 % where demand shifts at noon, bursts for an
 * hour or falls (`simulatePacing`). Lambda may move at once: holding it to a factor of 1.5 an hour lost up to a tenth in
 * late bursts. The prices are solved for anew as in Agrawal, Wang and Ye, "A Dynamic Near-Optimal Algorithm for Online
 * Linear Programming" (Operations Research 62, 2014).
 *
 * @example
 * ```ts
 * const pacer = new Pacer({ budget: 5_000_000_000 });
 * const decision = { time: Date.now(), worth: 600_000, cost: 150_000 };
 * const buy = decision.worth > pacer.lambda * decision.cost;
 * pacer.observe({ ...decision, spent: buy ? 140_000 : 0 });
 * const tomorrow = new Pacer({ budget: 5_000_000_000, state: pacer.snapshot() });
 * ```
 */
export class Pacer {
  readonly #budget: number;
  readonly #least: number;
  readonly #offsetMs: number;
  readonly #demand: DemandCurve;
  readonly #worths: WorthDistribution;
  #calls: { spent: number; expected: number };
  #day: number | null;
  #spent: number;
  #lambda: number;
  /** Null before the first solution of a day: its money has nothing to do with what was left of the last. */
  #solvedAt: number | null = null;
  #latest = 0;
  #unsolved = 0;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT. */
  constructor(options: PacerOptions) {
    if (typeof options !== 'object' || options === null) throw unexpected('options', 'options', options);
    const { budget, least = 1, utcOffsetMinutes = 0, state } = options;
    this.#budget = nanoDollars(budget, 'budget');
    if (!(least > 0 && least < Number.POSITIVE_INFINITY))
      throw unexpected('a number above 0', 'least', least);
    if (!(Math.abs(utcOffsetMinutes) <= 1440))
      throw unexpected('minutes in [-1440, 1440]', 'utcOffsetMinutes', utcOffsetMinutes);
    this.#least = least;
    this.#offsetMs = utcOffsetMinutes * 60_000;
    this.#demand = new DemandCurve(state?.demand);
    this.#worths = new WorthDistribution(state?.worths);
    this.#calls = { spent: 0, expected: 0, ...state?.calls };
    this.#day = state?.day ?? null;
    this.#spent = state?.spent ?? 0;
    this.#lambda = Math.max(least, state?.lambda ?? least);
  }

  /** Price of a nano-dollar in units of worth, at least `least`. */
  get lambda(): number {
    return this.#lambda;
  }

  /**
   * Learns from a decision, once it is known what it cost. Those that another gate closed (no price, no time, breaker
   * open) are not told. Cost: 0.2 us, and some 5 us every 50th time.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a worth, cost or time that is none.
   */
  observe({ time, worth, cost, spent }: PacedDecision): void {
    if (!Number.isFinite(time)) throw unexpected('milliseconds since 1970', 'time', time);
    if (!(worth >= 0 && worth < Number.POSITIVE_INFINITY))
      throw unexpected('a number from 0', 'worth', worth);
    nanoDollars(cost, 'cost');
    nanoDollars(spent, 'spent');
    const ms = this.#enter(time);
    this.#demand.count(ms);
    this.#worths.add(worth, cost);
    this.#spent += spent;
    if (spent > 0) {
      const kept = 1 - 1 / CALLS_REMEMBERED;
      this.#calls = { spent: this.#calls.spent * kept + spent, expected: this.#calls.expected * kept + cost };
    }
    this.#unsolved++;
    if (this.#unsolved >= SOLVE_EVERY || this.#isDue(time)) this.#solve(time, ms);
  }

  /** What it has learned, to go on from after a restart. */
  snapshot(): PacerState {
    return {
      lambda: this.#lambda,
      day: this.#day,
      spent: this.#spent,
      calls: { ...this.#calls },
      demand: this.#demand.state(),
      worths: this.#worths.state(),
    };
  }

  /** Turns to the day of a time; milliseconds since its midnight. On a clock that was set back the day goes on. */
  #enter(time: number): number {
    const local = time + this.#offsetMs;
    const day = Math.floor(local / DAY_MS);
    if (this.#day === null) this.#day = day;
    if (day < this.#day) return this.#latest;
    if (day > this.#day) {
      this.#day = day;
      this.#spent = 0;
      this.#demand.rollOver();
      this.#solvedAt = null;
    }
    this.#latest = local - day * DAY_MS;
    return this.#latest;
  }

  #isDue(time: number): boolean {
    if (this.#solvedAt === null) return this.#demand.known;
    return Math.abs(time - this.#solvedAt) > SOLVE_AFTER_MS;
  }

  #solve(time: number, ms: number): void {
    const { spent, expected } = this.#calls;
    const perExpected = expected > 0 && spent > 0 ? spent / expected : 1;
    const left = Math.max(0, this.#budget - this.#spent) / perExpected;
    const solved = this.#worths.ratioFor(left / Math.max(1, this.#demand.expected(ms)));
    this.#lambda = Math.max(this.#least, solved);
    this.#unsolved = 0;
    this.#solvedAt = time;
  }
}
