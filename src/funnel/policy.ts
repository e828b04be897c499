/** What is a policy? It chooses a slate from a pool and says with which probability. */

import type { RandomStream } from '../numerics/random.ts';

/** What a policy chooses from: row numbers and, for each, P(success) in (0, 1) as the scorers see it. */
export interface Pool {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
  /** Who asks, as a vector; contextual policies need it or `features`. */
  readonly context?: Float32Array;
  /** One vector per entry, row-major, in place of what is resident for the row. */
  readonly features?: Float32Array;
  /** Where the slate is shown; a budget of exploration is kept for each surface. */
  readonly surface?: string;
}

/** Propensities that another thread can compute: a function of the library, and what it depends on. */
export interface PropensityTask {
  /** Name of the function. */
  readonly use: string;
  /** Copied to the thread: the state as it was when the choice was made. */
  readonly with: Readonly<Record<string, number | Uint32Array | Float32Array | Float64Array>>;
}

/** A chosen slate. Positions in the pool, first place first. */
export interface Choice {
  /** Indexes into the pool, distinct. */
  readonly picks: Uint32Array;
  /**
   * P(this item at this place | pool, state) for each pick, or null where it has no closed form; then
   * {@link Choice.estimate} gives it by posterior draws, from the state as it was when the choice was made.
   */
  readonly propensities: Float64Array | null;
  /** P(this item at this place | those before it, pool, state) for each pick, where it has a closed form. */
  readonly conditional?: Float64Array;
  /** Unbiased propensities from `draws` posterior draws; cost draws x pool. */
  estimate(random: RandomStream, draws: number): Float64Array;
  /**
   * The same off this thread, bit for bit; absent where the policy has no function for it. Who changes what
   * `estimate` gives must leave it out.
   */
  readonly deferred?: PropensityTask;
}

/** What came back for items that were shown. Columns run parallel. */
export interface Feedback {
  readonly rows: Uint32Array;
  /** The scores that the policy was given when it chose. */
  readonly scores: Float32Array;
  /** In [0, 1], or what the policy names as its range. */
  readonly rewards: Float64Array;
  /** The context and the features of these rows when they were shown, as in {@link Pool}. */
  readonly context?: Float32Array;
  readonly features?: Float32Array;
  /** 1 where the row was shown, 0 where a holdout withheld it; only for a policy that is `incremental`. Absent: all shown. */
  readonly exposed?: Uint8Array;
}

/** Everything that a policy has learned, as named columns; restores to the same decisions bit for bit. */
export type PolicyState = Readonly<Record<string, Float64Array>>;

/**
 * A bandit policy over rows of a catalogue.
 *
 * **Invariant:** for one state, pool and random stream, `choose` returns the same slate on every machine.
 */
export interface Policy {
  /** Name, version and settings; a decision record names it, and equal text means equal behaviour. */
  readonly name: string;
  /** True when it may choose other than the greedy slate; such a funnel needs a decision log. */
  readonly explores: boolean;
  /** True when `choose` changes the state, because an account is spent from; `choose` then repeats from a snapshot. */
  readonly spends?: boolean;
  /** True when it cannot do without {@link Pool.context}. */
  readonly contextual?: boolean;
  /** True when it learns from what was withheld as well, and hence only from decisions in which a holdout ran. */
  readonly incremental?: boolean;
  /** The reward that the policy expects of each entry, without exploration. Cost: O(pool). */
  score(pool: Pool): Float64Array;
  /**
   * Chooses min(size, pool) items. Cost: O(pool).
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a size that is no whole number, an unknown row or uneven columns,
   * ERR_SLUICE_NON_FINITE for scores that the policy cannot use.
   */
  choose(pool: Pool, size: number, random: RandomStream): Choice;
  /**
   * P(pick at its place) for any slate, as the state is now: what off-policy evaluation asks of a target policy. In
   * closed form where there is one, else unbiased from `draws` posterior draws.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for picks that are no slate of this pool, or no draws where they are needed.
   */
  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array;
  /**
   * Learns from outcomes.
   * @throws ERR_SLUICE_NON_FINITE for a reward outside [0, 1]; nothing is learned then.
   */
  update(feedback: Feedback): void;
  /** A copy of the state. */
  snapshot(): PolicyState;
  /** Replaces the state. @throws ERR_SLUICE_INVALID_ARGUMENT when it belongs to another policy or catalogue. */
  restore(state: PolicyState): void;
  /** Frees what it holds beside the heap, if it holds any; choices that it made may not be asked then. Idempotent. */
  close?(): void;
}
