/** What may be asked? A recommendation request, checked once at the edge. */

import { unexpected } from '../errors.ts';

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
  /** Milliseconds since 1970. @default the engine's clock */
  readonly time?: number;
  readonly signal?: AbortSignal;
}

/** The request with its defaults. @throws ERR_SLUICE_INVALID_ARGUMENT naming the field. */
export function checkRequest(request: RecommendRequest, now: number) {
  if (typeof request !== 'object' || request === null) throw unexpected('an object', 'request', request);
  const { user, surface = 'home', count = 12, deadlineMs = 100, budget = 0, time = now, signal } = request;
  text(user, 'user', 256);
  text(surface, 'surface', 64);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw unexpected('a whole number from 1 to 1000', 'count', count);
  }
  if (!(typeof deadlineMs === 'number' && deadlineMs >= 0)) {
    throw unexpected('milliseconds from 0', 'deadlineMs', deadlineMs);
  }
  if (!Number.isFinite(time)) throw unexpected('milliseconds since 1970', 'time', time);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw unexpected('an AbortSignal', 'signal', signal);
  return { user, surface, count, deadlineMs, budget, time, signal };
}

function text(value: unknown, name: string, longest: number): void {
  if (typeof value !== 'string' || value.length === 0 || value.length > longest) {
    const remedy = typeof value === 'number' ? ` (pass String(${name}))` : '';
    throw unexpected(`text of 1 to ${longest} characters${remedy}`, name, value);
  }
}
