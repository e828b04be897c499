/** What is surely earned by arms whose expected rewards are linear in their vectors? */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Feedback, PolicyState, Pool } from '../../funnel/policy.ts';
import type { ModelOptions } from '../contextual/model.ts';
import { SharedModel } from '../contextual/shared-model.ts';
import { nest, nested } from '../nested-state.ts';
import type { RewardConfidence } from './reward-confidence.ts';

/** Settings of {@link LinearConfidence}; nothing is forgotten. */
export interface LinearConfidenceOptions extends Omit<ModelOptions, 'keep'> {
  /** Largest length of theta - prior; above 0. */
  readonly bound: number;
  /** Rewards are sub-Gaussian with this deviation around their mean; 0.5 for any in [0, 1]. @default 0.5 */
  readonly noise?: number;
  /** Probability that the set ever fails to hold theta, in (0, 1). @default 0.05 */
  readonly delta?: number;
}

/**
 * A confidence ellipsoid for one theta common to all arms, with expected rewards <theta, x>.
 *
 * With probability at least 1 - delta, at all times theta lies where the norm of theta - mean under A is at most
 * noise sqrt(2 ln(1 / delta) + ln(det A / lambda^d)) + sqrt(lambda) bound (Abbasi-Yadkori, Pal and Szepesvari, NIPS 2011,
 * theorem 2), with det A <= (lambda + sum of squared lengths / d)^d. The margin is one vector z, the weighted sum of what
 * was booked, and its least value <mean, z> - radius x width(z), as in Kazerouni et al. (NIPS 2017, eq. 4 and, for an
 * unknown baseline, section 4). Cost: O(d^2).
 *
 * @example
 * ```ts
 * const kernels = decisionKernels('reference');
 * const vectors = Float32Array.of(1, 0, 0, 1);
 * const confidence = new LinearConfidence({ kernels, dimension: 2, vectors, bound: 1 });
 * const pool = { rows: Uint32Array.of(0, 1), scores: new Float32Array(2) };
 * confidence.lowerBound(pool, Uint32Array.of(1), 1); // -2.2239
 * ```
 */
export class LinearConfidence implements RewardConfidence {
  readonly name: string;
  readonly contextual: boolean;
  readonly #model: SharedModel;
  readonly #lambda: number;
  readonly #bound: number;
  readonly #noise: number;
  readonly #delta: number;
  /** Largest length of theta itself. */
  readonly #length: number;
  readonly #margin: Float64Array;
  readonly #vector: Float32Array;
  #squares = 0;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range; what {@link SharedModel} refuses. */
  constructor({ bound, noise = 0.5, delta = 0.05, ...options }: LinearConfidenceOptions) {
    if (!(bound > 0 && Number.isFinite(bound))) throw unexpected('a number above 0', 'bound', bound);
    if (!(noise > 0 && Number.isFinite(noise))) throw unexpected('a number above 0', 'noise', noise);
    if (!(delta > 0 && delta < 1)) throw unexpected('a probability between 0 and 1', 'delta', delta);
    this.#model = new SharedModel(options);
    this.#lambda = options.lambda ?? 1;
    this.#bound = bound;
    this.#noise = noise;
    this.#delta = delta;
    this.#length = bound + Math.hypot(...(options.prior ?? []));
    this.#margin = new Float64Array(options.dimension);
    this.#vector = new Float32Array(options.dimension);
    this.contextual = this.#model.contextual;
    this.name = `linear-confidence@1 ${JSON.stringify({ model: this.#model.name, bound, noise, delta })}`;
  }

  lowerBound(pool: Pool, picks: Uint32Array, weight: number): number {
    const sum = this.#margin.slice();
    this.#add(pool, picks, weight, sum);
    const { mean, width } = this.#model.predict(0, Float32Array.from(sum));
    // Rounding the sum to f32 moves its value by less than this.
    const rounded = 2 ** -24 * Math.hypot(...sum) * this.#length;
    return mean - this.#radius() * width - rounded;
  }

  book(pool: Pool, picks: Uint32Array, weight: number): void {
    this.#add(pool, picks, weight, this.#margin);
  }

  check(feedback: Feedback): void {
    const { rows, rewards } = feedback;
    if (rewards.length !== rows.length)
      throw unexpected(`${rows.length} rewards`, 'feedback', rewards.length);
    const inputs = this.#model.inputs(feedback);
    rewards.forEach((reward, i) => {
      this.#model.read(inputs, i, this.#vector);
      if (!Number.isFinite(reward) || !this.#vector.every(Number.isFinite)) {
        throw unexpected(
          'a finite reward and vector',
          `rewards[${i}]`,
          `${reward}, ${this.#vector}`,
          'ERR_SLUICE_NON_FINITE',
        );
      }
    });
  }

  learn(feedback: Feedback): void {
    const inputs = this.#model.inputs(feedback);
    feedback.rows.forEach((row, i) => {
      this.#model.read(inputs, i, this.#vector);
      this.#model.learn(row, this.#vector, 1, feedback.rewards[i]);
      for (const component of this.#vector) this.#squares += component * component;
    });
  }

  snapshot(): PolicyState {
    const own = { margin: this.#margin.slice(), squares: Float64Array.of(this.#squares) };
    return nest({ model: this.#model.snapshot(), own });
  }

  restore(state: PolicyState): void {
    const { margin, squares } = nested(state, 'own');
    if (margin?.length !== this.#margin.length || squares?.length !== 1) {
      throw new SluiceError(
        'ERR_SLUICE_INVALID_ARGUMENT',
        `Expected the state of ${this.#margin.length} dimensions but received ${margin?.length ?? 'none'}`,
        { remedy: 'Restore the state that this policy saved.' },
      );
    }
    this.#model.restore(nested(state, 'model'));
    this.#margin.set(margin);
    this.#squares = squares[0];
  }

  /** Frees what the kernels hold. Idempotent. */
  close(): void {
    this.#model.close();
  }

  #radius(): number {
    const d = this.#margin.length;
    const growth = d * Math.log1p(this.#squares / (d * this.#lambda));
    const noise = this.#noise * Math.sqrt(growth - 2 * Math.log(this.#delta));
    return noise + Math.sqrt(this.#lambda) * this.#bound;
  }

  #add(pool: Pool, picks: Uint32Array, weight: number, into: Float64Array): void {
    if (picks.length === 0) return;
    const inputs = this.#model.inputs(pool);
    for (const pick of picks) {
      this.#model.read(inputs, pick, this.#vector);
      for (let j = 0; j < into.length; j++) into[j] += weight * this.#vector[j];
    }
  }
}
