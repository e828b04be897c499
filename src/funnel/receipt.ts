/** Why this slate? What each stage did, how long it took, and what each item went through. */

/** What happened to one stage of one request. */
export interface StageReceipt {
  readonly stage: string;
  readonly role: string;
  /** Milliseconds. */
  readonly ms: number;
  /** Of a stage that spent money: milliseconds before it first waited, for the rest is no work of this process. */
  readonly busyMs?: number;
  /** `late` means that the deadline passed before it ended, `skipped` that it was not enabled or not reached. */
  readonly outcome: 'ok' | 'failed' | 'late' | 'skipped';
  /** Candidates after the stage, where it retrieves or drops. */
  readonly candidates?: number;
  /** Code and message of the failure. */
  readonly error?: string;
}

/** Why one item stands where it stands. */
export interface ItemReceipt {
  /** Names of the sources that returned it. */
  readonly sources: readonly string[];
  /** Every column of scores, by name; NaN columns are left out. */
  readonly scores: Readonly<Record<string, number>>;
  /** Names of the filters that it survived. */
  readonly filters: readonly string[];
  /**
   * P(this item at the place that the policy gave it), in (0, 1], or `pending` until posterior draws have completed the
   * record; 1 where no policy chose.
   */
  readonly propensity: number | 'pending';
  /** P(success | shown) - P(success | not shown) where an uplift scorer ran, else null. */
  readonly uplift: number | null;
  /** Share of the request's cost in integer nano-dollars. */
  readonly cost: number;
  /**
   * Short facts for a person. `explored`: not among the best by score, and shown by a policy that explores; `learned`:
   * the same by one that does not; `retrieval order`: the policy could not choose. Of a request in words also which facts
   * of the item answer it.
   */
  readonly reasons: readonly string[];
}

/** What a router decided about reasoning for one purpose of the request. */
export interface RoutingReceipt {
  /** What would be bought: `plan`, `rerank`, ... */
  readonly purpose: string;
  readonly bought: boolean;
  /** From the router's closed list. */
  readonly reason: string;
  /** P(this decision | features, state of the router), in (0, 1]. */
  readonly propensity: number;
  /** Versions of the model of the gain and of the prices. */
  readonly version: string;
  readonly features: Float64Array;
  /** Predicted gain and its bounds. */
  readonly gain: { readonly mean: number; readonly low: number; readonly high: number };
  /** Price of a nano-dollar in units of value. */
  readonly lambda: number;
  /** Integer nano-dollars; null where no price was known. */
  readonly expectedCost: number | null;
  /** Integer nano-dollars that it cost. */
  readonly cost: number;
  /** Why what was bought gave nothing, as `failed: status 503`; absent where it did or nothing was bought. */
  readonly refused?: string;
}

/** The record of one request, filled as the stages run. */
export class Receipt {
  readonly stages: StageReceipt[] = [];
  /** True when a deadline or an open failure left something out. */
  degraded = false;
  /** True once the deadline has cut a stage short. */
  late = false;
  /** Why it is degraded, in the order in which it happened. */
  readonly degradations: string[] = [];

  /** What a router decided, in the order in which it was asked. */
  readonly routings: RoutingReceipt[] = [];

  /** Marks the request as degraded. */
  degrade(reason: string): void {
    this.degraded = true;
    this.degradations.push(reason);
  }
}
