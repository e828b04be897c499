/** How far is a running mean from the truth, at whatever time one looks? What all confidence sequences are made of. */

import { unexpected } from '../../errors.ts';
import { beyond, boundary } from './boundary.ts';

/**
 * A running mean of values whose conditional expectations mu_i are wanted, with the empirical-Bernstein radius of Howard,
 * Ramdas, McAuliffe, Sekhon 2021: with probability 1 - alpha, at all n at once,
 *
 *     mean of mu_1..n  >=  mean of values  -  scale u(V) / n,   V = sum ((value_i - prediction_i) / scale)^2
 *
 * if each value is at least its prediction - `scale`. No upper bound on values is needed (exp(l y + (ln(1 - l) + l) y^2)
 * <= 1 + l y for y >= -1: Fan, Grama, Liu 2015), nor that the mu_i be equal.
 *
 * @internal
 */
export class AnytimeMean {
  #count = 0;
  #sum = 0;
  #variance = 0;
  readonly #scale: number;
  readonly #evidence: number;

  /** @param scale above 0. @param alpha of this side, in (0, 1). */
  constructor(scale: number, alpha: number) {
    this.#scale = scale;
    this.#evidence = Math.log(1 / alpha);
  }

  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  /** The mean so far, drawn towards `guess` as if that had been seen once. */
  shrunken(guess: number): number {
    return (this.#sum + guess) / (this.#count + 1);
  }

  /** @param prediction made before the value was seen, at most value + scale. Cost: O(1). */
  add(value: number, prediction: number): void {
    this.#count++;
    this.#sum += value;
    this.#variance += ((value - prediction) / this.#scale) ** 2;
  }

  /** Distance from the mean to its lower bound; infinite before the first value. Cost: O(1), under a microsecond. */
  get radius(): number {
    if (this.#count === 0) return Number.POSITIVE_INFINITY;
    return (this.#scale * boundary(this.#variance, this.#evidence)) / this.#count;
  }

  /** True if `mu` lies below the lower bound; with `side` -1, where values are bounded to both sides, above the upper. */
  excludes(mu: number, side: 1 | -1 = 1): boolean {
    if (Number.isNaN(mu)) throw unexpected('a number', 'value', mu, 'ERR_SLUICE_NON_FINITE');
    const strayed = (side * (this.#sum - this.#count * mu)) / this.#scale;
    return beyond(strayed, this.#variance, this.#evidence);
  }

  get state(): readonly number[] {
    return [this.#count, this.#sum, this.#variance];
  }

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for numbers that no state holds. */
  set state([count, sum, variance]: readonly number[]) {
    if (!(Number.isSafeInteger(count) && count >= 0 && Number.isFinite(sum + variance) && variance >= 0)) {
      throw unexpected('the state of a confidence sequence', 'state', `${count}, ${sum}, ${variance}`);
    }
    this.#count = count;
    this.#sum = sum;
    this.#variance = variance;
  }
}
