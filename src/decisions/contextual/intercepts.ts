/** How much better is an arm than its vector says? Sums over its observations, from which its intercept follows. */

import { unexpected } from '../../errors.ts';
import type { PolicyState } from '../../funnel/policy.ts';

/** Sums over the observations of one arm, as they stood at `tick`. */
interface ArmSums {
  /** Of weights. */
  weight: number;
  /** Of weight times score observed. */
  amount: number;
  /** Of weight times vector. */
  readonly vectors: Float64Array;
  tick: number;
}

/** The intercepts c_a ~ N(0, 1 / tau) of arms; given theta, that of arm a is N((b_a - <theta, B_a>) / A_a, 1 / A_a). */
export class Intercepts {
  readonly #dimension: number;
  readonly #tau: number;
  readonly #keep: number;
  readonly #arms = new Map<number, ArmSums>();
  /** Observations of all arms. */
  #tick = 0;

  constructor(dimension: number, tau: number, keep: number) {
    this.#dimension = dimension;
    this.#tau = tau;
    this.#keep = keep;
  }

  /** Subtracts B_a / A_a from the vector at `at`; returns b_a / A_a and A_a. */
  centre(arm: number, vectors: Float32Array, at: number): { mean: number; precision: number } {
    const sums = this.#arms.get(arm);
    if (!sums) return { mean: 0, precision: this.#tau };
    const kept = this.#kept(sums);
    const precision = this.#tau + kept * sums.weight;
    const scale = kept / precision;
    for (let j = 0; j < this.#dimension; j++) vectors[at + j] -= scale * sums.vectors[j];
    return { mean: scale * sums.amount, precision };
  }

  /** One observation passes, of whichever arm. */
  forget(): void {
    this.#tick++;
  }

  add(arm: number, vector: Float32Array, weight: number, amount: number): void {
    let sums = this.#arms.get(arm);
    if (!sums) {
      sums = { weight: 0, amount: 0, vectors: new Float64Array(this.#dimension), tick: this.#tick };
      this.#arms.set(arm, sums);
    }
    const kept = this.#kept(sums);
    sums.weight = kept * sums.weight + weight;
    sums.amount = kept * sums.amount + amount;
    for (let j = 0; j < this.#dimension; j++) {
      sums.vectors[j] = kept * sums.vectors[j] + weight * vector[j];
    }
    sums.tick = this.#tick;
  }

  snapshot(): PolicyState {
    const all = [...this.#arms.values()];
    const vectors = new Float64Array(all.length * this.#dimension);
    all.forEach((sums, i) => {
      vectors.set(sums.vectors, i * this.#dimension);
    });
    return {
      arms: Float64Array.from(this.#arms.keys()),
      weights: Float64Array.from(all, ({ weight }) => weight),
      amounts: Float64Array.from(all, ({ amount }) => amount),
      ticks: Float64Array.of(this.#tick, ...all.map(({ tick }) => tick)),
      vectors,
    };
  }

  /** Looks whether a state is one of arms below `limit`; the function returned takes it up. */
  check({ arms, weights, amounts, ticks, vectors }: PolicyState, limit: number): () => void {
    const n = arms?.length;
    if (
      weights?.length !== n ||
      amounts?.length !== n ||
      ticks?.length !== n + 1 ||
      vectors?.length !== n * this.#dimension ||
      new Set(arms).size !== n
    ) {
      throw unexpected('the state of a hybrid model of this dimension', 'state', vectors);
    }
    for (let i = 0; i < n; i++) {
      const known = Number.isInteger(arms[i]) && arms[i] >= 0 && arms[i] < limit;
      if (!known) throw unexpected(`arms below ${limit}`, 'state.arms', arms[i]);
      const sound = weights[i] >= 0 && Number.isFinite(weights[i] + amounts[i]) && ticks[i + 1] <= ticks[0];
      if (!sound) throw unexpected('sums over observations', `state of arm ${arms[i]}`, weights[i]);
    }
    if (!vectors.every(Number.isFinite)) throw unexpected('finite numbers', 'state.vectors', vectors);
    return () => {
      this.#arms.clear();
      this.#tick = ticks[0];
      for (let i = 0; i < n; i++) {
        this.#arms.set(arms[i], {
          weight: weights[i],
          amount: amounts[i],
          vectors: vectors.slice(i * this.#dimension, (i + 1) * this.#dimension),
          tick: ticks[i + 1],
        });
      }
    };
  }

  #kept({ tick }: ArmSums): number {
    return this.#keep === 1 ? 1 : this.#keep ** (this.#tick - tick);
  }
}
