/** What is asked of a model through the client, and what comes back? */

import type { BudgetReservation } from '../../funnel/budget.ts';
import type { Prompt, Purpose } from './language-model.ts';

/** What decides how much a question can cost. */
export interface Asking {
  readonly prompt: Prompt;
  /** JSON schema of the object wanted; its bytes count as tokens too. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The most tokens that may be generated, from 1. */
  readonly maxOutputTokens: number;
}

/** One question, and on which terms. */
export interface Question<T> extends Asking {
  readonly purpose: Purpose;
  /** Turns the answer's text into the value; whatever it throws makes the answer invalid. {@link readJsonObject} helps. */
  read(text: string): T;
  /** Absolute, on the clock of the client: `performance.now()`. Infinity for none. */
  readonly deadline: number;
  /**
   * What may be spent, at least {@link ModelClient.bound}; a second try needs what the first has left. The client settles
   * it, once: at what was used, at nothing where nothing was sent, in full where nobody can tell. For an answer that is
   * late this happens after the refusal, when the answer comes or the client stops waiting for it.
   */
  readonly reservation: BudgetReservation;
  readonly signal?: AbortSignal;
  /**
   * Names the question for the cache, together with purpose and model: equal keys mean that `read` would make equal
   * values. Absent: asked anew each time.
   */
  readonly key?: string;
}

/** Why there is no value. */
export const REFUSALS = [
  /** The time was up first. */
  'deadline',
  /** The circuit breaker is open: the provider failed too often of late. */
  'breaker',
  /** As many calls as are allowed are under way. */
  'bulkhead',
  /** The price of the model is not known today. */
  'price-unknown',
  /** The reservation does not cover one try. */
  'reservation',
  /** What the model answered could not be read, in all tries that time and money allowed. */
  'invalid-answer',
  /** The provider failed, in all tries that time and money allowed. */
  'failed',
  /** The caller's signal fired. */
  'aborted',
] as const;

/** A member of {@link REFUSALS}. */
export type Refusal = (typeof REFUSALS)[number];

/** What every end of a question tells. */
export interface Told {
  /** Nano-dollars that this question has cost; for a call still under way its bound. Who shares a call pays nothing. */
  readonly cost: number;
  /** Calls made for it; 0 from the cache. */
  readonly attempts: number;
  /** Milliseconds that the caller has waited. */
  readonly ms: number;
}

/** A value. */
export interface Answered<T> extends Told {
  readonly value: T;
  /** `cache` also where it came from a call that another caller had under way. Shared values must not be changed. */
  readonly from: 'model' | 'cache';
  readonly refused?: undefined;
}

/** No value. */
export interface Refused extends Told {
  readonly refused: Refusal;
  /** The last failure in short, as `status 503`. */
  readonly failure?: string;
}
