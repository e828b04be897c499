/** What if arms share a theta and each is a little better or worse than it says? An intercept per arm, integrated out. */

import { unexpected } from '../../errors.ts';
import type { PolicyState } from '../../funnel/policy.ts';
import type { DecisionKernels } from '../kernels/kernels.ts';
import { ArmVectors, type Inputs } from './arm-vectors.ts';
import { Intercepts } from './intercepts.ts';
import { LinearBelief, type LinearEntries } from './linear-belief.ts';
import { LinearCore } from './linear-core.ts';
import { type ContextualModel, describeModel, type ModelOptions } from './model.ts';

/** Settings of a {@link HybridModel}. */
export interface HybridModelOptions extends ModelOptions {
  /** Weight of the prior of each intercept, N(0, 1 / tau); above 0: large where arms differ little. @default 1 */
  readonly tau?: number;
}

/**
 * A theta for all arms and an intercept for each (a hybrid model, Li et al. 2010): what vectors do not tell of an arm
 * is learned from its own rewards.
 *
 * The score of arm a is <theta, z> + c_a with z as x of a {@link SharedModel}, theta ~ N(prior, I / lambda) and
 * c_a ~ N(0, 1 / tau). The intercepts are integrated out exactly: with A_a = tau + plays of a, B_a = sum of z and b_a =
 * sum of rewards over them, arm a enters by z~ = z - B_a / A_a with the own mean b_a / A_a and the own variance 1 / A_a,
 * and an observation is one rank-1 update by z~. With `keep`, an arm's sums fade with every observation of any arm.
 *
 * A decision computes z~ of its pool: d multiplications an entry, where a shared model passes row numbers alone. Holds
 * d numbers in f64 for each arm that was learned of.
 *
 * @example
 * ```ts
 * const vectors = Float32Array.of(1, 0, 1, 0); // two arms that look alike
 * const model = new HybridModel({ kernels: decisionKernels(), dimension: 2, vectors });
 * const policy = new LinearGreedy({ model, floor: 0 });
 * policy.update({ rows: Uint32Array.of(1), scores: Float32Array.of(0), rewards: Float64Array.of(1) });
 * policy.score({ rows: Uint32Array.of(0, 1), scores: new Float32Array(2) }); // [0.3333, 0.6667]
 * ```
 */
export class HybridModel implements ContextualModel {
  readonly name: string;
  readonly kernels: DecisionKernels;
  readonly dimension: number;
  readonly #vectors: ArmVectors;
  readonly #core: LinearCore;
  readonly #intercepts: Intercepts;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE for wrong settings. */
  constructor(options: HybridModelOptions) {
    const { kernels, dimension, lambda = 1, prior, keep = 1, tau = 1 } = options;
    if (!(tau > 0 && tau < Number.POSITIVE_INFINITY)) throw unexpected('a number above 0', 'tau', tau);
    this.name = describeModel('hybrid', options, { tau });
    this.kernels = kernels;
    this.dimension = dimension;
    this.#vectors = new ArmVectors(options, { resident: false });
    // One axis more, which theta never learns: see LinearBelief.
    const wide = new Float64Array(dimension + 1);
    if (prior) wide.set(prior);
    this.#core = new LinearCore(kernels, dimension + 1, lambda, keep, wide);
    this.#intercepts = new Intercepts(dimension, tau, keep);
  }

  get contextual(): boolean {
    return this.#vectors.needsContext;
  }

  get arms(): number {
    return this.#vectors.arms;
  }

  append(added: Float32Array | number): void {
    this.#vectors.append(added);
  }

  inputs(asked: Parameters<ContextualModel['inputs']>[0]): Inputs {
    return this.#vectors.inputs(asked);
  }

  read(inputs: Inputs, entry: number, into: Float32Array): void {
    this.#vectors.read(inputs, entry, into);
  }

  belief(inputs: Inputs): LinearBelief {
    const { rows } = inputs;
    const wide = this.dimension + 1;
    const vectors = new Float32Array(rows.length * wide);
    const own = { means: new Float64Array(rows.length), deviations: new Float64Array(rows.length) };
    for (let i = 0; i < rows.length; i++) {
      this.#vectors.read(inputs, i, vectors, i * wide);
      const { mean, precision } = this.#intercepts.centre(rows[i], vectors, i * wide);
      own.means[i] = mean;
      own.deviations[i] = Math.sqrt(1 / precision);
    }
    const entries: LinearEntries = {
      resident: null,
      vectors,
      size: rows.length,
      own,
      read(i, into, at) {
        into.set(vectors.subarray(i * wide, (i + 1) * wide), at);
        into[at + wide - 1] = 0;
      },
      copy: () => entries,
      data: () => ({ vectors, means: own.means, deviations: own.deviations }),
    };
    return new LinearBelief(this.#core, entries);
  }

  predict(row: number, vector: Float32Array): { readonly mean: number; readonly width: number } {
    const { centred, mean, precision } = this.#centred(row, vector);
    const shared = this.#core.posterior.predict(centred);
    return { mean: shared.mean + mean, width: Math.sqrt(shared.width ** 2 + 1 / precision) };
  }

  learn(row: number, vector: Float32Array, weight: number, amount: number): void {
    this.#intercepts.forget();
    const { centred, mean, precision } = this.#centred(row, vector);
    const share = precision / (precision + weight);
    this.#core.learn(centred, weight * share, share * (amount - weight * mean));
    this.#intercepts.add(row, vector, weight, amount);
  }

  snapshot(): PolicyState {
    return { posterior: this.#core.posterior.snapshot(), ...this.#intercepts.snapshot() };
  }

  restore(state: PolicyState): void {
    const { posterior } = state;
    if (!posterior) throw unexpected('the state of a hybrid model', 'state.posterior', posterior);
    const take = this.#intercepts.check(state, this.arms);
    this.#core.restore(posterior);
    take();
  }

  close(): void {
    this.#vectors.close();
    this.#core.close();
  }

  #centred(row: number, vector: Float32Array) {
    const centred = new Float32Array(this.dimension + 1);
    centred.set(vector);
    return { centred, ...this.#intercepts.centre(row, centred, 0) };
  }
}
