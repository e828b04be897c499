/** What do contextual policies compute with? A resident matrix and a Gaussian posterior; the same bits from each backend. */

/** Vectors of the actions, kept where the kernels are. f32, row-major. */
export interface Actions {
  readonly dimension: number;
  /** Number of rows. */
  readonly size: number;
  /** Writes whole rows from `row` on, growing by those beyond the last. @throws ERR_SLUICE_NON_FINITE; nothing is written. */
  write(row: number, vectors: Float32Array): void;
  /** Idempotent. */
  close(): void;
}

/** What is ranked, and where the answer goes. */
export interface Ranking {
  readonly actions: Actions;
  /** Rows of `actions` to choose from. */
  readonly rows: Uint32Array;
  /** Multiplies the vectors of all actions, component by component; null for their own vectors. */
  readonly context: Float32Array | null;
  /** Added to the score of each of `rows`; null for nothing. */
  readonly offsets: Float32Array | null;
  /** Receives min(length, rows) indexes into `rows`, of highest score first; ties by lower index. */
  readonly picks: Uint32Array;
  /** Receives the score of each of `rows`, never NaN; null where only the picks are wanted. */
  readonly scores: Float32Array | null;
}

/**
 * The posterior N(A^-1 b, A^-1) of a linear model, A = L L' in f64. Scores are sums in f32 over sixteen lanes in a fixed
 * order without fused multiply-add, so that every backend gives the same bits.
 */
export interface Posterior {
  readonly dimension: number;
  /**
   * A += weight x x', b += amount x. Ridge regression: weight 1, amount the reward. Laplace step of a logistic model at
   * its mean m, p = P(success): weight p (1 - p), amount weight <x, m> + y - p. Cost: 2 d^2 flops, rank-1 update of L.
   *
   * @param weight at least 0, finite. @throws ERR_SLUICE_NON_FINITE; nothing is learned then.
   */
  learn(vector: Float32Array, weight: number, amount: number): void;
  /**
   * A *= keep, b *= keep, and gives the prior back on one axis, the next in turn: A_jj += d (1 - keep) lambda,
   * b_j += d (1 - keep) lambda prior_j. Cost: a rank-1 update from that axis on.
   *
   * @param keep in [exp(-200 / d), 1]: an axis must not vanish before its turn comes.
   */
  forget(keep: number): void;
  /** <mean, x> and the width sqrt(x' A^-1 x) of one vector, in f64. Cost: d^2. */
  predict(vector: Float32Array): { readonly mean: number; readonly width: number };
  /** A copy of A^-1 b. Cost: 2 d^2 once after learning. */
  mean(): Float64Array;
  /** Ranks by the mean. */
  greedy(ranking: Ranking): void;
  /** Ranks by one draw theta = mean + deviation L'^-1 z for all rows, z standard normals of the keyed stream. */
  sample(ranking: Ranking, deviation: number, key0: number, key1: number): void;
  /**
   * Ranks by mean + alpha width, exactly; without `scores`, and for at most 64 picks, widths are computed of those rows
   * only that no bound rules out: |x| times the root of the largest eigenvalue of A^-1.
   */
  upperBound(ranking: Ranking, alpha: number): void;
  /** The state to go on from, bit for bit: L by columns, b, counters. */
  snapshot(): Float64Array;
  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a state of another dimension or with numbers that no state holds. */
  restore(state: Float64Array): void;
  /** Idempotent. */
  close(): void;
}

/**
 * One implementation per backend. Wrong types, lengths, row numbers and numbers are refused with a code, and nothing is
 * written or learned then; a closed object raises ERR_SLUICE_CLOSED.
 */
export interface DecisionKernels {
  readonly name: 'native' | 'wasm' | 'reference';
  actions(dimension: number): Actions;
  /** @param lambda weight of the prior N(prior, I / lambda), above 0. @param prior absent for zeros. */
  posterior(dimension: number, lambda: number, prior?: Float64Array): Posterior;
  /**
   * Inverse-gap weighting (Foster and Rakhlin 2020): P(i) = 1 / (K + gamma (best - score_i)) for all but the best,
   * which has the rest. Draws by one uniform number; returns the pick, `propensities` (or null) receives all. Scores of
   * minus infinity count as absent unless all are.
   *
   * @param gamma at least 0. @param uniform in [0, 1).
   * @throws ERR_SLUICE_NON_FINITE for a score of NaN or infinity.
   */
  inverseGap(scores: Float32Array, gamma: number, uniform: number, propensities: Float64Array | null): number;
  /**
   * Plackett-Luce: a slate without repetition, each place by softmax(scores / temperature) over the rest. Receives the
   * min(picks, scores) picks and P(pick | the picks before it). Minus infinity is drawn only when nothing else is left.
   *
   * @param temperature above 0. @throws ERR_SLUICE_NON_FINITE for a score of NaN or infinity.
   */
  plackettLuce(
    scores: Float32Array,
    temperature: number,
    key0: number,
    key1: number,
    picks: Uint32Array,
    propensities: Float64Array,
  ): void;
}
