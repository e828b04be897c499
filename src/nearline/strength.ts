/** What does an event say about liking an item? One reading of the event types, for fold-in and for rewards. */

import { unexpected } from '../errors.ts';
import type { LoggedEvent } from '../log/event.ts';

/**
 * How strongly an event speaks for its item: above 0 it is a positive of that weight, 0 takes an earlier one back,
 * undefined says nothing about liking (an impression).
 */
export type Strength = (event: LoggedEvent) => number | undefined;

const POSITIVE = new Set(['click', 'play', 'finish', 'like', 'save', 'purchase']);
const NEGATIVE = new Set(['dismiss', 'dislike']);
const LEAST_RATING = 4;

/**
 * The strength unless a caller has another: click, play, finish, like, save and purchase are positives of weight 1, a
 * `rating` is one from a value of 4 (of 5); a lower rating, `dismiss` and `dislike` take it back; other types are
 * silent.
 */
export const defaultStrength: Strength = ({ type, value }) => {
  if (POSITIVE.has(type)) return 1;
  if (NEGATIVE.has(type)) return 0;
  if (type === 'rating') return value >= LEAST_RATING ? 1 : 0;
  return undefined;
};

/** @throws ERR_SLUICE_NON_FINITE for an event whose strength is not a finite number from 0, or undefined. @internal */
export function checkStrength(event: LoggedEvent, strength: Strength = defaultStrength): void {
  const value = strength(event);
  if (value === undefined || (value >= 0 && value < Infinity)) return;
  throw unexpected('a finite number from 0, or undefined,', 'strength', value, 'ERR_SLUICE_NON_FINITE');
}
