/** How does a policy that was learned from the log choose? By linear scores; what was learned is their softmax. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import { rank } from '../../numerics/rank.ts';

/** Settings of {@link LinearScores}. */
export interface LinearScoresOptions {
  /** Weights of `learnPolicy`, or of any other linear model. */
  readonly weights: Float64Array;
  /** Length of the features of an entry, or of the context. */
  readonly dimension: number;
  /**
   * `shared`: one weight vector for all, over `Pool.features`. `disjoint`: one for each row of the catalogue, row-major,
   * over `Pool.context`.
   */
  readonly form: 'shared' | 'disjoint';
}

/**
 * The greedy policy of linear scores, which learns nothing while it serves: learn again from the log, and `restore`.
 *
 * `PlackettLuce({ policy, temperature: 1 })` over it is the softmax policy that was learned, for a slate of one exactly; it
 * explores, so that its own log can be learned from.
 *
 * @example
 * ```ts
 * const policy = new LinearScores({ weights: Float64Array.of(1, -1), dimension: 2, form: 'shared' });
 * const pool = { rows: Uint32Array.of(7, 9), scores: new Float32Array(2), features: Float32Array.of(0, 1, 1, 0) };
 * policy.score(pool); // [-1, 1]
 * policy.choose(pool, 1).picks; // [1]
 * ```
 */
export class LinearScores implements Policy {
  readonly name: string;
  readonly explores = false;
  readonly contextual: boolean;
  readonly #dimension: number;
  #weights: Float64Array;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for weights of another length, ERR_SLUICE_NON_FINITE. */
  constructor({ weights, dimension, form }: LinearScoresOptions) {
    if (!(Number.isInteger(dimension) && dimension >= 1)) {
      throw unexpected('a whole number from 1', 'dimension', dimension);
    }
    if (form !== 'shared' && form !== 'disjoint') throw unexpected('"shared" or "disjoint"', 'form', form);
    const whole = form === 'shared' ? weights.length === dimension : weights.length % dimension === 0;
    if (!whole || weights.length === 0) {
      throw unexpected(`weights of dimension ${dimension}`, 'weights', weights.length);
    }
    this.#dimension = dimension;
    this.contextual = form === 'disjoint';
    this.#weights = finite(weights).slice();
    this.name = `linear-scores@1 ${JSON.stringify({ form, dimension })}`;
  }

  /**
   * @throws ERR_SLUICE_INVALID_ARGUMENT where the pool lacks features or context or has a row without weights,
   * ERR_SLUICE_DIMENSION_MISMATCH for vectors of another length.
   */
  score({ rows, context, features }: Pool): Float64Array {
    const d = this.#dimension;
    const vectors = this.contextual ? context : features;
    const name = this.contextual ? 'context' : 'features';
    if (vectors === undefined) throw unexpected('vectors', `pool.${name}`, vectors);
    const length = this.contextual ? d : d * rows.length;
    if (vectors.length !== length) {
      throw unexpected(`${length} numbers`, `pool.${name}`, vectors.length, 'ERR_SLUICE_DIMENSION_MISMATCH');
    }
    const scores = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const weight = this.contextual ? rows[i] * d : 0;
      const vector = this.contextual ? 0 : i * d;
      if (weight + d > this.#weights.length) {
        throw unexpected(`a row below ${this.#weights.length / d}`, `rows[${i}]`, rows[i]);
      }
      for (let j = 0; j < d; j++) scores[i] += this.#weights[weight + j] * vectors[vector + j];
    }
    return scores;
  }

  choose(pool: Pool, size: number): Choice {
    const picks = rank(this.score(pool), size);
    const certain = new Float64Array(picks.length).fill(1);
    return { picks, propensities: certain, conditional: certain, estimate: () => certain };
  }

  propensity(pool: Pool, picks: Uint32Array): Float64Array {
    const own = rank(this.score(pool), picks.length);
    return Float64Array.from(picks, (pick, k) => (own[k] === pick ? 1 : 0));
  }

  /** Learns nothing. */
  update(_feedback: Feedback): void {}

  snapshot(): PolicyState {
    return { weights: this.#weights.slice() };
  }

  restore({ weights }: PolicyState): void {
    if (weights?.length !== this.#weights.length) {
      throw unexpected(`${this.#weights.length} weights`, 'state.weights', weights?.length);
    }
    if (!weights.every(Number.isFinite)) throw unexpected('finite numbers', 'state.weights', weights);
    this.#weights = weights.slice();
  }
}

function finite(weights: Float64Array): Float64Array {
  if (weights.every(Number.isFinite)) return weights;
  throw unexpected('finite numbers', 'weights', weights, 'ERR_SLUICE_NON_FINITE');
}
