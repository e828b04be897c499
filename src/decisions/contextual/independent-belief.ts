/** What do models of their own say of the arms of a pool? Scores that vary independently of each other. */

import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import type { Belief, HeldBelief } from './model.ts';

/** Independent normal scores, in f64. */
export class IndependentBelief implements Belief {
  readonly #means: Float64Array;
  readonly #widths: Float64Array;

  /** The arrays are kept. */
  constructor(means: Float64Array, widths: Float64Array) {
    this.#means = means;
    this.#widths = widths;
  }

  get size(): number {
    return this.#means.length;
  }

  means(): Float64Array {
    return this.#means.slice();
  }

  greedy(count: number): Uint32Array {
    return rank(this.#means, count);
  }

  upperBound(alpha: number, count: number): Uint32Array {
    return rank(
      this.#means.map((mean, i) => mean + alpha * this.#widths[i]),
      count,
    );
  }

  sample(deviation: number, random: RandomStream, count: number, scores?: Float32Array): Uint32Array {
    const draw = this.#means.map((mean, i) => mean + deviation * this.#widths[i] * random.normal());
    scores?.set(draw);
    return rank(draw, count);
  }

  project(weights: Float64Array): { mean: number; covariance: Float64Array } {
    return {
      mean: this.#means.reduce((sum, mean, i) => sum + weights[i] * mean, 0),
      covariance: this.#widths.map((width, i) => weights[i] * width * width),
    };
  }

  hold(): HeldBelief {
    return { recall: () => this, data: () => ({ means: this.#means, widths: this.#widths }) };
  }
}
