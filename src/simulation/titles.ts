/** Which titles does a simulated world offer, and when? */

import type { RandomStream } from '../index.ts';
import { GENRES } from './genres.ts';
import { DAY } from './rhythm.ts';
import { titleNames } from './title-names.ts';
import { WeightedDraw } from './weighted-draw.ts';

/** The `availableTo` of a title that never leaves: the last moment that a `Date` can hold. */
const FOREVER = 8.64e15;

/** Of the titles that are not launched, the share that arrives during the history, and the share that leaves. */
const ARRIVING = 0.08;
const LEAVING = 0.08;

/** The catalogue of a simulated world, a column per property; row numbers are title numbers. */
export interface Titles {
  /** `title-1`, `title-2`, ... */
  readonly ids: readonly string[];
  /** Unique; two or three words without a year, and a numeral where a combination had to serve again. */
  readonly names: readonly string[];
  /** One to three genres per title, the first one first. */
  readonly genres: readonly (readonly string[])[];
  /** 1950 to 2025, half of them 2015 or later. */
  readonly years: Int32Array;
  /** First moment at which the title can be played, in milliseconds since 1970; 0 for always. */
  readonly availableFrom: Float64Array;
  /** First moment at which it no longer can, in milliseconds since 1970; 8.64e15 for never. */
  readonly availableTo: Float64Array;
  /** Ascending numbers of the titles that become available at the end of the history, and have none. */
  readonly launched: Uint32Array;
}

/** Three genre numbers per title; the first genre fills the slots that are left. */
export function genreSlots(titles: number, random: RandomStream): Uint8Array {
  const draw = new WeightedDraw(GENRES.map((genre) => genre.share));
  const slots = new Uint8Array(3 * titles);
  for (let title = 0; title < titles; title++) {
    const first = draw.next(random);
    slots.fill(first, 3 * title, 3 * title + 3);
    const count = 1 + random.below(3);
    for (let slot = 1; slot < count; slot++) slots[3 * title + slot] = draw.next(random);
  }
  return slots;
}

/** The catalogue for given genres and appeal. `start` and `now` bound the history. */
export function createTitles(
  slots: Uint8Array,
  appeal: Float64Array,
  { launches, start, now }: { launches: number; start: number; now: number },
  random: RandomStream,
): Titles {
  const count = slots.length / 3;
  const launched = chooseLaunches(launches, appeal, random);
  const years = new Int32Array(count);
  const availableFrom = new Float64Array(count);
  const availableTo = new Float64Array(count).fill(FOREVER);
  for (let title = 0; title < count; title++) {
    // An exponential age of median 11 years, drawn again where it is older than the oldest title.
    let age = Infinity;
    while (age > 75) age = Math.floor(-16 * Math.log(1 - random.uniform()));
    years[title] = 2025 - age;
    if (random.uniform() < ARRIVING) availableFrom[title] = wholeSecond(start, now, random);
    if (random.uniform() < LEAVING) {
      const from = Math.max(start, availableFrom[title]) + DAY;
      availableTo[title] = wholeSecond(from, Math.max(from, now) + 30 * DAY, random);
    }
  }
  for (const title of launched) {
    years[title] = 2025;
    availableFrom[title] = now;
    availableTo[title] = FOREVER;
  }
  return {
    ids: Array.from({ length: count }, (_, title) => `title-${title + 1}`),
    names: titleNames(
      Array.from({ length: count }, (_, title) => slots[3 * title]),
      random,
    ),
    genres: Array.from({ length: count }, (_, title) =>
      [...new Set(slots.subarray(3 * title, 3 * title + 3))].map((genre) => GENRES[genre].name),
    ),
    years,
    availableFrom,
    availableTo,
    launched,
  };
}

/** A service launches what it believes in: titles from the most appealing tenth, or twice as many as are wanted. */
function chooseLaunches(launches: number, appeal: Float64Array, random: RandomStream): Uint32Array {
  const byAppeal = Uint32Array.from(appeal, (_, title) => title).sort((a, b) => appeal[b] - appeal[a]);
  const pool = byAppeal.slice(0, Math.max(2 * launches, Math.floor(appeal.length / 10)));
  return random.shuffle(pool).slice(0, launches).sort();
}

function wholeSecond(from: number, to: number, random: RandomStream): number {
  return from + 1000 * Math.floor((random.uniform() * (to - from)) / 1000);
}
