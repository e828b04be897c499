/** Where are the best of many keys found? In a WebAssembly instance of its own, which grows with the keys. */

import type { Selector } from './reservoir.ts';
import { ensure, type Kernels } from './wasm-kernels.ts';

/** A selector for one thread; its memory is used within one call. */
export class WasmSelector implements Selector {
  readonly #kernels: Kernels;
  readonly #keys: number;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#keys = Math.ceil(kernels.heapBase() / 8) * 8;
  }

  select(candidates: BigUint64Array, count: number, k: number): void {
    const { memory, select } = this.#kernels;
    ensure(memory, this.#keys + 8 * count);
    new BigUint64Array(memory.buffer, this.#keys, count).set(candidates.subarray(0, count));
    select(this.#keys, count, k);
    candidates.set(new BigUint64Array(memory.buffer, this.#keys, k));
  }
}
