/** How long may it be? Lengths in hours and minutes, and the bounds that words put on them. */

import { numberWord } from '../lexicon/numbers.ts';
import type { Reading } from './reading.ts';

/** Minutes, both ends included; null where open. */
export type MinuteRange = readonly [number | null, number | null];

/** What "about" allows to either side, as a share. */
const ABOUT = 0.1;

const MOST =
  /(?:^| )(?:under|below|less than|fewer than|shorter than|at most|up to|max|maximum|maximum of|no more than|not more than|no longer than|not longer than|nothing over|nothing longer than|nothing above|not over|within|in|no over|not exceeding|runs under|running under|only have|only got|have only|only|i have|ive got) (?:about |around |than |only |like )?$/;
const LEAST =
  /(?:^| )(?:over|above|more than|longer than|at least|minimum|min|minimum of|no less than|not less than|not under|nothing under|nothing shorter than|no shorter than|exceeding|upwards of) $/;
const AFTER_MOST = /^ (?:or less|or under|or shorter|max|maximum|at most|tops|at the most) /;
const AFTER_LEAST = /^ (?:or more|or longer|plus|at least|minimum|and up|or over) /;

/** Reads and claims a length; null where none is stated. "Short" is up to `shortest` minutes, told by the caller. */
export function readMinutes(reading: Reading, shortest: number, longest: number): MinuteRange | null {
  for (let i = 0; i < reading.length; i++) {
    const first = lengthAt(reading, i);
    if (first === undefined) continue;
    let end = i + first.words;
    const before = reading.before(i, 5);
    const after = reading.after(end, 4);
    const join = /^(?:and|to)$/.test(reading.text(end)) ? lengthAt(reading, end + 1, first.hours) : undefined;
    let range: MinuteRange;
    if (join !== undefined && join.minutes > first.minutes) {
      end += 1 + join.words;
      range = [first.minutes, join.minutes];
    } else if (LEAST.test(before) || AFTER_LEAST.test(after)) range = [first.minutes, null];
    else if (MOST.test(before) || AFTER_MOST.test(after)) range = [null, first.minutes];
    else range = [Math.floor(first.minutes * (1 - ABOUT)), Math.ceil(first.minutes * (1 + ABOUT))];
    const lead = MOST.exec(before) ?? LEAST.exec(before);
    if (lead !== null) reading.claim(i - lead[0].trim().split(' ').length, i, 'minutes');
    const tail = AFTER_MOST.exec(after) ?? AFTER_LEAST.exec(after);
    if (tail !== null && join === undefined) end += tail[0].trim().split(' ').length;
    if (/^(?:long|length|runtime|each)$/.test(reading.text(end)) && reading.free(end)) end++;
    reading.claim(i, end, 'minutes');
    return range;
  }
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const found =
      /^ (?:(not |nothing |isnt |not too |nothing too |not very )(?:too |very |that )?)?(short|shorter|brief|quick|long|lengthy) /.exec(
        reading.from(i, 4),
      );
    if (found === null) continue;
    const words = found[0].trim().split(' ').length;
    if (!reading.allFree(i, i + words) || ofSomethingElse(reading, i + words)) continue;
    const short = /short|brief|quick/.test(found[2]) !== (found[1] !== undefined);
    reading.claim(i, i + words, 'minutes');
    return short
      ? [null, found[1] === undefined ? shortest : longest]
      : [found[1] === undefined ? longest : shortest, null];
  }
  return null;
}

/** "a long night", "a short flight": what is long is not what is asked for. */
function ofSomethingElse(reading: Reading, i: number): boolean {
  if (i >= reading.length || reading.breakBefore(i) || !reading.free(i)) return false;
  return (
    !reading.allKnown(i, i + 1) ||
    /^(?:ago|time|days?|night|evening|week|weekend|year|years|lost|run|story|list)$/.test(reading.text(i))
  );
}

/** A length at word `i`: `90 minutes`, `2h30`, `an hour and a half`, `two and a half hours`. */
function lengthAt(
  reading: Reading,
  i: number,
  hours?: boolean,
): { words: number; minutes: number; hours: boolean } | undefined {
  if (!reading.free(i)) return undefined;
  const text = reading.from(i, 7).replace(/ \|/g, '');
  const found =
    /^ (half an|an|a|\w+)( and a half)? (hours?|hrs?|hr|h|minutes?|mins?|min|m)( and a half| and a quarter| and (\w+) (?:minutes?|mins?)| (\d+) (?:minutes?|mins?|min|m))? /.exec(
      text,
    );
  if (found !== null) {
    const [all, amount, half, unit, more, andMinutes, plainMinutes] = found;
    const n = amount === 'half an' ? 0.5 : amount === 'an' || amount === 'a' ? 1 : numberOf(amount);
    if (n !== undefined) {
      const isHours = unit.startsWith('h');
      const whole = n + (half === undefined ? 0 : 0.5);
      const rest =
        more === ' and a half'
          ? isHours
            ? 30
            : 0.5
          : more === ' and a quarter'
            ? isHours
              ? 15
              : 0.25
            : (numberOf(andMinutes ?? plainMinutes ?? '') ?? 0);
      return {
        words: all.trim().split(' ').length,
        minutes: whole * (isHours ? 60 : 1) + rest,
        hours: isHours,
      };
    }
  }
  const glued = /^ (?:(\d+)h(\d{1,2})?m?|(\d+)(?:m|min|mins)) /.exec(text);
  if (glued !== null) {
    const minutes = glued[3] === undefined ? Number(glued[1]) * 60 + Number(glued[2] ?? 0) : Number(glued[3]);
    return { words: 1, minutes, hours: glued[3] === undefined };
  }
  // The first of "90 to 120 minutes".
  const range = /^ (\w+) (?:and|to) (\w+) (hours?|hrs?|h|minutes?|mins?|min) /.exec(text);
  const low = range === null ? undefined : numberOf(range[1]);
  if (range === null || low === undefined || numberOf(range[2]) === undefined || hours !== undefined)
    return undefined;
  const isHours = range[3].startsWith('h');
  return { words: 1, minutes: low * (isHours ? 60 : 1), hours: isHours };
}

function numberOf(word: string): number | undefined {
  if (/^\d{1,4}$/.test(word)) return Number(word);
  return numberWord(word);
}
