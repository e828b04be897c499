/** Which stretches of years do the words of a request name? Years, decades, their parts, centuries, "the last ten years". */

import { decadeNear, decadeWord, numberWord } from '../lexicon/numbers.ts';
import type { Reading } from './reading.ts';

/** A stretch of years that words name. */
export interface Era {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Whether it is a single year. */
  readonly year: boolean;
}

const FIRST = 1000;
const LAST = 2199;

/** All stretches of years that unclaimed words name, in their order. */
export function erasOf(reading: Reading, thisYear: number): Era[] {
  const eras: Era[] = [];
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const era = partOf(reading, i) ?? relative(reading, i, thisYear);
    if (era === undefined) continue;
    eras.push(era);
    i = era.end - 1;
  }
  return eras;
}

/** `early 80s`, `mid to late nineties`, `the first half of the 70s`, or a whole era. */
function partOf(reading: Reading, i: number): Era | undefined {
  const text = reading.from(i, 8).replace(/ \|/g, '');
  const part =
    /^ (early|mid|middle|late|later|beginning|start|end|first half|second half|latter half)(?: (?:to|through|and|or|and into) (?:the )?(mid|middle|late))?((?: (?:part|years|half|of|the|in))*) /.exec(
      text,
    );
  if (part === null) return wholeEra(reading, i);
  const skipped = part[0].trim().split(' ').length;
  if (!reading.allFree(i, i + skipped + 1)) return undefined;
  const era = wholeEra(reading, i + skipped);
  if (era === undefined) return undefined;
  const [low] = PARTS[part[1]];
  const [, high] = PARTS[part[2] ?? part[1]];
  if (era.to - era.from === 9) return { ...era, start: i, from: era.from + low, to: era.from + high };
  if (era.to - era.from === 99)
    return { ...era, start: i, from: era.from + low * 10, to: Math.min(era.to, era.from + high * 10 + 9) };
  return era.year ? { ...era, start: i } : era;
}

const PARTS: Readonly<Record<string, readonly [number, number]>> = {
  early: [0, 3],
  beginning: [0, 3],
  start: [0, 3],
  mid: [4, 6],
  middle: [4, 6],
  late: [7, 9],
  later: [7, 9],
  end: [7, 9],
  'first half': [0, 4],
  'second half': [5, 9],
  'latter half': [5, 9],
};

/** The single year that begins at word `i`, in digits or in words. */
export function yearAt(reading: Reading, i: number): Era | undefined {
  const era = wholeEra(reading, i);
  return era?.year === true ? era : undefined;
}

/** A year, a decade or a century that begins at word `i`. */
function wholeEra(reading: Reading, i: number): Era | undefined {
  if (!reading.free(i)) return undefined;
  const word = reading.text(i);
  const next = reading.free(i + 1) ? reading.text(i + 1) : '';
  const era = (words: number, from: number, to: number, year = false): Era => ({
    start: i,
    end: i + words,
    from,
    to,
    year,
  });
  let found = /^(\d{3}0)s$/.exec(word);
  if (found !== null && inReach(Number(found[1]))) return era(1, Number(found[1]), Number(found[1]) + 9);
  found = /^(\d0)s$/.exec(word);
  if (found !== null) return decade(era, 1, Number(found[1]));
  if (/^\d{2}$/.test(word) && /'$/.test(reading.words[i].gap)) {
    const year = Number(word) + (Number(word) < 30 ? 2000 : 1900);
    return era(1, year, year, true);
  }
  if (/^\d{4}$/.test(word) && inReach(Number(word))) {
    // "1990 s" of "1990 's", and "1990-95".
    const short =
      /^\d{2}$/.test(next) && reading.words[i + 1].gap === '-' ? Number(word.slice(0, 2) + next) : 0;
    if (short > Number(word)) return era(2, Number(word), short);
    if (next === 'decade') return era(2, Number(word), Number(word) + 9);
    return era(1, Number(word), Number(word), true);
  }
  const named = decadeWord(word) ?? decadeNear(word);
  if (named !== undefined && word !== 'tens' && word !== 'thousands') return decade(era, 1, named);
  const hundred = word === 'nineteen' ? 1900 : word === 'eighteen' ? 1800 : word === 'twenty' ? 2000 : 0;
  if (hundred > 0 && next !== '') {
    const second = decadeWord(next);
    if (second !== undefined) return era(2, hundred + second, hundred + second + 9);
    const rest = below100(reading, i + 1);
    if (rest !== undefined && rest.number >= 10)
      return era(1 + rest.words, hundred + rest.number, hundred + rest.number, true);
  }
  if (word === 'two' && (next === 'thousand' || next === 'thousands')) {
    if (next === 'thousands') return era(2, 2000, 2009);
    const skip = reading.text(i + 2) === 'and' ? 3 : 2;
    const rest = below100(reading, i + skip);
    return rest === undefined
      ? era(2, 2000, 2000, true)
      : era(skip + rest.words, 2000 + rest.number, 2000 + rest.number, true);
  }
  found = /^(\d{2})(?:st|th)$/.exec(word);
  const turn = /^ turn of the (?:century|millennium) /.test(reading.from(i, 4));
  if (turn) return era(4, 2000, 2000, true);
  if (/^ (?:this|new) (?:century|millennium) /.test(reading.from(i, 2))) return era(2, 2001, 2100);
  if (word === 'twenty' && next === 'first' && reading.text(i + 2) === 'century') return era(3, 2001, 2100);
  const century = found !== null ? Number(found[1]) : ORDINALS[word];
  if (century !== undefined && next === 'century') return era(2, century * 100 - 99, century * 100);
  return undefined;
}

/** A number in words below a hundred: `ninety six`. */
function below100(reading: Reading, i: number): { words: number; number: number } | undefined {
  const tens = reading.free(i) ? numberWord(reading.text(i)) : undefined;
  if (tens === undefined) return undefined;
  const unit =
    tens >= 20 && tens % 10 === 0 && reading.free(i + 1) ? numberWord(reading.text(i + 1)) : undefined;
  return unit !== undefined && unit < 10 ? { words: 2, number: tens + unit } : { words: 1, number: tens };
}

const ORDINALS: Readonly<Record<string, number>> = Object.assign(Object.create(null), {
  eighteenth: 18,
  nineteenth: 19,
  twentieth: 20,
});

function decade(era: (words: number, from: number, to: number) => Era, words: number, digits: number): Era {
  const from = digits < 20 ? 2000 + digits : 1900 + digits;
  return era(words, from, from + 9);
}

/** `last year`, `the last ten years`, `this decade`. */
function relative(reading: Reading, i: number, thisYear: number): Era | undefined {
  const found = /^ (?:the )?(this|last|past|current|previous)(?: (\w+))? (year|years|decade|decades) /.exec(
    reading.from(i, 4).replace(/ \|/g, ''),
  );
  if (found === null) return undefined;
  const [all, which, amount, unit] = found;
  const end = i + all.trim().split(' ').length;
  if (!reading.allFree(i, end)) return undefined;
  const n =
    amount === undefined
      ? undefined
      : amount === 'few' || amount === 'couple'
        ? 3
        : (numberWord(amount) ?? Number(amount));
  if (n !== undefined && !(n >= 1 && n <= 200)) return undefined;
  const span = (from: number, to: number): Era => ({ start: i, end, from, to, year: from === to });
  const base = Math.floor(thisYear / 10) * 10;
  const back = which === 'last' || which === 'previous';
  if (n !== undefined) return span(thisYear - n * (unit.startsWith('decade') ? 10 : 1) + 1, thisYear);
  if (which === 'past') return span(thisYear - (unit === 'decade' ? 9 : 0), thisYear);
  if (unit === 'decade') return back ? span(base - 10, base - 1) : span(base, base + 9);
  if (unit === 'year' || unit === 'years')
    return back ? span(thisYear - 1, thisYear - 1) : span(thisYear, thisYear);
  return undefined;
}

function inReach(year: number): boolean {
  return year >= FIRST && year <= LAST;
}
