/**
 * When is the answer of a runtime that sums in f32 the exact one?
 *
 * ONNX Runtime and TensorFlow.js return the rows of largest f32 score, summed in an order of their own. They are asked
 * for more than k; those candidates are scored again in f64. Let `t` be the lowest f32 score among the candidates and
 * `r` the k-th best exact one. A row that is no candidate has an f32 score of at most `t`; a row whose exact score is
 * at least `r` has an f32 score of at least the threshold of {@link file://./bound.ts}. So where the threshold is above
 * `t`, no other row belongs to the best k, not even by a tie, and the answer is proven.
 *
 * The threshold holds for f32 sums in whatever order. It is lowered by what runtimes do beyond that:
 * - numbers below 2^-126 may be flushed to zero, in every product and sum of n: by `(n + 1) 2^-125`;
 * - devices may round the factors to 10 bits (TF32) and truncate sums: with `N >= |q| |x|` by `(2^-9 + n 2^-22) N`.
 * A runtime that errs by more shows in its candidates, whose exact scores are known: it is not believed then.
 */

import type { TopK } from './backend.ts';
import { normFromSquares, scanThreshold } from './bound.ts';
import { exactScore, isEligible } from './exact-score.ts';
import type { RowsView } from './held-rows.ts';

/** Whether a runtime keeps all bits of f32, or may round factors to as few as TF32 has. */
export type Arithmetic = 'f32' | 'tf32';

/** Rows of which a runtime holds the first ones. */
export interface EstimatedRows extends RowsView {
  /** So many rows are held by the runtime. */
  readonly held: number;
  readonly arithmetic: Arithmetic;
}

/** What a runtime answers: rows and their f32 scores, for one query after the other; masked rows score -Infinity. */
export interface Estimate {
  readonly rows: ArrayLike<number | bigint>;
  readonly scores: Float32Array;
}

/** One query on the way to its proven answer. */
export class Certificate {
  readonly query: Float32Array;
  /** False where f32 sums might overflow: nothing can be said of rows that are no candidates then. */
  readonly possible: boolean;
  /** The answer, once it is proven. */
  result: TopK | undefined;
  readonly #matrix: EstimatedRows;
  readonly #k: number;
  readonly #mask: Uint32Array | undefined;
  readonly #queryNorm: number;
  /** What the runtime may err beyond f32. */
  readonly #excess: number;
  /** The eligible rows that the runtime does not hold. */
  readonly #rest = new Candidates();

  /** Cost: the exact scores of the rows that the runtime does not hold. */
  constructor(matrix: EstimatedRows, query: Float32Array, k: number, mask: Uint32Array | undefined) {
    const { data, rows, dimension, held, norm, arithmetic } = matrix;
    this.query = query;
    this.#matrix = matrix;
    this.#k = k;
    this.#mask = mask;
    let squares = 0;
    for (let j = 0; j < dimension; j++) squares += query[j] * query[j];
    this.#queryNorm = normFromSquares(squares);
    const rounding = arithmetic === 'f32' ? 0 : 2 ** -9 + dimension * 2 ** -22;
    this.#excess = rounding * this.#queryNorm * norm + (dimension + 1) * 2 ** -125;
    this.possible = this.#lowestEstimate(0) > Number.NEGATIVE_INFINITY;
    for (let row = held; this.possible && row < rows; row++) {
      if (isEligible(mask, row)) this.#rest.add(row, exactScore(query, data, row * dimension));
    }
  }

  /** True, and there is a result, if the `count` candidates from place `from` prove it. */
  prove({ rows, scores }: Estimate, from: number, count: number): boolean {
    const { data, dimension } = this.#matrix;
    const candidates = new Candidates();
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = from; i < from + count; i++) {
      const row = Number(rows[i]);
      lowest = Math.min(lowest, scores[i]);
      if (!isEligible(this.#mask, row)) continue;
      const score = exactScore(this.query, data, row * dimension);
      if (!this.#isWithinBound(scores[i], score)) return false;
      candidates.add(row, score);
    }
    if (!candidates.sort()) return false;
    candidates.merge(this.#rest, this.#k);
    const worst = candidates.scores[this.#k - 1];
    // A masked row is a candidate only where all others are.
    const proven = lowest === Number.NEGATIVE_INFINITY || this.#lowestEstimate(worst) > lowest;
    if (proven) this.result = candidates.first(this.#k);
    return proven;
  }

  /** The lowest f32 score that the runtime can give to a row whose exact score is at least `score`. */
  #lowestEstimate(score: number): number {
    const { norm, dimension } = this.#matrix;
    return scanThreshold(score, this.#queryNorm, norm, dimension) - this.#excess;
  }

  #isWithinBound(estimate: number, score: number): boolean {
    return estimate >= this.#lowestEstimate(score) && -estimate >= this.#lowestEstimate(-score);
  }
}

/** Rows and their exact scores. */
class Candidates {
  rows: number[] = [];
  scores: number[] = [];

  add(row: number, score: number): void {
    this.rows.push(row);
    this.scores.push(score);
  }

  /** Sorts by score, then by row; false if a row is there twice. */
  sort(): boolean {
    const { rows, scores } = this;
    const order = rows.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || rows[a] - rows[b]);
    this.rows = order.map((i) => rows[i]);
    this.scores = order.map((i) => scores[i]);
    return this.rows.every((row, i) => row !== this.rows[i - 1]);
  }

  /** Adds the others that may be among the best k, to those sorted. */
  merge(others: Candidates, k: number): void {
    const worst = this.scores[k - 1] ?? Number.NEGATIVE_INFINITY;
    const count = this.rows.length;
    others.rows.forEach((row, i) => {
      if (others.scores[i] >= worst) this.add(row, others.scores[i]);
    });
    if (this.rows.length > count) this.sort();
  }

  first(k: number): TopK {
    return {
      ids: Uint32Array.from(this.rows.slice(0, k)),
      scores: Float32Array.from(this.scores.slice(0, k)),
    };
  }
}
