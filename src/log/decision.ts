/** What was decided, from what, and with which probability? One record per slate shown. */

import type { RoutingRecord } from './routing.ts';

/** How the logged propensities came about. */
export type PropensityState =
  /** In closed form. */
  | 'exact'
  /** By posterior draws after the answer; their number is in the record. */
  | 'estimated'
  /** Not yet computed; the record will be completed. */
  | 'pending';

/** The place of an item that the policy would not have shown. */
export const NO_PLACE = 2 ** 32 - 1;

/**
 * Items that a holdout withheld from the person and that were good enough for the pool. Those that the policy would have
 * shown, had this one item not been withheld, are the ghost exposures: they have a place. Columns run parallel.
 */
export interface WithheldItems {
  /** P(withheld) of every person, item and surface, in (0, 1). */
  readonly share: number;
  readonly rows: Uint32Array;
  /** What the policy was given for each: P(success), in (0, 1). */
  readonly scores: Float32Array;
  /** Where it would have stood, from 0; {@link NO_PLACE} where it would not have been shown. */
  readonly places: Uint32Array;
}

/**
 * One slate shown. Features resolve from the snapshot named; the policy's choice replays from pool, seed and state.
 *
 * Columns run parallel: `shown.rows[i]` stood at position `i` (from 0).
 */
export interface DecisionRecord {
  readonly decisionId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly userNumber: number;
  /** Where it was shown: `home`, `billboard`, ... */
  readonly surface: string;
  /** Hash of the snapshot that row numbers refer to. */
  readonly snapshot: string;
  /** Number of the last settled decision that the policy's state included; 0 before the first. */
  readonly stateSequence: number;
  /** Name, version and settings of the policy, as {@link file://../funnel/policy.ts} gives them. */
  readonly policy: string;
  readonly seed: number;
  /** The person's vector that the policy was given, in the axes of the snapshot; null where it was given none. */
  readonly context: Float32Array | null;
  /** What the policy chose from; null where this decision is outside the logged share. */
  readonly pool: { readonly rows: Uint32Array; readonly scores: Float32Array } | null;
  readonly shown: {
    readonly rows: Uint32Array;
    /** What the policy was given for each: P(success), in (0, 1). */
    readonly scores: Float32Array;
    /** P(this item at this position | pool, state); NaN while pending. */
    readonly propensities: Float64Array;
    /** P(this item at this position | those before it, pool, state), where the policy gives it in closed form. */
    readonly conditional?: Float64Array;
  };
  readonly propensityState: PropensityState;
  /** Posterior draws behind the propensities; present when they are estimated. */
  readonly draws?: number;
  /** Name of the holdout experiment that ran for this decision, if one did. */
  readonly holdout: string | null;
  /** What that experiment withheld; absent where none ran. */
  readonly withheld?: WithheldItems;
  /** Path that the request took: `fast` or the name of a reasoned one. */
  readonly route: string;
  /** Where each item stood in `shown`, first place first, as a reasoner reordered them; absent where none did. */
  readonly order?: Uint32Array;
  /** What a router decided, in the order in which it was asked; absent where none was. */
  readonly routings?: readonly RoutingRecord[];
  /** Integer nano-dollars. */
  readonly cost: number;
  /** True when the deadline cut the funnel short. */
  readonly degraded: boolean;
}
