/** Is this an event that the log can keep? Checked as real callers send them, once, at the edge. */

import { SluiceError, unexpected } from '../errors.ts';
import type { Event } from './event.ts';
import { isWellFormed } from './store-key.ts';

// 3 March 1973 in milliseconds, and the year 5138 in seconds: no present time in seconds reaches it.
const LEAST_TIME = 1e11;

/** How far the clocks of a sender and of this machine may lie apart, in milliseconds. @internal */
export const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * @param now when the event was received, and by how many milliseconds its time may be ahead of that.
 * @throws ERR_SLUICE_INVALID_ARGUMENT naming the field, ERR_SLUICE_EVENT_IN_FUTURE.
 * @internal
 */
export function checkEvent(event: Event, now: number, maxClockSkewMs: number): void {
  if (typeof event !== 'object' || event === null) throw unexpected('an object', 'event', event);
  checkText(event.id, 'id', 256);
  checkText(event.user, 'user', 256);
  checkText(event.item, 'item', 256);
  checkText(event.type, 'type', 64);
  if (event.decisionId !== undefined) checkText(event.decisionId, 'decisionId', 256);
  const { value, time } = event;
  if (value !== undefined && !Number.isFinite(value)) throw unexpected('a finite number', 'value', value);
  if (!Number.isFinite(time)) throw unexpected('milliseconds since 1970', 'time', time);
  if (time < LEAST_TIME) {
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected milliseconds since 1970 for time but received ${time}, which looks like seconds`,
      { remedy: 'Send `time` in milliseconds: multiply seconds by 1000.', details: { name: 'time' } },
    );
  }
  if (time > now + maxClockSkewMs) {
    throw new SluiceError(
      'ERR_SLUICE_EVENT_IN_FUTURE',
      `Expected a time at most ${maxClockSkewMs} ms ahead of this clock but received one ${time - now} ms ahead`,
      { details: { name: 'time', time, now } },
    );
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless it is well-formed text of 1 to `longest` characters. @internal */
export function checkText(value: unknown, name: string, longest: number): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    throw unexpected(`text (send String(${name}))`, name, value);
  }
  if (typeof value !== 'string' || value.length === 0 || value.length > longest) {
    throw unexpected(`text of 1 to ${longest} characters`, name, value);
  }
  if (!isWellFormed(value)) throw unexpected('text without lone surrogates', name, value);
}
