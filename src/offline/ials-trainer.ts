/** How do iALS iterations run in plain TypeScript? The fallback where no addon loads, and the oracle of the addon. */

import { setImmediate } from 'node:timers/promises';
import { cholesky, choleskySolve } from '../numerics/cholesky.ts';
import { symmetricEigen } from '../numerics/eigen.ts';
import { addSymmetricProduct, BLOCK, gram, productTransposed } from '../numerics/products.ts';
import type { Csr } from './dataset.ts';
import { transpose } from './sparse-rows.ts';

/** The two sides of the matrix. */
export type Side = 'users' | 'items';

/** A factorisation under way, on some backend. */
export interface IalsTrainer {
  /** Solves all rows of one side exactly, the other fixed. Rejects with `signal.reason` within a block of rows. */
  solve(side: Side, signal?: AbortSignal): Promise<void>;
  /** The factors of one side, rows x dimension. */
  factors(side: Side): Promise<Float32Array>;
  /** Frees what it holds; idempotent. */
  close(): void;
}

/** What a trainer starts from. */
export interface IalsProblem {
  /** Items by user. */
  readonly rows: Csr;
  readonly itemCount: number;
  readonly dimension: number;
  readonly regularization: number;
  readonly unobservedWeight: number;
  /** Users x dimension; overwritten. */
  readonly initialUsers: Float64Array;
}

interface Half {
  readonly rows: Csr;
  /** Rows with at least one entry. */
  readonly known: number;
  readonly factors: Float64Array;
}

/** Milliseconds of work after which the event loop gets a turn. */
const YIELD_AFTER = 10;

/**
 * iALS in f64 on the calling thread, giving way to the event loop about every ten milliseconds.
 *
 * Every half-iteration turns both sides into the eigenbasis of the fixed side's Gram matrix, which leaves all inner
 * products as they are. There the part of the system that all rows share is diagonal, so that a row of n entries in d
 * dimensions with n < d is an n x n system (Woodbury) instead of a d x d one. The turns are undone in `factors`.
 */
export class TypescriptTrainer implements IalsTrainer {
  readonly #problem: IalsProblem;
  readonly #sides: Record<Side, Half>;
  /** The product of all turns so far, dimension x dimension. */
  readonly #turns: Float64Array;
  readonly #solver: RowSolver;
  #lastYield = performance.now();

  constructor(problem: IalsProblem) {
    const { rows, itemCount, dimension: d } = problem;
    this.#problem = problem;
    this.#sides = {
      users: half(rows, problem.initialUsers),
      items: half(transpose(rows, itemCount), new Float64Array(itemCount * d)),
    };
    this.#turns = new Float64Array(d * d);
    for (let i = 0; i < d; i++) this.#turns[i * d + i] = 1;
    this.#solver = new RowSolver(d);
  }

  async solve(side: Side, signal?: AbortSignal): Promise<void> {
    const { dimension: d, regularization, unobservedWeight } = this.#problem;
    const { rows, factors } = this.#sides[side];
    const fixed = this.#sides[side === 'users' ? 'items' : 'users'];
    const { values, vectors } = symmetricEigen(gram(fixed.factors, d), d);
    await turn(fixed.factors, vectors, d);
    await turn(this.#turns, vectors, d);
    for (let i = 0; i < d; i++) values[i] = unobservedWeight * Math.max(values[i], 0);
    for (let row = 0; row + 1 < rows.offsets.length; row++) {
      const entries = rows.items.subarray(rows.offsets[row], rows.offsets[row + 1]);
      const ridge = regularization * (entries.length + unobservedWeight * fixed.known);
      this.#solver.solve(fixed.factors, entries, values, ridge, factors.subarray(row * d, (row + 1) * d));
      if (performance.now() - this.#lastYield > YIELD_AFTER) {
        await setImmediate();
        signal?.throwIfAborted();
        this.#lastYield = performance.now();
      }
    }
  }

  async factors(side: Side): Promise<Float32Array> {
    const back = this.#sides[side].factors.slice();
    await turn(back, this.#turns, this.#problem.dimension);
    return Float32Array.from(back);
  }

  close(): void {}
}

function half(rows: Csr, factors: Float64Array): Half {
  let known = 0;
  for (let row = 0; row + 1 < rows.offsets.length; row++) {
    if (rows.offsets[row + 1] > rows.offsets[row]) known++;
  }
  return { rows, known, factors };
}

/** Replaces every row w of `matrix` by its inner products with the rows of `vectors`. */
async function turn(matrix: Float64Array, vectors: Float64Array, d: number): Promise<void> {
  const rows = matrix.length / d;
  const turned = new Float64Array(Math.min(BLOCK, rows) * d);
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from);
    const block = matrix.subarray(from * d, (from + count) * d);
    productTransposed(block, count, vectors, d, d, turned);
    block.set(turned.subarray(0, count * d));
    if ((from / BLOCK) % 16 === 15) await setImmediate();
  }
}

/** Solves (diag(base) + ridge + H'H) w = H'1 exactly, H being the rows of the fixed side that were interacted with. */
class RowSolver {
  readonly #dimension: number;
  readonly #gathered: Float64Array;
  readonly #matrix: Float64Array;
  readonly #ones: Float64Array;
  readonly #scale: Float64Array;

  constructor(dimension: number) {
    this.#dimension = dimension;
    this.#gathered = new Float64Array(dimension * Math.max(BLOCK, dimension));
    this.#matrix = new Float64Array(dimension * dimension);
    this.#ones = new Float64Array(dimension);
    this.#scale = new Float64Array(dimension);
  }

  solve(
    factors: Float64Array,
    entries: Uint32Array,
    base: Float64Array,
    ridge: number,
    out: Float64Array,
  ): void {
    out.fill(0);
    if (entries.length === 0) return;
    if (entries.length < this.#dimension) this.#solveShort(factors, entries, base, ridge, out);
    else this.#solveLong(factors, entries, base, ridge, out);
  }

  /** With B = diag(base) + ridge: w = B^-1 H' (1 + H B^-1 H')^-1 1, an n x n system. */
  #solveShort(
    factors: Float64Array,
    entries: Uint32Array,
    base: Float64Array,
    ridge: number,
    out: Float64Array,
  ): void {
    const d = this.#dimension;
    const n = entries.length;
    const scale = this.#scale;
    const gathered = this.#gathered;
    for (let f = 0; f < d; f++) scale[f] = 1 / Math.sqrt(base[f] + ridge);
    for (let r = 0; r < n; r++) {
      const row = entries[r] * d;
      for (let f = 0; f < d; f++) gathered[r * d + f] = factors[row + f] * scale[f];
    }
    const matrix = this.#matrix.subarray(0, n * n).fill(0);
    addSymmetricProduct(gathered, n, d, matrix);
    for (let r = 0; r < n; r++) matrix[r * n + r] += 1;
    const ones = this.#ones.subarray(0, n).fill(1);
    cholesky(matrix, n);
    choleskySolve(matrix, n, ones);
    for (let r = 0; r < n; r++) {
      const share = ones[r];
      for (let f = 0; f < d; f++) out[f] += share * gathered[r * d + f];
    }
    for (let f = 0; f < d; f++) out[f] *= scale[f];
  }

  #solveLong(
    factors: Float64Array,
    entries: Uint32Array,
    base: Float64Array,
    ridge: number,
    out: Float64Array,
  ): void {
    const d = this.#dimension;
    const matrix = this.#matrix.fill(0);
    const columns = this.#gathered;
    for (let from = 0; from < entries.length; from += BLOCK) {
      const width = Math.min(BLOCK, entries.length - from);
      for (let r = 0; r < width; r++) {
        const row = entries[from + r] * d;
        for (let f = 0; f < d; f++) {
          const h = factors[row + f];
          columns[f * width + r] = h;
          out[f] += h;
        }
      }
      addSymmetricProduct(columns, d, width, matrix);
    }
    for (let f = 0; f < d; f++) matrix[f * d + f] += base[f] + ridge;
    cholesky(matrix, d);
    choleskySolve(matrix, d, out);
  }
}
