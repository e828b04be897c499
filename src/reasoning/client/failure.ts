/** What does a failed call mean? Whether to try again, when, and what it may have cost. */

import { SluiceError } from '../../errors.ts';

/** A failed call as the client reads it. */
export interface Failure {
  /** Worth another try: the provider was busy or broken, not the request wrong. */
  readonly passing: boolean;
  /** Certain to have generated nothing, and therefore free. */
  readonly free: boolean;
  /** How long the provider wants to be left alone. @default 0 */
  readonly retryAfterMs?: number;
  /** `status 503`, `ECONNRESET`: never a text of the provider, which may repeat a key. */
  readonly what: string;
}

/** Codes of connections that were never made: nothing was sent. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** A failed connection as Node names it; codes of programs begin with ERR_. */
const CONNECTION = /^(?!ERR_)(E|UND_)[A-Z_]+$/;

/** Statuses that say the request was turned away before anything was generated. The others may be a broken relay's. */
const turnedAway = (status: number): boolean =>
  (status >= 400 && status < 500 && status !== 408) || status === 500 || status === 503 || status === 529;

const passingStatus = (status: number): boolean =>
  status === 408 || status === 409 || status === 429 || status >= 500;

/** True for an error that is the caller's to mend: a package missing, an argument wrong. */
export function isCallersFault(error: unknown): boolean {
  return (
    SluiceError.is(error, 'ERR_SLUICE_MODULE_REQUIRED') ||
    SluiceError.is(error, 'ERR_SLUICE_INVALID_ARGUMENT')
  );
}

/** Reads whatever a model has thrown. */
export function readFailure(error: unknown): Failure {
  // A status of success with a body that could not be read is a broken answer, not a status.
  const status = find(error, 'statusCode', (value) => Number.isInteger(value) && (value as number) >= 400);
  const retryAfterMs = find(error, 'retryAfterMs', (value) => (value as number) > 0);
  const after = retryAfterMs === undefined ? {} : { retryAfterMs: retryAfterMs as number };
  if (status !== undefined)
    return {
      passing: passingStatus(status as number),
      free: turnedAway(status as number),
      ...after,
      what: `status ${status}`,
    };
  const code = connectionCode(error);
  if (code !== undefined) return { passing: true, free: UNSENT.has(code), ...after, what: code };
  return { passing: true, free: false, ...after, what: 'no answer' };
}

/** The code of a failed connection, `ECONNRESET`, from wherever in the error it stands. */
export function connectionCode(error: unknown): string | undefined {
  return find(error, 'code', (value) => typeof value === 'string' && CONNECTION.test(value)) as
    | string
    | undefined;
}

/** A property of the error, its details or its causes, the nearest first. */
function find(error: unknown, name: string, fits: (value: unknown) => boolean): unknown {
  let at = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth++) {
    const { details, cause } = at as { details?: Record<string, unknown>; cause?: unknown };
    const own = (at as Record<string, unknown>)[name];
    if (fits(own)) return own;
    if (typeof details === 'object' && details !== null && fits(details[name])) return details[name];
    at = cause;
  }
  return undefined;
}
