/**
 * Where is the effect of showing a title known? A world of titles with a baseline and a lift, and people who differ.
 *
 * For title t and member m, with all draws fixed by the seed:
 *
 *     b(t) = 0.15  (1 + 0.4 u(t))        mean over members of P(play | not shown)
 *     l(t) = 0.075 (1 + 0.4 w(t))        mean over members of P(play | shown) - P(play | not shown)
 *     find(m,t) = b(t) f(m,t),  lift(m,t) = l(t) g(m,t),  play = find + lift
 *
 * u and w have mean 0 and variance 1 over the titles and exactly the correlation asked for; u is a shuffled uniform grid.
 * f and g are log-normal with deviation 0.3 in logarithms (cut at 2.5 deviations), of mean 1 over members for each
 * title, and correlate in logarithms as u and w do. Baseline and lift share one shape, lift at half the level: at
 * correlation 1 showing a title adds half of what it is played anyway, for everybody, and the most likely title is also
 * the one that gains most; at 0 a title that is found anyway says nothing about what showing it gains.
 */

import { unexpected } from '../errors.ts';
import { type Pool, RandomStream } from '../index.ts';

const BASELINE = 0.15;
const LIFT = 0.075;
const SPREAD = 0.4;
const TASTE_SPREAD = 0.3;
const TASTE_LIMIT = 2.5;

/** What a world is made from; equal options give equal worlds, bit for bit. */
export interface LiftWorldOptions {
  /** Pearson correlation over titles of baseline and lift, in [0, 1]. */
  readonly correlation: number;
  /** 8 to 1000. @default 24 */
  readonly titles?: number;
  /** 1 to 100,000. @default 2000 */
  readonly members?: number;
  /** Any safe integer. @default 1 */
  readonly seed?: number;
}

/**
 * A world of known lift. It keeps no state: plays are independent of each other and of earlier ones.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option outside its range.
 * @example
 * ```ts
 * const world = new LiftWorld({ correlation: 1 });
 * world.lift(0, 3) / world.findProbability(0, 3); // 0.5
 * ```
 */
export class LiftWorld {
  readonly titles: number;
  readonly members: number;
  /** Mean over members of P(play | not shown), by title. */
  readonly baselines: Float64Array;
  /** Mean over members of the lift, by title. */
  readonly lifts: Float64Array;
  readonly #find: Float64Array;
  readonly #lift: Float64Array;

  constructor({ correlation, titles = 24, members = 2000, seed = 1 }: LiftWorldOptions) {
    if (!(correlation >= 0 && correlation <= 1)) {
      throw unexpected('a number from 0 to 1', 'correlation', correlation);
    }
    checkWhole('titles', titles, 8, 1000);
    checkWhole('members', members, 1, 100_000);
    checkWhole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    this.titles = titles;
    this.members = members;
    const { u, w } = titleFactors(titles, correlation, new RandomStream(seed, 'lift-world:titles'));
    this.baselines = u.map((value) => BASELINE * (1 + SPREAD * value));
    this.lifts = w.map((value) => LIFT * (1 + SPREAD * value));
    const { f, g } = tastes(members, titles, correlation, new RandomStream(seed, 'lift-world:members'));
    this.#find = f.map((factor, i) => factor * this.baselines[i % titles]);
    this.#lift = g.map((factor, i) => factor * this.lifts[i % titles]);
  }

  /** P(play | not shown). */
  findProbability(member: number, title: number): number {
    return this.#find[this.#at(member, title)];
  }

  /** P(play | shown) - P(play | not shown), above 0. */
  lift(member: number, title: number): number {
    return this.#lift[this.#at(member, title)];
  }

  /** P(play | shown), below 1. */
  playProbability(member: number, title: number): number {
    const at = this.#at(member, title);
    return this.#find[at] + this.#lift[at];
  }

  /** All titles with P(play | shown), as a perfect scorer would give them; row numbers are title numbers. */
  pool(member: number): Pool {
    return {
      rows: Uint32Array.from({ length: this.titles }, (_, title) => title),
      scores: Float32Array.from({ length: this.titles }, (_, title) => this.playProbability(member, title)),
    };
  }

  /** Whether the member plays a title, 1 or 0, if it is shown or if it is not. Draws one number. */
  play(member: number, title: number, shown: boolean, random: RandomStream): number {
    const probability = shown ? this.playProbability(member, title) : this.findProbability(member, title);
    return random.uniform() < probability ? 1 : 0;
  }

  #at(member: number, title: number): number {
    checkWhole('member', member, 0, this.members - 1);
    checkWhole('title', title, 0, this.titles - 1);
    return member * this.titles + title;
  }
}

/** Two standardised columns of exactly the correlation asked for, none of whose values makes a probability negative. */
function titleFactors(titles: number, correlation: number, random: RandomStream) {
  const grid = Float64Array.from({ length: titles }, (_, i) => (i + 0.5) / titles);
  for (;;) {
    const u = standardised(random.shuffle(grid.slice()));
    const v = standardised(random.shuffle(grid.slice()));
    const along = u.reduce((sum, value, i) => sum + value * v[i], 0) / titles;
    const across = standardised(v.map((value, i) => value - along * u[i]));
    const w = u.map((value, i) => correlation * value + Math.sqrt(1 - correlation ** 2) * across[i]);
    if (Math.min(...w) * SPREAD > -0.96 && Math.max(...w) * SPREAD < 1) return { u, w };
  }
}

function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(square));
}

/** Two factors of each member and title, members x titles, row-major. */
function tastes(members: number, titles: number, correlation: number, random: RandomStream) {
  const own = Math.sqrt(1 - correlation ** 2);
  const f = new Float64Array(members * titles);
  const g = new Float64Array(members * titles);
  for (let i = 0; i < f.length; i++) {
    const x = limited(random.normal());
    const y = limited(correlation * x + own * random.normal());
    f[i] = Math.exp(TASTE_SPREAD * x);
    g[i] = Math.exp(TASTE_SPREAD * y);
  }
  return { f: ofMeanOne(f, titles), g: ofMeanOne(g, titles) };
}

function limited(value: number): number {
  return Math.max(-TASTE_LIMIT, Math.min(TASTE_LIMIT, value));
}

/** Each column divided by its mean. */
function ofMeanOne(values: Float64Array, titles: number): Float64Array {
  const means = new Float64Array(titles);
  values.forEach((value, i) => {
    means[i % titles] += (value * titles) / values.length;
  });
  return values.map((value, i) => value / means[i % titles]);
}

function checkWhole(name: string, value: number, lowest: number, highest: number): void {
  if (!(Number.isInteger(value) && value >= lowest && value <= highest)) {
    throw unexpected(`a whole number from ${lowest} to ${highest}`, name, value);
  }
}
