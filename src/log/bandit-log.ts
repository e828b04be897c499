/** What does a log of a bandit over a fixed set of items hold? One item at one position per row. */

/** Logged choices of one item at one position each. Columns run parallel. */
export interface BanditLog {
  /** Item numbers from 0. */
  readonly items: Uint32Array;
  /** Where it was shown, as the log counts positions. */
  readonly positions: Uint32Array;
  /** 1 for a click, else 0. */
  readonly clicks: Float64Array;
  /** P(item at its position) under the policy that logged, in (0, 1]. */
  readonly propensities: Float64Array;
  /** Number of items that could be shown. */
  readonly itemCount: number;
  /** One row per choice, one column per item: how well the user and the item fit; null where the log has none. */
  readonly affinities: Float32Array | null;
}
