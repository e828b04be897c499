/** Where do rows lie in memory while a runtime holds a copy of most of them? */

import { SluiceError } from '../errors.ts';
import type { MatrixSource } from './backend.ts';
import { normFromSquares } from './bound.ts';
import type { Host } from './host.ts';
import { nonFinite } from './rows.ts';
import { checkAttached } from './validate.ts';

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

  private constructor(dimension: number, capacity: number) {
    this.dimension = dimension;
    this.#data = this.#allocate(capacity);
  }

  /** @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_OUT_OF_MEMORY, ERR_SLUICE_DETACHED_BUFFER, or what reading throws. */
  static async load(host: Host, source: MatrixSource): Promise<HeldRows> {
    const { dimension } = source;
    if ('data' in source) checkAttached(source.data, 'data');
    const rows = 'data' in source ? source.data.length / dimension : source.rows;
    const held = new HeldRows(dimension, rows);
    if ('data' in source) held.#data.set(source.data);
    else await host.read(source.path, source.byteOffset, new Uint8Array(held.#data.buffer));
    held.#accept(rows);
    return held;
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
      const grown = this.#allocate(Math.max(2 * this.#rows, this.#rows + data.length / this.dimension));
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

  #allocate(rows: number): Float32Array {
    const length = rows * this.dimension;
    try {
      return new Float32Array(length);
    } catch (cause) {
      throw new SluiceError('ERR_SLUICE_OUT_OF_MEMORY', `Expected ${4 * length} bytes to be free`, { cause });
    }
  }
}

/** True where so many rows lie behind the `held` ones that a runtime should be given all anew. */
export function isOutgrown(held: number, { rows, dimension }: RowsView): boolean {
  // 2^20 multiplications in f64 cost a millisecond or two; so does a sixteenth of the rows in a runtime.
  return (rows - held) * dimension > Math.max(2 ** 20, (rows * dimension) / 16);
}
