/** Which vector stands for an arm in a decision? Its own, the context, their product, or features made for it. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Feedback, Pool } from '../../funnel/policy.ts';
import { checkRows } from '../checks.ts';
import type { Actions, DecisionKernels } from '../kernels/kernels.ts';

/** Makes the features of rows at once, one vector each, row-major; what it returns is read before it is called again. */
export type Features = (rows: Uint32Array, context: Float32Array | undefined) => Float32Array;

/** What every contextual model needs to know of its arms. */
export interface ArmVectorsOptions {
  readonly kernels: DecisionKernels;
  /** Length d of the vectors that the model is linear in. */
  readonly dimension: number;
  /** The arms' own vectors, one a row, row-major; copied. Leave it out where features or the context stand for arms. */
  readonly vectors?: Float32Array;
  /** Number of arms (rows of the catalogue). @default the number of vectors, or 2^32 without */
  readonly arms?: number;
  /**
   * Whether a decision's context counts: multiplied with the arm's vector component by component, or by itself where
   * arms have none. Then a pool or feedback without one is refused; otherwise a context is not looked at. @default false
   */
  readonly context?: boolean;
  /** Makes features where a pool or feedback has none, from what was computed before; then they alone are x. */
  readonly features?: Features;
}

/** What a model is linear in, for each entry of a pool: resident rows under a context, or a vector per entry. */
export type Inputs =
  | { readonly rows: Uint32Array; readonly context: Float32Array | null; readonly features: null }
  | { readonly rows: Uint32Array; readonly context: null; readonly features: Float32Array };

/** More arms than row numbers can name. */
const MOST_ARMS = 2 ** 32;

/** The vectors of the arms, resident where the kernels compute and readable here. */
export class ArmVectors {
  readonly dimension: number;
  /** Whether a pool or feedback must have a context, where features are not given in its place. */
  readonly needsContext: boolean;
  /** The vectors once more, where the kernels compute; null where they are not needed there. */
  readonly actions: Actions | null;
  readonly #hasVectors: boolean;
  readonly #makeFeatures: Features | undefined;
  #arms: number;
  #data: Float32Array;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE. */
  constructor(options: ArmVectorsOptions, { resident }: { readonly resident: boolean }) {
    const { kernels, dimension, vectors, arms, context = false, features } = options;
    if (!(Number.isInteger(dimension) && dimension >= 1)) {
      throw unexpected('a whole number of at least 1', 'dimension', dimension);
    }
    if (vectors !== undefined && arms !== undefined) {
      throw unexpected('none beside vectors, which say it', 'arms', arms);
    }
    if (arms !== undefined && !(Number.isInteger(arms) && arms >= 0 && arms <= MOST_ARMS)) {
      throw unexpected('a whole number of arms', 'arms', arms);
    }
    this.dimension = dimension;
    this.needsContext = context;
    this.#makeFeatures = features;
    this.#arms = arms ?? (vectors ? 0 : MOST_ARMS);
    this.#data = new Float32Array(0);
    this.#hasVectors = vectors !== undefined;
    this.actions = vectors && resident ? kernels.actions(dimension) : null;
    if (vectors) this.append(vectors);
  }

  /** Number of arms. */
  get arms(): number {
    return this.#arms;
  }

  /** Adds arms after the last, by their vectors or, where arms have none, by number. */
  append(added: Float32Array | number): void {
    if (typeof added === 'number') {
      if (this.#hasVectors) throw unexpected('vectors of new arms', 'append', added);
      if (!(Number.isInteger(added) && added >= 0 && this.#arms + added <= MOST_ARMS)) {
        throw unexpected('a number of new arms', 'append', added);
      }
      this.#arms += added;
      return;
    }
    if (!this.#hasVectors) throw unexpected('a number of new arms, which have no vectors', 'append', added);
    const count = added.length / this.dimension;
    if (!Number.isInteger(count)) throw this.#mismatch('vectors', added.length);
    const filled = this.#arms * this.dimension;
    checkFinite('vectors', added);
    this.actions?.write(this.#arms, added);
    if (filled + added.length > this.#data.length) {
      const grown = new Float32Array(Math.max(filled + added.length, filled * 1.5));
      grown.set(this.#data.subarray(0, filled));
      this.#data = grown;
    }
    this.#data.set(added, filled);
    this.#arms += count;
  }

  /**
   * What stands for the rows of a pool or feedback. Features are not looked at here, they may be many.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a row that is no arm, or where the context or the features are missing;
   * ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE.
   */
  inputs({ rows, context, features }: Pick<Pool | Feedback, 'rows' | 'context' | 'features'>): Inputs {
    checkRows(rows, this.#arms);
    const needed = this.needsContext && !features;
    if (needed && !context) throw unexpected('a context, or features in its place', 'context', context);
    const made = features ?? this.#makeFeatures?.(rows, context);
    if (made) {
      if (made.length !== rows.length * this.dimension) throw this.#mismatch('features', made.length);
      return { rows, context: null, features: made };
    }
    if (!this.#hasVectors && !this.needsContext) {
      throw unexpected('one vector per entry, for arms without vectors', 'features', undefined);
    }
    if (!this.needsContext || !context) return { rows, context: null, features: null };
    if (context.length !== this.dimension) throw this.#mismatch('context', context.length);
    checkFinite('context', context);
    return { rows, context, features: null };
  }

  /** Writes the vector of entry `i` into `into` from `at` on. */
  read({ rows, context, features }: Inputs, i: number, into: Float32Array, at = 0): void {
    const d = this.dimension;
    if (features) {
      for (let j = 0; j < d; j++) into[at + j] = features[i * d + j];
    } else if (!this.#hasVectors) {
      into.set(context as Float32Array, at);
    } else {
      const first = rows[i] * d;
      const data = this.#data;
      if (context) for (let j = 0; j < d; j++) into[at + j] = context[j] * data[first + j];
      else for (let j = 0; j < d; j++) into[at + j] = data[first + j];
    }
  }

  /** Writes the arm's own vector into `into` from `at` on. */
  own(row: number, into: Float32Array, at: number): void {
    into.set(this.#data.subarray(row * this.dimension, (row + 1) * this.dimension), at);
  }

  close(): void {
    this.actions?.close();
  }

  #mismatch(name: string, length: number): SluiceError {
    return new SluiceError(
      'ERR_SLUICE_DIMENSION_MISMATCH',
      `Expected vectors of ${this.dimension} numbers for ${name} but received ${length} numbers`,
      { remedy: 'Pass vectors of the dimension that the model was made with.' },
    );
  }
}

/** @throws ERR_SLUICE_NON_FINITE */
export function checkFinite(name: string, numbers: ArrayLike<number>): void {
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i])) {
      throw unexpected('a finite number', `${name}[${i}]`, numbers[i], 'ERR_SLUICE_NON_FINITE');
    }
  }
}
