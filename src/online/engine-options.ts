/** How is an engine set up, and what does it say of an event? */

import type { FunnelJson } from '../funnel/funnel-json.ts';
import type { Policy } from '../funnel/policy.ts';
import type { EventCounters } from '../log/event-log.ts';
import type { SettlementCounters } from '../nearline/settlement.ts';
import type { CrossEncoder } from '../reasoning/rerankers/cross-encoder.ts';
import type { BackendChoice } from '../vectors/choose.ts';
import type { MemoryOptions } from './memory.ts';
import type { PolicyCounters } from './policy-host.ts';
import type { PropensityCounters } from './propensity-queue.ts';
import type { ReasoningOptions } from './reasoning.ts';
import type { CustomStages } from './registry.ts';

/** What training made of the items: one vector per row of the catalogue. A view; it must not be changed. */
export interface ItemVectors {
  readonly dimension: number;
  /** Row-major: `factors[row * dimension + j]`. */
  readonly factors: Float32Array;
}

/**
 * Makes a policy for a catalogue of so many rows. It is called anew for each snapshot, and for each replay of a
 * decision: equal arguments must give policies of equal behaviour, each of them its own, which the engine closes.
 */
export type MakePolicy = (arms: number, vectors: ItemVectors) => Policy;

/** Settings of an engine. */
export interface EngineOptions extends MemoryOptions {
  /** Directory of the snapshot to serve. */
  readonly snapshot: string;
  /** @default `SLUICE_BACKEND` of the environment, else `auto` */
  readonly backend?: BackendChoice;
  /** Keys every random draw together with the decision id; finite. @default 1 */
  readonly seed?: number;
  /** The funnel of what to see now, as a JSON value. @default DEFAULT_FUNNEL */
  readonly funnel?: FunnelJson;
  /**
   * The funnel of requests in words; null where there are none, which saves the planner and the text index.
   * @default QUERY_FUNNEL
   */
  readonly queryFunnel?: FunnelJson | null;
  /** What may be bought of a language model. @default nothing */
  readonly reasoning?: ReasoningOptions;
  /** Orders the dozen of a request in words for which no order was bought; the caller closes it. @default none */
  readonly crossEncoder?: Pick<CrossEncoder, 'rerank'>;
  /** What an hour of one processor costs, in whole nano-dollars, for the ledger. @default 40_000_000 ($0.04) */
  readonly cpuHour?: number;
  /** Stages of the caller's own that the funnel may name. */
  readonly stages?: CustomStages;
  /** @default Beta Thompson sampling */
  readonly policy?: MakePolicy;
  /**
   * How often slates whose window has closed are looked for, in milliseconds; each event looks as well.
   * @default 10 seconds
   */
  readonly settleEveryMs?: number;
  /** Posterior draws that complete the propensities of a decision. @default 32 */
  readonly propensityDraws?: number;
  /** Makes decision ids of 1 to 256 characters; each must be new. @default random UUIDs */
  readonly decisionId?: () => string;
  /** Hears of failures after an answer (a record that could not be written); `flush` rejects with the first too. */
  readonly onError?: (error: unknown) => void;
}

/** What `observe` says of an event once it is durable. */
export interface Acknowledgement {
  readonly sequence: number;
  /** An event of this id was there already; nothing changed. */
  readonly duplicate: boolean;
  /** It happened longer ago than `lateAfterMs`. */
  readonly late: boolean;
  /** The open catalogue holds the item; if not, the event waits in the log for a snapshot that does. */
  readonly known: boolean;
}

/** Counts since opening: what was taken in, refused and passed by. */
export interface EngineCounters {
  readonly events: Readonly<EventCounters>;
  readonly settlement: Readonly<SettlementCounters>;
  /** Those of the policy begin anew with each swap. */
  readonly policy: Readonly<PolicyCounters>;
  readonly propensities: Readonly<PropensityCounters>;
}
