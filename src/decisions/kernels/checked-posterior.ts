/** What may a posterior be asked? */

import { type SluiceError, unexpected } from '../../errors.ts';
import { checkArray, checkFinite, checkLength, checkNumber, checkWhole } from './check.ts';
import { CheckedActions, closed } from './checked-actions.ts';
import type { Posterior, Ranking } from './kernels.ts';
import { RANKED, type RawActions, type RawPosterior, ROW_BEYOND, stateLength } from './raw.ts';

/** Numbers beyond this could, times the square of an f32, leave the range of f64. */
export const MAX_WEIGHT = 1e100;

export class CheckedPosterior<A extends RawActions> implements Posterior {
  readonly dimension: number;
  #raw: RawPosterior<A> | null;
  readonly #owner: object;
  readonly #pair = new Float64Array(2);

  /** @param owner the kernels that made `raw` */
  constructor(raw: RawPosterior<A>, dimension: number, owner: object) {
    this.#raw = raw;
    this.dimension = dimension;
    this.#owner = owner;
  }

  learn(vector: Float32Array, weight: number, amount: number): void {
    const raw = this.#open();
    this.#checkVector(vector, 'vector');
    checkNumber(weight, 0, MAX_WEIGHT, 'weight', 'ERR_SLUICE_NON_FINITE');
    checkNumber(amount, -MAX_WEIGHT, MAX_WEIGHT, 'amount', 'ERR_SLUICE_NON_FINITE');
    raw.learn(vector, weight, amount);
  }

  forget(keep: number): void {
    const raw = this.#open();
    // An axis waits for its turn as many times as there are axes, and must not vanish meanwhile.
    checkNumber(keep, Math.exp(-200 / this.dimension), 1, 'keep');
    raw.forget(keep);
  }

  predict(vector: Float32Array): { readonly mean: number; readonly width: number } {
    const raw = this.#open();
    this.#checkVector(vector, 'vector');
    raw.predict(vector, this.#pair);
    return { mean: this.#pair[0], width: this.#pair[1] };
  }

  mean(): Float64Array {
    const out = new Float64Array(this.dimension);
    this.#open().mean(out);
    return out;
  }

  greedy(ranking: Ranking): void {
    const raw = this.#open();
    const actions = this.#check(ranking);
    const status = raw.greedy(actions, ranking);
    if (status !== RANKED) throw refusal(ranking, status);
  }

  sample(ranking: Ranking, deviation: number, key0: number, key1: number): void {
    const raw = this.#open();
    const actions = this.#check(ranking);
    checkNumber(deviation, 0, MAX_WEIGHT, 'deviation');
    const status = raw.sample(actions, ranking, deviation, key0 >>> 0, key1 >>> 0);
    if (status !== RANKED) throw refusal(ranking, status);
  }

  upperBound(ranking: Ranking, alpha: number): void {
    const raw = this.#open();
    const actions = this.#check(ranking);
    checkNumber(alpha, 0, MAX_WEIGHT, 'alpha');
    const status = raw.upperBound(actions, ranking, alpha);
    if (status !== RANKED) throw refusal(ranking, status);
  }

  snapshot(): Float64Array {
    const out = new Float64Array(stateLength(this.dimension));
    this.#open().snapshot(out);
    return out;
  }

  restore(state: Float64Array): void {
    const raw = this.#open();
    checkArray(state, 'Float64Array', 'state');
    if (state[0] !== this.dimension || state.length !== stateLength(this.dimension)) {
      throw unexpected(`the state of a posterior of dimension ${this.dimension}`, 'state', state);
    }
    checkFinite(state, 'state', Number.MAX_VALUE, 'ERR_SLUICE_INVALID_ARGUMENT');
    checkNumber(state[1], 2 ** -64, 1, 'state[1]');
    checkWhole(state[2], 0, this.dimension - 1, 'state[2]');
    for (let j = 0, at = 3; j < this.dimension; at += this.dimension - j, j++) {
      checkNumber(state[at], Number.MIN_VALUE, Number.MAX_VALUE, `state[${at}]`);
    }
    raw.restore(state);
  }

  close(): void {
    this.#raw?.close();
    this.#raw = null;
  }

  #open(): RawPosterior<A> {
    if (this.#raw === null) throw closed('a posterior');
    return this.#raw;
  }

  #checkVector(vector: Float32Array, name: string): void {
    checkArray(vector, 'Float32Array', name);
    checkLength(vector, this.dimension, name);
    checkFinite(vector, name);
  }

  /** Checks all but the values of rows and offsets, which the kernels see anyway. */
  #check({ actions, rows, context, offsets, picks, scores }: Ranking): A {
    if (!(actions instanceof CheckedActions))
      throw unexpected('actions of these kernels', 'actions', actions);
    const raw = actions.rawOf(this.#owner) as A;
    if (actions.dimension !== this.dimension) {
      const expected = `actions of dimension ${this.dimension}`;
      throw unexpected(expected, 'actions', actions.dimension, 'ERR_SLUICE_DIMENSION_MISMATCH');
    }
    checkArray(rows, 'Uint32Array', 'rows');
    checkArray(picks, 'Uint32Array', 'picks');
    if (context !== null) this.#checkVector(context, 'context');
    if (offsets !== null) {
      checkArray(offsets, 'Float32Array', 'offsets');
      checkLength(offsets, rows.length, 'offsets');
    }
    if (scores !== null) {
      checkArray(scores, 'Float32Array', 'scores');
      checkLength(scores, rows.length, 'scores');
    }
    return raw;
  }
}

/** Names what a ranking refused. */
function refusal({ actions, rows, offsets }: Ranking, status: number): SluiceError {
  if (status === ROW_BEYOND) {
    const i = rows.findIndex((row) => row >= actions.size);
    return unexpected(`a row below ${actions.size}`, `rows[${i}]`, rows[i]);
  }
  const i = offsets?.findIndex(Number.isNaN);
  return unexpected('a number', `offsets[${i}]`, Number.NaN, 'ERR_SLUICE_NON_FINITE');
}
