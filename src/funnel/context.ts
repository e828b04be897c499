/** What does every stage know of the request? Who, where, until when, for how much, and with which randomness. */

import type { RandomStream } from '../numerics/random.ts';
import type { RequestBudget } from './budget.ts';
import type { Receipt } from './receipt.ts';

/** One request as the stages see it. */
export interface RequestContext {
  readonly decisionId: string;
  /** Number of the person; the caller's key never enters the funnel. */
  readonly userNumber: number;
  readonly surface: string;
  /** What the person asks for in words; null where they only want to see something. */
  readonly text: string | null;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** How many items are wanted. */
  readonly count: number;
  /** Absolute, on the clock of `performance.now()`; the best slate so far is returned when it passes. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly budget: RequestBudget;
  /** What a gain of 1 in quality is worth to the caller, in nano-dollars; absent where the request does not say. */
  readonly value?: number;
  /** The seed and the decision id key every draw of the request: `random('select')` repeats on any machine. */
  readonly seed: number;
  random(purpose: string): RandomStream;
  readonly receipt: Receipt;
  /** What query hydrators found, by the names that they declare. */
  readonly query: Map<string, unknown>;
}
