/** Where do rows lie in memory while a runtime holds a copy of most of them? */

import type { MatrixSource } from './backend.ts';
import { normFromSquares } from './bound.ts';
import type { Host } from './host.ts';
import { allocate, loadRows, nonFinite } from './rows.ts';

/** Rows as they are at one moment; appended ones come behind, so that these never change. */
export interface RowsView {
  /** Row-major; at least `rows` rows. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly dimension: number;
  /** An upper bound of the norm of every row. */
  readonly norm: number;
}

/** Rows that grow by doubling. */
export class HeldRows implements RowsView {
  readonly dimension: number;
  #data: Float32Array;
  #rows = 0;
  #norm = 0;

  private constructor(dimension: number, data: Float32Array) {
    this.dimension = dimension;
    this.#data = data;
    this.#accept(data.length / dimension);
  }

  /** @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_OUT_OF_MEMORY, ERR_SLUICE_DETACHED_BUFFER, or what reading throws. */
  static async load(host: Host, source: MatrixSource): Promise<HeldRows> {
    return new HeldRows(source.dimension, await loadRows(host, source));
  }

  get data(): Float32Array {
    return this.#data;
  }

  get rows(): number {
    return this.#rows;
  }

  get norm(): number {
    return this.#norm;
  }

  /** The rows there are now. */
  view(): RowsView {
    return { data: this.#data, rows: this.#rows, dimension: this.dimension, norm: this.#norm };
  }

  /** Nothing changes if it fails. @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_OUT_OF_MEMORY */
  append(data: Float32Array): void {
    const used = this.#rows * this.dimension;
    if (used + data.length > this.#data.length) {
      const grown = allocate(Math.max(2 * used, used + data.length));
      grown.set(this.#data.subarray(0, used));
      this.#data = grown;
    }
    this.#data.set(data, used);
    this.#accept(data.length / this.dimension);
  }

  /** Checks so many rows behind those there are, and counts them in. */
  #accept(added: number): void {
    const { dimension } = this;
    const data = this.#data.subarray(this.#rows * dimension, (this.#rows + added) * dimension);
    let largest = 0;
    for (let at = 0; at < data.length; at += dimension) {
      let squares = 0;
      for (let j = at; j < at + dimension; j++) squares += data[j] * data[j];
      // Sums of f32 squares never overflow f64, so what is not finite here was not finite there.
      if (!Number.isFinite(squares)) throw nonFinite(data, dimension, this.#rows);
      largest = Math.max(largest, squares);
    }
    this.#rows += added;
    this.#norm = Math.max(this.#norm, normFromSquares(largest));
  }
}

/** True where so many rows lie behind the `held` ones that a runtime should be given all anew. */
export function isOutgrown(held: number, { rows, dimension }: RowsView): boolean {
  // 2^20 multiplications in f64 cost a millisecond or two; so does a sixteenth of the rows in a runtime.
  return (rows - held) * dimension > Math.max(2 ** 20, (rows * dimension) / 16);
}
