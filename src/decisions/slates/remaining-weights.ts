/** What share has an item in the softmax over what is left of a pool? */

/** Below this share of the sum they were formed for, weights are formed anew: subtraction has cost six digits. */
const WORN = 1e-6;

/** Softmax weights over a pool from which items are taken one by one; exact to about 1e-10, also for tiny shares. */
export class RemainingWeights {
  readonly #logits: Float64Array;
  readonly #taken: Uint8Array;
  readonly #whole: Float64Array;
  readonly #wholeSum: number;
  readonly #removed: number[] = [];
  #weights: Float64Array;
  #formedFor: number;
  #sum: number;

  /** @param logits finite. */
  constructor(logits: Float64Array) {
    this.#logits = logits;
    this.#taken = new Uint8Array(logits.length);
    this.#weights = new Float64Array(logits.length);
    this.#whole = this.#weights;
    this.#sum = 0;
    this.#formedFor = 0;
    this.#form();
    this.#wholeSum = this.#sum;
  }

  /** How many are left. */
  get size(): number {
    return this.#logits.length - this.#removed.length;
  }

  /** P(item) among those left. @param item one of them. */
  share(item: number): number {
    // Subtraction may leave a sum a little below the last weight.
    return Math.min(1, this.#weights[item] / this.#sum);
  }

  has(item: number): boolean {
    return this.#taken[item] === 0;
  }

  /** Takes an item out. */
  remove(item: number): void {
    this.#taken[item] = 1;
    this.#removed.push(item);
    this.#sum -= this.#weights[item];
    if (!(this.#sum > WORN * this.#formedFor) && this.size > 0) {
      this.#weights = new Float64Array(this.#logits.length);
      this.#form();
    }
  }

  /** Puts all items back. */
  reset(): void {
    for (const item of this.#removed) this.#taken[item] = 0;
    this.#removed.length = 0;
    this.#weights = this.#whole;
    this.#sum = this.#wholeSum;
    this.#formedFor = this.#wholeSum;
  }

  #form(): void {
    const logits = this.#logits;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < logits.length; i++) if (this.#taken[i] === 0) top = Math.max(top, logits[i]);
    let sum = 0;
    for (let i = 0; i < logits.length; i++) {
      if (this.#taken[i] !== 0) continue;
      this.#weights[i] = Math.exp(logits[i] - top);
      sum += this.#weights[i];
    }
    this.#sum = sum;
    this.#formedFor = sum;
  }
}
