/** How many requests are still to come today? Yesterday's, by quarter of an hour, at the rate at which today runs. */

/** Slots of a day. */
export const SLOTS = 96;
const DAY_MS = 86_400_000;
const SLOT_MS = DAY_MS / SLOTS;
/** Weight of "today is like yesterday", as a share of yesterday's requests. */
const PRIOR_SHARE = 0.03;

/** What a {@link DemandCurve} remembers; JSON-able. */
export interface DemandState {
  /** Requests of the day before in each slot; null before there was one. */
  readonly before: readonly number[] | null;
  readonly today: readonly number[];
  /** Milliseconds after midnight at which today was first seen. */
  readonly since: number;
}

/** Counts requests by time of day and expects the rest of the day from the shape of the day before. */
export class DemandCurve {
  #before: readonly number[] | null;
  #today: number[];
  #since: number;

  constructor(state?: DemandState) {
    this.#before = state?.before ?? null;
    this.#today = state ? [...state.today] : new Array(SLOTS).fill(0);
    this.#since = state?.since ?? DAY_MS;
  }

  /** True once there is a day before to go by. */
  get known(): boolean {
    return this.#before !== null;
  }

  /** Counts a request. @param ms since midnight, in [0, 86400000). */
  count(ms: number): void {
    this.#since = Math.min(this.#since, ms);
    this.#today[Math.floor(ms / SLOT_MS)]++;
  }

  /** Requests expected from now until midnight. @param ms since midnight, in [0, 86400000). */
  expected(ms: number): number {
    const seen = total(this.#today);
    if (!this.#before) return (seen * (DAY_MS - ms)) / Math.max(ms - this.#since, 1);
    const all = total(this.#before);
    const rate = (seen + PRIOR_SHARE * all) / (between(this.#before, this.#since, ms) + PRIOR_SHARE * all);
    return between(this.#before, ms, DAY_MS) * rate;
  }

  /** Makes today the day before. The part of it that nobody counted is taken from before, or from its mean. */
  rollOver(): void {
    const first = Math.ceil(this.#since / SLOT_MS);
    const counted = this.#today.slice(first);
    if (counted.length === 0) return;
    const mean = total(counted) / counted.length;
    const known = this.#before;
    this.#before = this.#today.map((count, slot) => (slot >= first ? count : (known?.[slot] ?? mean)));
    this.#today = new Array(SLOTS).fill(0);
    this.#since = 0;
  }

  state(): DemandState {
    return { before: this.#before && [...this.#before], today: [...this.#today], since: this.#since };
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What falls between two times of the day, if the requests of a slot are spread evenly over it. */
function between(counts: readonly number[], from: number, to: number): number {
  return counts.reduce((sum, count, slot) => {
    const start = Math.max(slot * SLOT_MS, from);
    const end = Math.min((slot + 1) * SLOT_MS, to);
    return sum + (count * Math.max(0, end - start)) / SLOT_MS;
  }, 0);
}
