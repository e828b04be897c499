/** How do iALS iterations run in the addon? */

import { type AddonIalsTrainer, fromNative, requireAddon } from '../vectors/addon.ts';
import type { IalsProblem, IalsTrainer, Side } from './ials-trainer.ts';

/** iALS in f64 on threads of its own, off the caller's; the same algorithm as `TypescriptTrainer`. */
export class NativeTrainer implements IalsTrainer {
  readonly #addon = requireAddon('training iALS natively');
  readonly #trainer: AddonIalsTrainer;

  /** @throws ERR_SLUICE_NATIVE_REQUIRED where no addon loads. */
  constructor({ rows, initialUsers, itemCount, dimension, regularization, unobservedWeight }: IalsProblem) {
    const start = { itemCount, dimension, regularization, unobservedWeight };
    try {
      this.#trainer = new this.#addon.IalsTrainer(start, rows.offsets, rows.items, initialUsers);
    } catch (error) {
      throw fromNative(error);
    }
  }

  async solve(side: Side, signal?: AbortSignal): Promise<void> {
    const flag = signal === undefined ? undefined : new this.#addon.AbortFlag();
    const abort = () => flag?.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await this.#trainer.solve(side === 'users', flag);
    } catch (error) {
      throw fromNative(error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    signal?.throwIfAborted();
  }

  async factors(side: Side): Promise<Float32Array> {
    try {
      return await this.#trainer.factors(side === 'users');
    } catch (error) {
      throw fromNative(error);
    }
  }

  close(): void {
    this.#trainer.close();
  }
}
