/** How do iALS iterations run in the addon? */

import { type AddonIalsTrainer, requireAddon } from '../vectors/addon.ts';
import { abortable, native, nativeSync } from '../vectors/native-calls.ts';
import type { IalsProblem, IalsTrainer, Side } from './ials-trainer.ts';

/** iALS in f64 on threads of its own, off the caller's; the same algorithm as `TypescriptTrainer`. */
export class NativeTrainer implements IalsTrainer {
  readonly #addon = requireAddon('training iALS natively');
  readonly #trainer: AddonIalsTrainer;

  /** @throws ERR_SLUICE_NATIVE_REQUIRED where no addon loads. */
  constructor({ rows, initialUsers, itemCount, dimension, regularization, unobservedWeight }: IalsProblem) {
    const start = { itemCount, dimension, regularization, unobservedWeight };
    this.#trainer = nativeSync(
      () => new this.#addon.IalsTrainer(start, rows.offsets, rows.items, initialUsers),
    );
  }

  async solve(side: Side, signal?: AbortSignal): Promise<void> {
    await abortable(this.#addon, signal, (flag) => this.#trainer.solve(side === 'users', flag));
  }

  async factors(side: Side): Promise<Float32Array> {
    return native(() => this.#trainer.factors(side === 'users'));
  }

  close(): void {
    this.#trainer.close();
  }
}
