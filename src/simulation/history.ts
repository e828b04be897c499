/**
 * What was played before now? Finds that nobody prompted, and plays of what an older system had shown.
 *
 * A member of activity a comes across 0.7 a titles a day, with odds proportional to exp(x) of the truth, of which
 * findProbability is the saturated form: a title can be found but once. The moment is uniform over the days, and over
 * the hours as the rhythm of the title says. The older system shows 2 a titles a day, drawn by fame alone and each
 * once, of which the member plays each with playProbability at that hour. Nothing is played outside of its window,
 * and nothing twice by the same member. Finds are drawn first; what a member finds is not also shown to that member.
 */

import type { RandomStream } from '../index.ts';
import type { Members } from './members.ts';
import { ACTIVITY_BY_HOUR, DAY, HOUR } from './rhythm.ts';
import type { Titles } from './titles.ts';
import type { Truth } from './truth.ts';
import { WeightedDraw } from './weighted-draw.ts';

/** Draws per day and unit of activity. */
const FOUND_PER_DAY = 0.7;
const SHOWN_PER_DAY = 2;

/** Tries per find; in a world of few titles a member may have found them all. */
const TRIES = 400;

/** Plays in order of time; equal times in no particular order. */
export interface History {
  /** Member numbers. */
  readonly users: Uint32Array;
  /** Title numbers. */
  readonly items: Uint32Array;
  /** Milliseconds since 1970, in whole seconds. */
  readonly times: Float64Array;
  /** The share of the title that was watched, 0.05 to 1; higher on average where taste fits. */
  readonly values: Float32Array;
}

/** What the history is drawn from. */
export interface HistoryParts {
  readonly titles: Titles;
  readonly members: Members;
  readonly truth: Truth;
  /** Start and end of the history, in milliseconds since 1970. */
  readonly start: number;
  readonly now: number;
}

/** Draws the plays of all members. Cost: about 8 microseconds a play. */
export function createHistory(parts: HistoryParts, random: RandomStream): History {
  const { titles, members, truth, start, now } = parts;
  const count = titles.ids.length;
  const days = Math.round((now - start) / DAY);
  const hours = new WeightedDraw(ACTIVITY_BY_HOUR);
  const famous = new WeightedDraw(Float64Array.from({ length: count }, (_, title) => truth.fameOdds(title)));
  const hoursOfTitle: (WeightedDraw | undefined)[] = [];

  const users: number[] = [];
  const items: number[] = [];
  const seconds: number[] = [];
  const values: number[] = [];
  const metBy = new Int32Array(count).fill(-1);

  const moment = (hour: number) => start + random.below(days) * DAY + hour * HOUR + random.below(3600) * 1000;
  const playable = (title: number, time: number) =>
    time >= titles.availableFrom[title] && time < titles.availableTo[title];
  const play = (member: number, title: number, time: number) => {
    users.push(member);
    items.push(title);
    seconds.push((time - start) / 1000);
    const watched = 0.65 + 0.1 * truth.sought(member, title) + 0.2 * random.normal();
    values.push(Math.min(1, Math.max(0.05, watched)));
  };
  const hourOfFind = (title: number) => {
    hoursOfTitle[title] ??= new WeightedDraw(
      ACTIVITY_BY_HOUR.map((share, hour) => share * Math.exp(truth.rhythm(title, hour))),
    );
    return hoursOfTitle[title].next(random);
  };
  // By rejection: what is famous is come across, and kept as it suits.
  const find = (member: number) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const title = famous.next(random);
      if (metBy[title] === member) continue;
      if (random.uniform() >= truth.soughtOdds(member, title)) continue;
      const time = moment(hourOfFind(title));
      if (!playable(title, time)) continue;
      metBy[title] = member;
      play(member, title, time);
      return;
    }
  };

  for (let member = 0; member < members.activity.length; member++) {
    const visits = members.activity[member] * days;
    const found = Math.floor(visits * FOUND_PER_DAY + random.uniform());
    const shown = Math.floor(visits * SHOWN_PER_DAY + random.uniform());
    for (let i = 0; i < found; i++) find(member);
    for (let i = 0; i < shown; i++) {
      const title = famous.next(random);
      const hour = hours.next(random);
      const time = moment(hour);
      if (metBy[title] === member || !playable(title, time)) continue;
      metBy[title] = member;
      if (random.uniform() < truth.play(member, title, hour)) play(member, title, time);
    }
  }
  return inOrderOfTime({ users, items, seconds, values }, start);
}

function inOrderOfTime(
  plays: { users: number[]; items: number[]; seconds: number[]; values: number[] },
  start: number,
): History {
  // One number holds the second (below 2^25 in a year) and the entry (below 2^27), so that a native sort does it.
  const entries = 2 ** 27;
  const keys = Float64Array.from(plays.seconds, (second, entry) => second * entries + entry).sort();
  const order = Uint32Array.from(keys, (key) => key % entries);
  return {
    users: Uint32Array.from(order, (entry) => plays.users[entry]),
    items: Uint32Array.from(order, (entry) => plays.items[entry]),
    times: Float64Array.from(keys, (key) => start + 1000 * Math.floor(key / entries)),
    values: Float32Array.from(order, (entry) => plays.values[entry]),
  };
}
