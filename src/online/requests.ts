/** What may be asked? A recommendation request, checked once at the edge. */

import { unexpected } from '../errors.ts';
import { checkText } from '../log/event-check.ts';

/** The largest date of JavaScript, in milliseconds since 1970. */
const LAST_TIME = 8.64e15;

/** Items of one slate. */
const MOST = 1000;

/** Characters of a request in words. */
const LONGEST_QUERY = 4096;

/** A request for a slate. */
export interface RecommendRequest {
  /** The caller's key of the person; at most 256 characters. */
  readonly user: string;
  /** What the person asks for in their own words; 1 to 4096 characters. @default none: what to see now */
  readonly query?: string;
  /** Where the slate will stand; at most 64 characters. @default 'home', of a request in words 'search' */
  readonly surface?: string;
  /** Items wanted, 1 to 1000. @default the number that the query states, else 12 */
  readonly count?: number;
  /** Milliseconds until the best slate so far is returned; 0 asks for what is at hand. @default 100 */
  readonly deadlineMs?: number;
  /** Hard budget of this request in integer nano-dollars: what reasoning about it may cost. @default 0 */
  readonly budget?: number;
  /** What a gain of 1 in quality is worth, in nano-dollars. @default that of the engine's reasoning */
  readonly value?: number;
  /** On whose account the request is, where several share the engine; at most 256 characters. @default none */
  readonly tenant?: string;
  /** Milliseconds since 1970, from 0: what is available is judged by it. @default the engine's clock */
  readonly time?: number;
  /** Ends the request; it then rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/** The request with its defaults. @throws ERR_SLUICE_INVALID_ARGUMENT naming the field. */
export function checkRequest(request: RecommendRequest, now: number) {
  if (typeof request !== 'object' || request === null) throw unexpected('an object', 'request', request);
  const { user, query = null, count, deadlineMs = 100, budget = 0, time = now, signal } = request;
  const { surface = query === null ? 'home' : 'search', value, tenant } = request;
  checkText(user, 'user', 256);
  checkText(surface, 'surface', 64);
  if (query !== null) checkQuery(query);
  if (tenant !== undefined) checkText(tenant, 'tenant', 256);
  if (value !== undefined && !(Number.isFinite(value) && value >= 0))
    throw unexpected('nano-dollars from 0', 'value', value);
  if (count !== undefined && (!Number.isInteger(count) || count < 1 || count > MOST))
    throw unexpected(`a whole number from 1 to ${MOST}`, 'count', count);
  if (!(typeof deadlineMs === 'number' && deadlineMs >= 0)) {
    throw unexpected('milliseconds from 0', 'deadlineMs', deadlineMs);
  }
  if (!Number.isSafeInteger(budget) || budget < 0)
    throw unexpected('a whole number of nano-dollars', 'budget', budget);
  if (!(typeof time === 'number' && time >= 0 && time <= LAST_TIME))
    throw unexpected('milliseconds since 1970', 'time', time);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw unexpected('an AbortSignal', 'signal', signal);
  return { user, query, surface, count, deadlineMs, budget, value, tenant, time, signal };
}

function checkQuery(query: unknown): void {
  if (typeof query !== 'string' || query.trim() === '' || query.length > LONGEST_QUERY)
    throw unexpected(`words of 1 to ${LONGEST_QUERY} characters`, 'query', query);
}
