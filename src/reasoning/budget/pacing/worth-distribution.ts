/** What would be spent at each price? The cost of recent requests by their worth per nano-dollar. */

/** Bins of the ratio of worth to cost, 32 to an octave, from 2^-20 to 2^20. */
const PER_OCTAVE = 32;
const LOWEST = -20;
const BINS = 40 * PER_OCTAVE;
/** Requests after which one counts a share of 1/e. */
const MEMORY = 2000;
const LARGEST_WEIGHT = 1e9;

/** What a {@link WorthDistribution} remembers; JSON-able. */
export interface WorthState {
  readonly requests: number;
  /** Cost by bin. */
  readonly costs: readonly number[];
}

/** A histogram that forgets: what a request costs on average, split by its ratio of worth to cost. */
export class WorthDistribution {
  readonly #costs = new Float64Array(BINS);
  #requests = 0;
  /** Grows instead of the past shrinking. */
  #weight = 1;

  constructor(state?: WorthState) {
    this.#costs.set(state?.costs ?? []);
    this.#requests = state?.requests ?? 0;
  }

  add(worth: number, cost: number): void {
    this.#weight *= MEMORY / (MEMORY - 1);
    this.#requests += this.#weight;
    if (worth > 0 && cost > 0) this.#costs[binOf(worth / cost)] += cost * this.#weight;
    if (this.#weight > LARGEST_WEIGHT) this.#rescale();
  }

  /** The least ratio such that buying everything above it costs at most `amount` a request on average. */
  ratioFor(amount: number): number {
    const left = amount * this.#requests;
    let spent = 0;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const cost = this.#costs[bin];
      if (spent + cost > left)
        return 2 ** (LOWEST + (bin + 1 - Math.max(0, left - spent) / cost) / PER_OCTAVE);
      spent += cost;
    }
    return 2 ** LOWEST;
  }

  state(): WorthState {
    this.#rescale();
    return { requests: this.#requests, costs: Array.from(this.#costs) };
  }

  #rescale(): void {
    for (let bin = 0; bin < BINS; bin++) this.#costs[bin] /= this.#weight;
    this.#requests /= this.#weight;
    this.#weight = 1;
  }
}

function binOf(ratio: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor((Math.log2(ratio) - LOWEST) * PER_OCTAVE)));
}
