/** Where are the vectors of the actions, in plain TypeScript? */

import type { RawActions } from '../raw.ts';
import { padded } from './lanes.ts';

export class ReferenceActions implements RawActions {
  readonly #dimension: number;
  readonly #width: number;
  /** Padded, row-major; there may be room behind the last. */
  rows = new Float32Array(0);
  size = 0;

  constructor(dimension: number) {
    this.#dimension = dimension;
    this.#width = padded(dimension);
  }

  write(row: number, vectors: Float32Array): void {
    const count = vectors.length / this.#dimension;
    const size = Math.max(this.size, row + count);
    if (size * this.#width > this.rows.length) {
      const grown = new Float32Array(Math.max(size, 2 * this.size) * this.#width);
      grown.set(this.rows);
      this.rows = grown;
    }
    this.size = size;
    for (let i = 0; i < count; i++) {
      const vector = vectors.subarray(i * this.#dimension, (i + 1) * this.#dimension);
      this.rows.set(vector, (row + i) * this.#width);
    }
  }

  close(): void {
    this.rows = new Float32Array(0);
  }
}
