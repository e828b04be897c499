/** What may be asked? A recommendation request, checked once at the edge. */

import { unexpected } from '../errors.ts';
import { checkText } from '../log/event-check.ts';

/** The largest date of JavaScript, in milliseconds since 1970. */
const LAST_TIME = 8.64e15;

/** A request for a slate. */
export interface RecommendRequest {
  /** The caller's key of the person; at most 256 characters. */
  readonly user: string;
  /** Where the slate will stand; at most 64 characters. @default 'home' */
  readonly surface?: string;
  /** Items wanted, 1 to 1000. @default 12 */
  readonly count?: number;
  /** Milliseconds until the best slate so far is returned; 0 asks for what is at hand. @default 100 */
  readonly deadlineMs?: number;
  /** Hard budget of this request in integer nano-dollars. @default 0 */
  readonly budget?: number;
  /** Milliseconds since 1970, from 0: what is available is judged by it. @default the engine's clock */
  readonly time?: number;
  /** Ends the request; it then rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/** The request with its defaults. @throws ERR_SLUICE_INVALID_ARGUMENT naming the field. */
export function checkRequest(request: RecommendRequest, now: number) {
  if (typeof request !== 'object' || request === null) throw unexpected('an object', 'request', request);
  const { user, surface = 'home', count = 12, deadlineMs = 100, budget = 0, time = now, signal } = request;
  checkText(user, 'user', 256);
  checkText(surface, 'surface', 64);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw unexpected('a whole number from 1 to 1000', 'count', count);
  }
  if (!(typeof deadlineMs === 'number' && deadlineMs >= 0)) {
    throw unexpected('milliseconds from 0', 'deadlineMs', deadlineMs);
  }
  if (!Number.isSafeInteger(budget) || budget < 0)
    throw unexpected('a whole number of nano-dollars', 'budget', budget);
  if (!(typeof time === 'number' && time >= 0 && time <= LAST_TIME))
    throw unexpected('milliseconds since 1970', 'time', time);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw unexpected('an AbortSignal', 'signal', signal);
  return { user, surface, count, deadlineMs, budget, time, signal };
}
