/** What is the posterior of a linear model, in plain TypeScript? */

import type { Ranking } from '../kernels.ts';
import { OFFSET_NAN, RANKED, type RawPosterior, ROW_BEYOND } from '../raw.ts';
import type { ReferenceActions } from './actions.ts';
import { solveBackward, solveForward, update } from './factor.ts';
import { dot32, dot64, padded } from './lanes.ts';
import { normals } from './normals.ts';
import { pickBest } from './rank.ts';

/** Below it the scale is folded into L and b, by a power of two, so that nothing is rounded. */
const LEAST_SCALE = 2 ** -64;

/** A = scale L L'; the vector b of the contract is scale b. */
export class ReferencePosterior implements RawPosterior<ReferenceActions> {
  readonly #dimension: number;
  readonly #width: number;
  readonly #lambda: number;
  readonly #prior: Float64Array;
  readonly #factor: Float64Array;
  readonly #b: Float64Array;
  #scale = 1;
  #axis = 0;
  readonly #inverse: Float64Array;
  readonly #mean: Float64Array;
  #solved = false;
  readonly #work: Float64Array;
  readonly #theta: Float32Array;

  constructor(dimension: number, lambda: number, prior: Float64Array) {
    const width = padded(dimension);
    this.#dimension = dimension;
    this.#width = width;
    this.#lambda = lambda;
    this.#prior = prior;
    this.#factor = new Float64Array(width * width);
    this.#b = new Float64Array(width);
    this.#inverse = new Float64Array(width);
    this.#mean = new Float64Array(width);
    this.#work = new Float64Array(width);
    this.#theta = new Float32Array(width);
    const root = Math.sqrt(lambda);
    for (let j = 0; j < width; j++) this.#factor[j * width + j] = j < dimension ? root : 1;
    for (let j = 0; j < dimension; j++) this.#b[j] = lambda * prior[j];
  }

  learn(vector: Float32Array, weight: number, amount: number): void {
    const root = Math.sqrt(weight / this.#scale);
    const change = amount / this.#scale;
    this.#work.fill(0);
    for (let j = 0; j < this.#dimension; j++) {
      this.#b[j] += change * vector[j];
      this.#work[j] = root * vector[j];
    }
    update(this.#factor, this.#width, this.#work, 0);
    this.#solved = false;
  }

  forget(keep: number): void {
    if (keep === 1) return;
    this.#scale *= keep;
    while (this.#scale < LEAST_SCALE) {
      this.#scale *= 2 ** 64;
      for (let j = 0; j < this.#dimension; j++) {
        this.#b[j] *= 2 ** -64;
        for (let i = j; i < this.#dimension; i++) this.#factor[j * this.#width + i] *= 2 ** -32;
      }
    }
    const axis = this.#axis;
    const given = (this.#dimension * (1 - keep) * this.#lambda) / this.#scale;
    this.#b[axis] += given * this.#prior[axis];
    this.#work.fill(0);
    this.#work[axis] = Math.sqrt(given);
    update(this.#factor, this.#width, this.#work, axis);
    this.#axis = (axis + 1) % this.#dimension;
    this.#solved = false;
  }

  predict(vector: Float32Array, out: Float64Array): void {
    this.#solve();
    this.#work.fill(0);
    this.#work.set(vector);
    out[0] = dot64(this.#mean, 0, this.#work, 0, this.#width);
    out[1] = this.#widthOf();
  }

  mean(out: Float64Array): void {
    this.#solve();
    out.set(this.#mean.subarray(0, this.#dimension));
  }

  greedy(actions: ReferenceActions, ranking: Ranking): number {
    this.#solve();
    return this.#rank(actions, ranking, this.#mean, 0);
  }

  sample(actions: ReferenceActions, ranking: Ranking, deviation: number, key0: number, key1: number): number {
    this.#solve();
    const theta = new Float64Array(this.#width);
    normals(key0, key1, theta.subarray(0, this.#dimension));
    solveBackward(this.#factor, this.#inverse, this.#width, theta);
    const factor = deviation / Math.sqrt(this.#scale);
    for (let j = 0; j < this.#dimension; j++) theta[j] = this.#mean[j] + factor * theta[j];
    return this.#rank(actions, ranking, theta, 0);
  }

  upperBound(actions: ReferenceActions, ranking: Ranking, alpha: number): number {
    this.#solve();
    return this.#rank(actions, ranking, this.#mean, alpha);
  }

  snapshot(out: Float64Array): void {
    out.set([this.#dimension, this.#scale, this.#axis]);
    let at = 3;
    for (let j = 0; j < this.#dimension; j++) {
      for (let i = j; i < this.#dimension; i++) out[at++] = this.#factor[j * this.#width + i];
    }
    out.set(this.#b.subarray(0, this.#dimension), at);
  }

  restore(state: Float64Array): void {
    this.#scale = state[1];
    this.#axis = state[2];
    let at = 3;
    for (let j = 0; j < this.#dimension; j++) {
      for (let i = j; i < this.#dimension; i++) this.#factor[j * this.#width + i] = state[at++];
    }
    this.#b.set(state.subarray(at));
    this.#solved = false;
  }

  close(): void {}

  /** The inverse of the diagonal, and A^-1 b. */
  #solve(): void {
    if (this.#solved) return;
    for (let j = 0; j < this.#width; j++) this.#inverse[j] = 1 / this.#factor[j * this.#width + j];
    this.#mean.set(this.#b);
    solveForward(this.#factor, this.#inverse, this.#width, this.#mean);
    solveBackward(this.#factor, this.#inverse, this.#width, this.#mean);
    this.#solved = true;
  }

  /** The width of the vector in `work`, which is used up. */
  #widthOf(): number {
    solveForward(this.#factor, this.#inverse, this.#width, this.#work);
    let sum = 0;
    for (let j = 0; j < this.#dimension; j++) sum += this.#work[j] * this.#work[j];
    return Math.sqrt(sum / this.#scale);
  }

  /** Ranks by theta and, if alpha is above 0, alpha widths. */
  #rank(
    actions: ReferenceActions,
    { rows, context, offsets, picks, scores }: Ranking,
    theta: Float64Array,
    alpha: number,
  ): number {
    for (let i = 0; i < rows.length; i++) if (rows[i] >= actions.size) return ROW_BEYOND;
    if (offsets?.some(Number.isNaN)) return OFFSET_NAN;
    for (let j = 0; j < this.#dimension; j++) this.#theta[j] = theta[j] * (context === null ? 1 : context[j]);
    const found = scores ?? new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i] * this.#width;
      let score = dot32(this.#theta, actions.rows, from, this.#width);
      if (offsets !== null) score = Math.fround(score + offsets[i]);
      if (alpha > 0) {
        for (let j = 0; j < this.#width; j++) {
          this.#work[j] =
            actions.rows[from + j] * (context === null || j >= this.#dimension ? 1 : context[j]);
        }
        score = Math.fround(score + alpha * this.#widthOf());
      }
      // Where f32 overflows both ways there is no score; zero has one sign.
      found[i] = Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score + 0;
    }
    pickBest(found, picks);
    return RANKED;
  }
}
