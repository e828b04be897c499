/** What has the client done so far? Counters for metrics. */

import { REFUSALS, type Refusal } from './question.ts';

/** Counts since the client was made; money in nano-dollars. */
export interface ClientCounters {
  asked: number;
  answered: number;
  /** Of the answered: from the cache, or from a call that another caller had under way. */
  shared: number;
  refused: Record<Refusal, number>;
  /** Calls of the model so far, and those under way. */
  attempts: number;
  active: number;
  /** Calls that nobody waited for when they ended. */
  late: number;
  /** Settled in all. */
  spent: number;
  /** Of that: settled in full because nobody could tell what a call had used. */
  spentUnknown: number;
  /** Charged by the provider beyond what was reserved; 0 unless its prices or its token counts break their bounds. */
  overrun: number;
}

/** All at zero. */
export function newCounters(): ClientCounters {
  const refused = Object.fromEntries(REFUSALS.map((reason) => [reason, 0])) as Record<Refusal, number>;
  return {
    ...{ asked: 0, answered: 0, shared: 0, refused, attempts: 0, active: 0, late: 0 },
    ...{ spent: 0, spentUnknown: 0, overrun: 0 },
  };
}
