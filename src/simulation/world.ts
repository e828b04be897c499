/** How is a policy tried where the truth is known? A simulated world of titles, members and their plays. */

import { unexpected } from '../errors.ts';
import { RandomStream } from '../index.ts';
import { createHistory, type History } from './history.ts';
import { createMembers, type Members } from './members.ts';
import { ACTIVITY_BY_HOUR, DAY, HOUR, hourOf } from './rhythm.ts';
import { genreVectors, memberVectors, titleVectors } from './taste.ts';
import { createTitles, genreSlots, type Titles } from './titles.ts';
import { popularityLogit, Truth } from './truth.ts';
import { WeightedDraw } from './weighted-draw.ts';

/** The moment at which every history ends: 2026-01-01T00:00:00Z. */
const NOW = Date.UTC(2026, 0, 1);

/** Visits per day of a member of activity 1. */
const VISITS_PER_DAY = 1;

/** What a world is made from; equal options give equal worlds, bit for bit. */
export interface WorldOptions {
  /** Titles, launched ones among them; 100 to 10 million. @default 20000 */
  readonly titles?: number;
  /** Members; 1 to 100,000. @default 5000 */
  readonly members?: number;
  /** Days of history; 1 to 365. @default 120 */
  readonly days?: number;
  /** Any safe integer. @default 7 */
  readonly seed?: number;
  /** Titles that become available at the end of the history; 0 to half of the titles. @default 40 */
  readonly launches?: number;
  /** Pearson correlation of P(play | not shown) with the lift of showing; 0 to 1. @default 0.4 */
  readonly baselineLiftCorrelation?: number;
}

/** A visit at which a slate is wanted. */
export interface VisitRequest {
  /** Member number. */
  readonly member: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The slate that a policy would show if it knew the truth. */
export interface OracleSlate {
  /** Title numbers, most probable first, ties by lower number; shorter than asked where fewer are left. */
  readonly titles: Uint32Array;
  /** The sum of their play probabilities: mu* of this request. */
  readonly expectedPlays: number;
}

/** A set of title numbers; a `Set` and a `Bitset` are such. */
export interface TitleSet {
  has(title: number): boolean;
}

/**
 * A world whose truth is known. It keeps no state: what has been shown or played is for the caller to remember.
 *
 * Given that they are shown, titles of a slate are played independently of each other and of their position: there
 * is no position bias and no fatigue. Formulas: see {@link Truth}. All figures from a world are simulated.
 */
export class World {
  readonly titles: Titles;
  readonly members: Members;
  /** First moment of the history, in milliseconds since 1970. */
  readonly start: number;
  /** End of the history, at which the launched titles become available, in milliseconds since 1970. */
  readonly now: number = NOW;
  readonly #seed: number;
  readonly #truth: Truth;
  readonly #scratch: Float64Array;

  /** @internal Use {@link createWorld}. */
  constructor(options: Required<WorldOptions>) {
    const { titles, members, days, seed, launches, baselineLiftCorrelation } = options;
    const stream = (label: string) => new RandomStream(seed, `world:${label}`);
    this.#seed = seed;
    this.start = NOW - days * DAY;
    const slots = genreSlots(titles, stream('genres'));
    const genres = genreVectors(stream('genre vectors'));
    const appeal = popularities(titles, stream('appeal'));
    this.titles = createTitles(slots, appeal, { launches, start: this.start, now: NOW }, stream('titles'));
    this.members = createMembers(members, stream('members'));
    this.#truth = new Truth(
      {
        titles: titleVectors(slots, genres, stream('title vectors')),
        members: memberVectors(members, genres, stream('member vectors')),
        fame: popularities(titles, stream('fame')),
        appeal,
        slots,
      },
      baselineLiftCorrelation,
      stream('calibration'),
    );
    this.#scratch = new Float64Array(titles);
  }

  /**
   * The plays before {@link World.now}, in order of time, never the same (member, title) twice.
   *
   * Drawn anew at each call, always the same. Cost: about 8 microseconds a play (the default world has 450,000).
   */
  history(): History {
    const { titles, members, start, now } = this;
    const parts = { titles, members, truth: this.#truth, start, now };
    return createHistory(parts, new RandomStream(this.#seed, 'world:history'));
  }

  /** Whether the title can be played at this time. */
  isAvailable(title: number, time: number): boolean {
    this.#checkTitle(title);
    return time >= this.titles.availableFrom[title] && time < this.titles.availableTo[title];
  }

  /**
   * P(play | not shown), in (0, 0.5): whether the member finds the available title anyway.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for numbers out of range.
   */
  findProbability(member: number, title: number): number {
    this.#checkMember(member);
    this.#checkTitle(title);
    return this.#truth.find(member, title);
  }

  /**
   * P(play | shown), in (0, 1), for an available title; less {@link World.findProbability} it is the lift.
   *
   * @param hour 0 to 23, UTC.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for numbers out of range.
   */
  playProbability(member: number, title: number, hour: number): number {
    this.#checkMember(member);
    this.#checkTitle(title);
    checkHour(hour);
    return this.#truth.play(member, title, hour);
  }

  /**
   * P(play | shown) of every title into `out`, whether or not it is available now, and returns it.
   *
   * Cost: about 60 nanoseconds a title.
   *
   * @param hour 0 to 23, UTC.
   * @param out one number per title.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for numbers out of range, ERR_SLUICE_DIMENSION_MISMATCH for another length.
   */
  playProbabilities(member: number, hour: number, out: Float64Array): Float64Array {
    this.#checkMember(member);
    checkHour(hour);
    const titles = this.titles.ids.length;
    if (out.length !== titles) {
      throw unexpected(`length ${titles}`, 'out', out.length, 'ERR_SLUICE_DIMENSION_MISMATCH');
    }
    this.#truth.playAll(member, hour, out);
    return out;
  }

  /**
   * What the member does with a slate: for each title shown 1 for played, 0 for not; unavailable ones are not.
   *
   * Independent draws, whatever the position. One uniform number is drawn per title, available or not.
   *
   * @param titles numbers of the titles shown.
   * @param time milliseconds since 1970.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for numbers out of range.
   */
  react(member: number, titles: Uint32Array, time: number, random: RandomStream): Uint8Array {
    const hour = hourOf(time);
    return Uint8Array.from(titles, (title) => {
      const probability = this.playProbability(member, title, hour);
      return random.uniform() < probability && this.isAvailable(title, time) ? 1 : 0;
    });
  }

  /**
   * Visits after {@link World.now}: a Poisson process that follows the members' activity and the hour of the day.
   *
   * One visit per member and day on average; times ascend in whole milliseconds.
   *
   * @param n how many, at least 0. @param seed a safe integer; equal seeds give equal visits.
   * @throws ERR_SLUICE_INVALID_ARGUMENT unless both are whole numbers in range.
   */
  requests(n: number, seed: number): Generator<VisitRequest, void, undefined> {
    checkWhole('n', n, 0, Number.MAX_SAFE_INTEGER);
    checkWhole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    return this.#visits(n, new RandomStream(seed, 'world:requests'));
  }

  *#visits(n: number, random: RandomStream): Generator<VisitRequest, void, undefined> {
    const draw = new WeightedDraw(this.members.activity);
    const total = this.members.activity.reduce((sum, activity) => sum + activity, 0);
    const busiest = Math.max(...ACTIVITY_BY_HOUR);
    const peakRate = (total * VISITS_PER_DAY * busiest) / HOUR;
    let time = this.now;
    for (let i = 0; i < n; ) {
      // Thinning (Lewis and Shedler 1979): candidates at the busiest hour's rate, kept by the hour's share.
      time -= Math.log(1 - random.uniform()) / peakRate;
      if (random.uniform() * busiest >= ACTIVITY_BY_HOUR[hourOf(time)]) continue;
      yield { member: draw.next(random), time: Math.floor(time) };
      i++;
    }
  }

  /**
   * The slate of most expected plays among available titles, and that number: the mu* of regret.
   *
   * Cost: one {@link World.playProbabilities} and a scan.
   *
   * @param time milliseconds since 1970; the hour is taken from it.
   * @param size titles in the slate; at least 1.
   * @param excluded titles that may not stand in it, such as those already played.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for numbers out of range.
   */
  bestSlate(member: number, time: number, size: number, excluded?: TitleSet): OracleSlate {
    checkWhole('size', size, 1, this.titles.ids.length);
    const probabilities = this.playProbabilities(member, hourOf(time), this.#scratch);
    const slate: number[] = [];
    for (let title = 0; title < probabilities.length; title++) {
      if (slate.length === size && probabilities[title] <= probabilities[slate[size - 1]]) continue;
      if (!this.isAvailable(title, time) || excluded?.has(title)) continue;
      let place = slate.length;
      while (place > 0 && probabilities[slate[place - 1]] < probabilities[title]) place--;
      slate.splice(place, 0, title);
      if (slate.length > size) slate.pop();
    }
    let expectedPlays = 0;
    for (const title of slate) expectedPlays += probabilities[title];
    return { titles: Uint32Array.from(slate), expectedPlays };
  }

  #checkTitle(title: number): void {
    const last = this.titles.ids.length - 1;
    if (!(Number.isInteger(title) && title >= 0 && title <= last)) {
      throw unexpected(`a whole number from 0 to ${last}`, 'title', title);
    }
  }

  #checkMember(member: number): void {
    checkWhole('member', member, 0, this.members.keys.length - 1);
  }
}

/**
 * A simulated world, its truth fixed by the options before any policy is measured in it.
 *
 * Cost: about 0.6 s for the default world.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option out of its range.
 * @example
 * ```ts
 * const world = createWorld({ titles: 2000, members: 500, seed: 1 });
 * const { users, items, times } = world.history();
 * for (const { member, time } of world.requests(10, 1)) {
 *   const { titles, expectedPlays } = world.bestSlate(member, time, 12);
 *   const plays = world.react(member, titles, time, new RandomStream(1, time));
 * }
 * ```
 */
export function createWorld(options: WorldOptions = {}): World {
  const {
    titles = 20_000,
    members = 5_000,
    days = 120,
    seed = 7,
    launches = 40,
    baselineLiftCorrelation = 0.4,
  } = options;
  checkWhole('titles', titles, 100, 1e7);
  checkWhole('members', members, 1, 1e5);
  checkWhole('days', days, 1, 365);
  checkWhole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkWhole('launches', launches, 0, Math.floor(titles / 2));
  if (!(baselineLiftCorrelation >= 0 && baselineLiftCorrelation <= 1)) {
    throw unexpected('a number from 0 to 1', 'baselineLiftCorrelation', baselineLiftCorrelation);
  }
  return new World({ titles, members, days, seed, launches, baselineLiftCorrelation });
}

/** Fame or appeal of every title: the same values in every world, in a random order. */
function popularities(titles: number, random: RandomStream): Float64Array {
  return random.shuffle(Float64Array.from({ length: titles }, (_, place) => popularityLogit(place, titles)));
}

function checkHour(hour: number): void {
  checkWhole('hour', hour, 0, 23);
}

function checkWhole(name: string, value: number, lowest: number, highest: number): void {
  if (!(Number.isInteger(value) && value >= lowest && value <= highest)) {
    throw unexpected(`a whole number from ${lowest} to ${highest}`, name, value);
  }
}
