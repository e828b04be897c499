/** What is surely earned? A lower bound on expected rewards that holds at all times together. */

import type { Feedback, PolicyState, Pool } from '../../funnel/policy.ts';

/**
 * A confidence set for expected rewards, and a margin: a weighted sum of expected rewards of entries that were shown.
 *
 * **Invariant:** with probability at least 1 - delta, no lower bound ever exceeds the true margin.
 */
export interface RewardConfidence {
  /** Name, version and settings. */
  readonly name: string;
  /** True when it cannot do without a context. */
  readonly contextual: boolean;
  /** The least that the margin may be, had the entries been booked too. */
  lowerBound(pool: Pool, picks: Uint32Array, weight: number): number;
  /** Adds weight times the expected reward of each entry to the margin. */
  book(pool: Pool, picks: Uint32Array, weight: number): void;
  /** Whether the set can learn from this. @throws ERR_SLUICE_NON_FINITE, ERR_SLUICE_INVALID_ARGUMENT */
  check(feedback: Feedback): void;
  /** Narrows the set by what was checked. */
  learn(feedback: Feedback): void;
  snapshot(): PolicyState;
  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a state of another set. */
  restore(state: PolicyState): void;
  /** Frees what it holds beside the heap, if it holds any. Idempotent. */
  close?(): void;
}
