/** How is a number drawn with given odds in constant time? Walker's alias method. */

import { unexpected } from '../errors.ts';
import type { RandomStream } from '../index.ts';

/**
 * Draws whole numbers 0 to `weights.length - 1` with odds proportional to the weights (Walker 1977, Vose 1991).
 *
 * Built in one pass over the weights; a draw costs one uniform number and two reads.
 *
 * @example
 * ```ts
 * const draw = new WeightedDraw([1, 3]);
 * draw.next(new RandomStream(7)); // 1 in three of four draws
 * ```
 */
export class WeightedDraw {
  readonly #keep: Float64Array;
  readonly #alias: Uint32Array;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT unless the weights are finite, at least 0 and not all 0. */
  constructor(weights: ArrayLike<number>) {
    const n = weights.length;
    let total = 0;
    for (let i = 0; i < n; i++) {
      if (!(weights[i] >= 0)) throw unexpected('at least 0', `weights[${i}]`, weights[i]);
      total += weights[i];
    }
    if (!(total > 0 && total < Infinity)) throw unexpected('a finite sum above 0', 'weights', total);
    this.#keep = new Float64Array(n).fill(1);
    this.#alias = new Uint32Array(n);
    const scaled = Float64Array.from(weights, (weight) => (weight * n) / total);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = n - 1; i >= 0; i--) (scaled[i] < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const low = small.pop() as number;
      const high = large[large.length - 1];
      this.#keep[low] = scaled[low];
      this.#alias[low] = high;
      scaled[high] -= 1 - scaled[low];
      if (scaled[high] < 1) small.push(large.pop() as number);
    }
    // Rounding may leave a column that should be exactly full; it keeps itself.
    for (const i of small) this.#alias[i] = i;
  }

  /** The next number. */
  next(random: RandomStream): number {
    const position = random.uniform() * this.#keep.length;
    const column = Math.floor(position);
    return position - column < this.#keep[column] ? column : this.#alias[column];
  }
}
