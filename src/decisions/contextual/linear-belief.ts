/** What does one theta, common to all arms, say of a pool? Scores that vary together. */

import type { RandomStream } from '../../numerics/random.ts';
import type { Actions, Posterior } from '../kernels/kernels.ts';
import type { LinearCore } from './linear-core.ts';
import type { Belief, BeliefData, HeldBelief } from './model.ts';

/** The entries of a pool under a common theta. */
export interface LinearEntries {
  /** Rows of `actions`; or null where `vectors` says the vector of each entry. */
  readonly resident: {
    readonly actions: Actions;
    readonly rows: Uint32Array;
    readonly context: Float32Array | null;
  } | null;
  /** Row-major, of the posterior's dimension. */
  readonly vectors: Float32Array | null;
  readonly size: number;
  /** What each arm's own part adds to the mean and to the variance, independently of others; null for none. */
  readonly own: { readonly means: Float64Array; readonly deviations: Float64Array } | null;
  /** Writes the vector of entry `i` into `into` from `at` on. */
  read(i: number, into: Float32Array, at: number): void;
  /** These entries in arrays of their own, so that the caller may use his again. */
  copy(): LinearEntries;
  /** These entries as plain data, in arrays that nobody changes. */
  data(): BeliefData;
}

/** Scores <theta, x> plus, in a hybrid model, an own part per arm: by the kernels, all entries at once. */
export class LinearBelief implements Belief {
  readonly size: number;
  readonly #core: LinearCore;
  readonly #posterior: Posterior;
  readonly #entries: LinearEntries;
  /** The vectors of all entries, once they were read. */
  #read: Float32Array | undefined;
  /** Which vectors the kernels have now: none of ours, or ours with or without the own deviations. */
  #written: 'no' | 'plain' | 'widened' = 'no';

  constructor(core: LinearCore, entries: LinearEntries, posterior = core.posterior) {
    this.size = entries.size;
    this.#core = core;
    this.#entries = entries;
    this.#posterior = posterior;
  }

  means(): Float64Array {
    const scores = new Float32Array(this.size);
    this.#posterior.greedy(this.#ranking(1, this.#ownMeans(), scores));
    return new Float64Array(scores);
  }

  greedy(count: number): Uint32Array {
    const ranking = this.#ranking(count, this.#ownMeans());
    this.#posterior.greedy(ranking);
    return ranking.picks;
  }

  upperBound(alpha: number, count: number): Uint32Array {
    const ranking = this.#ranking(count, this.#ownMeans(), null, true);
    this.#posterior.upperBound(ranking, alpha);
    return ranking.picks;
  }

  sample(deviation: number, random: RandomStream, count: number, scores?: Float32Array): Uint32Array {
    const key0 = random.uint32();
    const key1 = random.uint32();
    const { own } = this.#entries;
    const offsets = this.#ownMeans();
    if (own && offsets) {
      for (let i = 0; i < offsets.length; i++) {
        offsets[i] = own.means[i] + deviation * own.deviations[i] * random.normal();
      }
    }
    const ranking = this.#ranking(count, offsets, scores);
    this.#posterior.sample(ranking, deviation, key0, key1);
    return ranking.picks;
  }

  /** Learns the weighted sum of vectors with weight 0 and amount 1, which moves the mean by A^-1 of it, and takes that back. */
  project(weights: Float64Array): { mean: number; covariance: Float64Array } {
    const posterior = this.#posterior;
    const { own } = this.#entries;
    const d = posterior.dimension;
    const vectors = this.#vectors();
    const total = new Float64Array(d);
    for (let i = 0; i < this.size; i++) {
      const weight = weights[i];
      for (let j = 0; j < d; j++) total[j] += weight * vectors[i * d + j];
    }
    const state = posterior.snapshot();
    const before = posterior.mean();
    posterior.learn(new Float32Array(total), 0, 1);
    const direction = posterior.mean();
    posterior.restore(state);
    let mean = 0;
    for (let j = 0; j < d; j++) {
      mean += total[j] * before[j];
      direction[j] -= before[j];
    }
    const covariance = new Float64Array(this.size);
    for (let i = 0; i < this.size; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += vectors[i * d + j] * direction[j];
      if (own) {
        mean += weights[i] * own.means[i];
        sum += weights[i] * own.deviations[i] ** 2;
      }
      covariance[i] = sum;
    }
    return { mean, covariance };
  }

  hold(): HeldBelief {
    const version = this.#core.hold();
    const entries = this.#entries.copy();
    return {
      recall: () => new LinearBelief(this.#core, entries, this.#core.replay(version)),
      data: () => ({ state: this.#core.stateOf(version), ...entries.data() }),
    };
  }

  #vectors(): Float32Array {
    if (!this.#read) {
      const d = this.#posterior.dimension;
      this.#read = new Float32Array(this.size * d);
      for (let i = 0; i < this.size; i++) this.#entries.read(i, this.#read, i * d);
    }
    return this.#read;
  }

  #ownMeans(): Float32Array | null {
    const { own } = this.#entries;
    return own && new Float32Array(own.means);
  }

  #ranking(count: number, offsets: Float32Array | null, scores: Float32Array | null = null, widened = false) {
    const { resident, size } = this.#entries;
    const picks = new Uint32Array(Math.min(count, size));
    if (resident) return { ...resident, offsets, picks, scores };
    this.#write(widened);
    return { actions: this.#core.visiting, rows: firstRows(size), context: null, offsets, picks, scores };
  }

  /**
   * Hands the vectors over. For a bound, an own deviation goes into the last component, whose axis theta never
   * learns: there the width grows by it, exactly. For a draw that component is 0, because own parts vary apart.
   */
  #write(widened: boolean): void {
    const { own } = this.#entries;
    const vectors = this.#entries.vectors as Float32Array;
    const wanted = own && widened ? 'widened' : 'plain';
    if (this.#written === wanted) return;
    if (own) {
      const d = this.#posterior.dimension;
      const unit = new Float32Array(d);
      unit[d - 1] = 1;
      const scale = widened ? 1 / this.#posterior.predict(unit).width : 0;
      for (let i = 0; i < this.size; i++) vectors[i * d + d - 1] = scale * own.deviations[i];
    }
    this.#core.visiting.write(0, vectors);
    this.#written = wanted;
  }
}

let ascending = new Uint32Array(0);

/** 0, 1, ..., count - 1. */
function firstRows(count: number): Uint32Array {
  if (ascending.length < count) ascending = Uint32Array.from({ length: 2 * count }, (_, i) => i);
  return ascending.subarray(0, count);
}
