/** What if every arm has a theta of its own? Ridge regression per arm over the context. */

import { unexpected } from '../../errors.ts';
import type { PolicyState } from '../../funnel/policy.ts';
import type { DecisionKernels, Posterior } from '../kernels/kernels.ts';
import { ArmVectors, checkFinite, type Inputs } from './arm-vectors.ts';
import { IndependentBelief } from './independent-belief.ts';
import { type ContextualModel, describeModel, type ModelOptions } from './model.ts';

/** Settings of a {@link DisjointModel}: arms have no vectors, the context is what a score is linear in. */
export type DisjointModelOptions = Omit<ModelOptions, 'vectors' | 'context'>;

/**
 * A theta for every arm (the disjoint model of Li et al. 2010): the score of arm a is <theta_a, x>, with x the context
 * or the arm's features. For few arms that are often shown; an arm's posterior, d^2 / 2 numbers in f64, is made when
 * it is first learned of. With `keep` an arm forgets as it learns, not as time passes. A prediction costs d^2 an arm.
 *
 * @example
 * ```ts
 * const model = new DisjointModel({ kernels: decisionKernels(), dimension: 2, arms: 3 });
 * const policy = new LinearGreedy({ model, floor: 0 });
 * const context = Float32Array.of(1, 0.5);
 * policy.update({ rows: Uint32Array.of(1), scores: Float32Array.of(0), rewards: Float64Array.of(1), context });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: new Float32Array(3), context };
 * policy.score(pool); // [0, 0.5556, 0]
 * ```
 */
export class DisjointModel implements ContextualModel {
  readonly name: string;
  readonly kernels: DecisionKernels;
  readonly dimension: number;
  readonly #options: DisjointModelOptions;
  readonly #vectors: ArmVectors;
  /** What is believed of an arm that was never learned of. */
  readonly #unseen: Posterior;
  readonly #posteriors = new Map<number, Posterior>();

  /** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE for wrong settings. */
  constructor(options: DisjointModelOptions) {
    this.#options = options;
    this.name = describeModel('disjoint', options);
    this.kernels = options.kernels;
    this.dimension = options.dimension;
    this.#vectors = new ArmVectors({ ...options, context: !options.features }, { resident: false });
    this.#unseen = this.#newPosterior();
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

  belief(inputs: Inputs): IndependentBelief {
    const { rows, features } = inputs;
    if (features) checkFinite('features', features);
    const vector = new Float32Array(this.dimension);
    const means = new Float64Array(rows.length);
    const widths = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      this.#vectors.read(inputs, i, vector);
      const { mean, width } = this.predict(rows[i], vector);
      means[i] = mean;
      widths[i] = width;
    }
    return new IndependentBelief(means, widths);
  }

  predict(row: number, vector: Float32Array): { readonly mean: number; readonly width: number } {
    return (this.#posteriors.get(row) ?? this.#unseen).predict(vector);
  }

  learn(row: number, vector: Float32Array, weight: number, amount: number): void {
    let posterior = this.#posteriors.get(row);
    if (!posterior) {
      posterior = this.#newPosterior();
      this.#posteriors.set(row, posterior);
    }
    const { keep = 1 } = this.#options;
    if (keep < 1) posterior.forget(keep);
    posterior.learn(vector, weight, amount);
  }

  snapshot(): PolicyState {
    const states = [...this.#posteriors.values()].map((posterior) => posterior.snapshot());
    const length = this.#unseen.snapshot().length;
    const posteriors = new Float64Array(states.length * length);
    states.forEach((state, i) => {
      posteriors.set(state, i * length);
    });
    return { arms: Float64Array.from(this.#posteriors.keys()), posteriors };
  }

  restore({ arms, posteriors }: PolicyState): void {
    const length = this.#unseen.snapshot().length;
    if (!arms || posteriors?.length !== arms.length * length || new Set(arms).size !== arms.length) {
      throw unexpected('the state of a disjoint model of this dimension', 'state', posteriors);
    }
    for (const arm of arms) {
      if (!(Number.isInteger(arm) && arm >= 0 && arm < this.arms)) {
        throw unexpected(`arms below ${this.arms}`, 'state.arms', arm);
      }
    }
    const restored: Posterior[] = [];
    try {
      for (let i = 0; i < arms.length; i++) {
        const posterior = this.#newPosterior();
        restored.push(posterior);
        posterior.restore(posteriors.slice(i * length, (i + 1) * length));
      }
    } catch (error) {
      for (const posterior of restored) posterior.close();
      throw error;
    }
    for (const posterior of this.#posteriors.values()) posterior.close();
    this.#posteriors.clear();
    restored.forEach((posterior, i) => {
      this.#posteriors.set(arms[i], posterior);
    });
  }

  close(): void {
    this.#unseen.close();
    for (const posterior of this.#posteriors.values()) posterior.close();
    this.#posteriors.clear();
  }

  #newPosterior(): Posterior {
    const { kernels, dimension, lambda = 1, prior } = this.#options;
    return kernels.posterior(dimension, lambda, prior);
  }
}
