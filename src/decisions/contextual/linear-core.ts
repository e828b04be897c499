/** How does a posterior learn on while choices that were made with it are still being accounted for? */

import type { Actions, DecisionKernels, Posterior } from '../kernels/kernels.ts';

/** A state of the posterior; filled in when the posterior moves on from it. */
export interface Version {
  state: Float64Array | null;
}

/**
 * A posterior over theta with the actions that it scores, and every earlier state of it that somebody still holds.
 *
 * A state is copied when the posterior leaves it, and only if it was held: choosing costs nothing for it.
 */
export class LinearCore {
  readonly posterior: Posterior;
  /** Takes vectors that come with a decision. */
  readonly visiting: Actions;
  readonly #kernels: DecisionKernels;
  readonly #lambda: number;
  readonly #keep: number;
  #version: Version = { state: null };
  #held = false;
  #replay: Posterior | undefined;

  constructor(
    kernels: DecisionKernels,
    dimension: number,
    lambda: number,
    keep: number,
    prior?: Float64Array,
  ) {
    this.#kernels = kernels;
    this.#lambda = lambda;
    this.#keep = keep;
    this.posterior = kernels.posterior(dimension, lambda, prior);
    this.visiting = kernels.actions(dimension);
  }

  learn(vector: Float32Array, weight: number, amount: number): void {
    this.#moveOn();
    if (this.#keep < 1) this.posterior.forget(this.#keep);
    this.posterior.learn(vector, weight, amount);
  }

  restore(state: Float64Array): void {
    this.#moveOn();
    this.posterior.restore(state);
  }

  /** Keeps the present state for {@link LinearCore.replay}. */
  hold(): Version {
    this.#held = true;
    return this.#version;
  }

  /** A posterior in a state that was held, to do with as one likes; good until the next call. */
  replay(version: Version): Posterior {
    this.#replay ??= this.#kernels.posterior(this.posterior.dimension, this.#lambda);
    this.#replay.restore(this.stateOf(version));
    return this.#replay;
  }

  stateOf({ state }: Version): Float64Array {
    return state ?? this.posterior.snapshot();
  }

  close(): void {
    this.posterior.close();
    this.visiting.close();
    this.#replay?.close();
  }

  #moveOn(): void {
    if (!this.#held) return;
    this.#version.state = this.posterior.snapshot();
    this.#version = { state: null };
    this.#held = false;
  }
}
