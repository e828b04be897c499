/** What if all arms share one theta? Ridge regression over the vectors of the arms. */

import { unexpected } from '../../errors.ts';
import type { PolicyState } from '../../funnel/policy.ts';
import type { DecisionKernels } from '../kernels/kernels.ts';
import { ArmVectors, type Inputs } from './arm-vectors.ts';
import { LinearBelief, type LinearEntries } from './linear-belief.ts';
import { LinearCore } from './linear-core.ts';
import { type ContextualModel, describeModel, type ModelOptions } from './model.ts';

/**
 * One theta for all arms: the score of an arm is <theta, x> with x its vector, the product of context and vector
 * component by component, or its features. What is learned of one arm holds for all like it, new ones too.
 *
 * With `context` the score is a dot product of the two with weights theta: a prior of ones starts from what
 * factorised offline models predict. Holds d^2 / 2 numbers in f64, and the vectors in f32 twice.
 *
 * @example
 * ```ts
 * const kernels = decisionKernels();
 * const vectors = Float32Array.of(1, 0, 0, 1, 1, 1); // three arms
 * const model = new SharedModel({ kernels, dimension: 2, vectors });
 * const policy = new LinUcb({ model, alpha: 0.5, floor: 0 });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: new Float32Array(3) };
 * policy.choose(pool, 1, new RandomStream(1, 'decision-1')).picks; // [2]
 * ```
 */
export class SharedModel implements ContextualModel {
  readonly name: string;
  readonly kernels: DecisionKernels;
  readonly dimension: number;
  readonly #vectors: ArmVectors;
  readonly #core: LinearCore;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE for wrong settings. */
  constructor(options: ModelOptions) {
    const { kernels, dimension, lambda = 1, prior, keep = 1 } = options;
    this.name = describeModel('shared', options);
    if (options.context && !options.vectors && !options.features) {
      throw unexpected(
        'vectors or features, without which a context says the same of all arms',
        'vectors',
        undefined,
      );
    }
    this.kernels = kernels;
    this.dimension = dimension;
    this.#vectors = new ArmVectors(options, { resident: true });
    this.#core = new LinearCore(kernels, dimension, lambda, keep, prior);
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
    return new LinearBelief(this.#core, this.#entries(inputs));
  }

  predict(_row: number, vector: Float32Array): { readonly mean: number; readonly width: number } {
    return this.#core.posterior.predict(vector);
  }

  learn(_row: number, vector: Float32Array, weight: number, amount: number): void {
    this.#core.learn(vector, weight, amount);
  }

  snapshot(): PolicyState {
    return { posterior: this.#core.posterior.snapshot() };
  }

  restore({ posterior }: PolicyState): void {
    if (!posterior) throw unexpected('the state of a shared model', 'state.posterior', posterior);
    this.#core.restore(posterior);
  }

  close(): void {
    this.#vectors.close();
    this.#core.close();
  }

  #entries(inputs: Inputs): LinearEntries {
    const { rows, context, features } = inputs;
    const { actions } = this.#vectors;
    return {
      resident: features || !actions ? null : { actions, rows, context },
      vectors: features,
      size: rows.length,
      own: null,
      read: (i, into, at) => this.#vectors.read(inputs, i, into, at),
      data: () => {
        const vectors = features ?? new Float32Array(rows.length * this.dimension);
        for (let i = 0; i < rows.length && !features; i++) {
          this.#vectors.own(rows[i], vectors, i * this.dimension);
        }
        return { vectors, ...(context && { context }) };
      },
      copy: () =>
        this.#entries(
          features
            ? { rows: rows.slice(), context: null, features: features.slice() }
            : { rows: rows.slice(), context: context?.slice() ?? null, features: null },
        ),
    };
  }
}
