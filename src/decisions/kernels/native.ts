/** How are the decision kernels computed by the native addon? */

import type { Addon, AddonDecisionActions, AddonDecisionPosterior } from '../../vectors/addon.ts';
import { nativeSync } from '../../vectors/native-calls.ts';
import type { Ranking } from './kernels.ts';
import type { RawActions, RawKernels, RawPosterior } from './raw.ts';

/** @param isa `avx512`, `avx2` or another that this machine has; absent for the best. */
export function nativeKernels(addon: Addon, isa?: string): RawKernels<NativeActions> {
  const kernels = nativeSync(() => new addon.DecisionKernels(isa));
  return {
    name: 'native',
    actions: (dimension) => new NativeActions(nativeSync(() => new addon.DecisionActions(dimension))),
    posterior: (dimension, lambda, prior) =>
      new NativePosterior(nativeSync(() => kernels.posterior(dimension, lambda, prior))),
    inverseGap: (...args) => nativeSync(() => kernels.inverseGap(...args)),
    plackettLuce: (...args) => nativeSync(() => kernels.plackettLuce(...args)),
  };
}

class NativeActions implements RawActions {
  readonly inner: AddonDecisionActions;

  constructor(inner: AddonDecisionActions) {
    this.inner = inner;
  }

  write(row: number, vectors: Float32Array): void {
    nativeSync(() => this.inner.write(row, vectors));
  }

  close(): void {
    nativeSync(() => this.inner.close());
  }
}

class NativePosterior implements RawPosterior<NativeActions> {
  readonly #inner: AddonDecisionPosterior;

  constructor(inner: AddonDecisionPosterior) {
    this.#inner = inner;
  }

  learn(vector: Float32Array, weight: number, amount: number): void {
    nativeSync(() => this.#inner.learn(vector, weight, amount));
  }

  forget(keep: number): void {
    nativeSync(() => this.#inner.forget(keep));
  }

  predict(vector: Float32Array, out: Float64Array): void {
    nativeSync(() => this.#inner.predict(vector, out));
  }

  mean(out: Float64Array): void {
    nativeSync(() => this.#inner.mean(out));
  }

  greedy({ inner }: NativeActions, { rows, context, offsets, picks, scores }: Ranking): number {
    return nativeSync(() => this.#inner.greedy(inner, rows, context, offsets, picks, scores));
  }

  sample(
    { inner }: NativeActions,
    { rows, context, offsets, picks, scores }: Ranking,
    deviation: number,
    key0: number,
    key1: number,
  ): number {
    return nativeSync(() =>
      this.#inner.sample(inner, rows, context, offsets, picks, scores, deviation, key0, key1),
    );
  }

  upperBound(
    { inner }: NativeActions,
    { rows, context, offsets, picks, scores }: Ranking,
    alpha: number,
  ): number {
    return nativeSync(() => this.#inner.upperBound(inner, rows, context, offsets, picks, scores, alpha));
  }

  snapshot(out: Float64Array): void {
    nativeSync(() => this.#inner.snapshot(out));
  }

  restore(state: Float64Array): void {
    nativeSync(() => this.#inner.restore(state));
  }

  close(): void {
    nativeSync(() => this.#inner.close());
  }
}
