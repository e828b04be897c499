/** What may be written to a resident matrix? Whole rows of finite numbers, without a gap. */

import { SluiceError, unexpected } from '../../errors.ts';
import { checkArray, checkFinite, checkWhole } from './check.ts';
import type { Actions } from './kernels.ts';
import type { RawActions } from './raw.ts';

/** Row numbers, and with them sizes, are 32 bits. */
const MAX_ROWS = 0xffffffff;

export class CheckedActions implements Actions {
  readonly dimension: number;
  #size = 0;
  #raw: RawActions | null;
  readonly #owner: object;

  /** @param owner the kernels that made `raw` */
  constructor(raw: RawActions, dimension: number, owner: object) {
    this.#raw = raw;
    this.dimension = dimension;
    this.#owner = owner;
  }

  get size(): number {
    return this.#size;
  }

  /** What `owner` made. @throws ERR_SLUICE_CLOSED; ERR_SLUICE_INVALID_ARGUMENT if another backend made it */
  rawOf(owner: object): RawActions {
    if (this.#owner !== owner) throw unexpected('actions of the same kernels', 'actions', this);
    if (this.#raw === null) throw closed('actions');
    return this.#raw;
  }

  write(row: number, vectors: Float32Array): void {
    const raw = this.rawOf(this.#owner);
    checkArray(vectors, 'Float32Array', 'vectors');
    if (vectors.length % this.dimension !== 0) {
      const expected = `a multiple of ${this.dimension} numbers (whole rows)`;
      throw unexpected(expected, 'vectors', vectors.length, 'ERR_SLUICE_DIMENSION_MISMATCH');
    }
    checkWhole(row, 0, this.#size, 'row');
    const end = row + vectors.length / this.dimension;
    if (end > MAX_ROWS) throw unexpected(`at most ${MAX_ROWS} rows`, 'vectors', end);
    checkFinite(vectors, 'vectors');
    raw.write(row, vectors);
    this.#size = Math.max(this.#size, end);
  }

  close(): void {
    this.#raw?.close();
    this.#raw = null;
  }
}

export function closed(what: string): SluiceError {
  return new SluiceError('ERR_SLUICE_CLOSED', `Expected open ${what} but they were closed`);
}
