/** Which roles are there in a funnel? Eight small ones; only a Filter drops. */

import type { Bitset } from '../vectors/bitset.ts';
import type { BudgetReservation } from './budget.ts';
import type { Candidates, Retrieved } from './candidates.ts';
import type { RequestContext } from './context.ts';
import type { Choice, Pool } from './policy.ts';

/**
 * What happens to the request when a stage fails.
 *
 * - `open`: it goes on without the stage and is marked degraded. A filter that fails open keeps everything.
 * - `closed`: the request fails with `ERR_SLUICE_STAGE_FAILED`. A filter for hard rules fails closed.
 * - `default`: the stage's declared default takes the place of its output, and the request is marked degraded.
 */
export type FailurePolicy = 'open' | 'closed' | 'default';

/** A stage as a JSON value: which registered stage, with which options. */
export interface StageJson {
  readonly use: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** What every stage declares. */
export interface Stage {
  /** Unique within the funnel. A source's scores stand in the column of this name. */
  readonly name: string;
  readonly onFailure: FailurePolicy;
  /** Expected cost of one run in integer nano-dollars. @default 0 */
  readonly cost?: number;
  /** Names in `context.query` that it needs; a query hydrator before it must provide them. @default none */
  readonly needs?: readonly string[];
  /** Whether it runs for this request; absent means always. */
  enable?(context: RequestContext): boolean;
  toJSON(): StageJson;
}

/** Finds out about the person or the query before retrieval; writes `context.query`. */
export interface QueryHydrator extends Stage {
  /** Names under which it writes into `context.query`. */
  readonly provides: readonly string[];
  /**
   * Nano-dollars to reserve before it may run (a model planner), or what reserves them from `context.budget`, null when
   * it is not worth running. It then receives the reservation; without one it is skipped.
   */
  readonly reserves?: number | ((context: RequestContext) => BudgetReservation | null);
  hydrateQuery(context: RequestContext, reservation: BudgetReservation | null): void | Promise<void>;
}

/** Retrieves candidates. Sources run in parallel. */
export interface Source extends Stage {
  retrieve(context: RequestContext): Retrieved | Promise<Retrieved>;
}

/** Fetches facts about candidates; writes the columns that it declares. Hydrators run in parallel. */
export interface Hydrator extends Stage {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Value of its columns when it fails with `default`. */
  readonly defaultValue?: number;
  /** One column per name in `writes`, each of `candidates.size` values in order. */
  hydrate(context: RequestContext, candidates: Candidates): Float32Array[] | Promise<Float32Array[]>;
}

/** Drops candidates. Filters run in order; they alone shorten the batch. */
export interface Filter extends Stage {
  readonly reads: readonly string[];
  /** Clears the entries (not rows) of `kept` that must go. */
  filter(context: RequestContext, candidates: Candidates, kept: Bitset): void;
}

/** Scores candidates into one column. Scorers run in order. */
export interface Scorer extends Stage {
  readonly reads: readonly string[];
  readonly writes: string;
  readonly defaultValue?: number;
  score(context: RequestContext, candidates: Candidates): Float32Array | Promise<Float32Array>;
}

/** Chooses the slate. It wraps a policy; what it draws from is its pool. */
export interface Selector extends Stage {
  /** Column that it ranks and explores by. */
  readonly reads: readonly string[];
  /** Name, version and settings of the policy, for the decision record. */
  readonly policy: string;
  readonly explores: boolean;
  /** A policy's selection; or, where no policy takes part, the entries to show, each of them with certainty. */
  select(context: RequestContext, candidates: Candidates): Selection | Uint32Array;
  /**
   * Entries that may be shown where the policy is not reached, in the order of retrieval; absent for all of them. A
   * holdout is kept also then.
   */
  open?(context: RequestContext, candidates: Candidates): Uint32Array;
}

/** What a selector chose, and from what. */
export interface Selection {
  readonly pool: Pool;
  readonly choice: Choice;
  /** Last settlement that the policy's state included. */
  readonly stateSequence: number;
  /** What a holdout experiment withheld, if one ran. */
  readonly holdout?: { readonly experiment: string; readonly withheld: Withheld };
}

/** Items that were withheld and good enough for the pool; columns run parallel. */
export interface Withheld {
  /** P(withheld) of every person, item and surface. */
  readonly share: number;
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
  /** Where the item would have stood, from 0; 2^32 - 1 where it would not have been shown. */
  readonly places: Uint32Array;
}

declare const selected: unique symbol;

/** A slate that a selector has chosen; nothing else makes one, so that a reasoner never sees a thousand items. */
export interface SelectedSlate {
  readonly [selected]: true;
  readonly rows: Uint32Array;
}

/** Reorders the slate with bought reasoning: it needs a selected slate and a reservation, by its very type. */
export interface Reasoner extends Stage {
  /**
   * Nano-dollars to reserve before it runs, or what reserves them from `context.budget` for a slate, null when it is not
   * worth running. Without the reservation it is skipped.
   */
  readonly reserves: number | ((context: RequestContext, slate: SelectedSlate) => BudgetReservation | null);
  /**
   * A permutation of the slate's positions, or null where it has none to offer and the order stands; anything else
   * degrades the request.
   */
  reason(
    context: RequestContext,
    slate: SelectedSlate,
    reservation: BudgetReservation,
  ): Promise<Uint32Array | null> | Uint32Array | null;
}

/**
 * Acts after the answer: counts, warms, tells others. A failure never reaches the caller of `recommend`, and changes
 * neither receipt nor record; one that fails `closed` is told to whoever waits for what comes after the answer.
 */
export interface SideEffect extends Stage {
  run(context: RequestContext, result: FunnelResult): void | Promise<void>;
}

/** What a funnel returns. */
export interface FunnelResult {
  /** Rows of the slate, first place first. */
  readonly slate: Candidates;
  /** Null where no policy chose: none takes part, or it could not (no time, no scores, a failure). */
  readonly selection: Selection | null;
  /** Where each item of `slate` stood before a reasoner reordered it; null where none did. */
  readonly order: Uint32Array | null;
  /** `fast`, or the name of the reasoner whose order was taken. */
  readonly route: string;
}
