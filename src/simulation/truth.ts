/**
 * What does showing a title cause? The two probabilities of a simulated world, known exactly.
 *
 * For member m, title t and hour h, with all draws fixed by the seed:
 *
 *     sought(m,t)  affinity over latent dimensions 0 to 11: what m looks for
 *     open(m,t)    affinity over latent dimensions 4 to 15: what m can be won for
 *     x(m,t)   = fame(t)   + 1.8 sought(m,t)
 *     z(m,t,h) = appeal(t) + 1.8 open(m,t) + rhythm(t,h)
 *     y(m,t,h) = (cos(phi) x + sin(phi) z) / sqrt(1 + sin(2 phi) corr(x, z))
 *
 *     findProbability(m,t)   = P(play | not shown) = sigmoid(x - 5.5) / 2
 *     lift(m,t,h)                                  = sigmoid(y - 5.5) / 2
 *     playProbability(m,t,h) = P(play | shown)     = findProbability + lift
 *
 * `fame` and `appeal` are 0.8 (E - 1) where E is the quantile of the unit exponential distribution at the title's
 * place in two independent random orders, so that the chance to be found falls with the rank as in Zipf's law,
 * exponent about 0.8, flattened at the head (Mandelbrot). `rhythm` is the mean shift of the title's genres at that
 * hour, less a constant that makes the activity-weighted mean of exp(rhythm) 1. Baseline and lift share one shape,
 * hence both extremes exist: titles that gain little because they are found anyway, and unknown ones that gain much.
 *
 * The angle phi is chosen such that the Pearson correlation of baseline and lift, over members and titles drawn
 * uniformly and hours by activity, is the one asked for. At 1 (phi = 0) lift equals baseline, whatever the hour.
 */

import type { RandomStream } from '../index.ts';
import { AFFINITY_LIMIT, Affinity } from './affinity.ts';
import { calibrateMixture, type Mixture } from './calibration.ts';
import { ACTIVITY_BY_HOUR, genreShifts } from './rhythm.ts';
import { DIMENSIONS } from './taste.ts';
import { WeightedDraw } from './weighted-draw.ts';

/** Standard deviation of fame and of appeal, in logits. */
const POPULARITY_SPREAD = 0.8;

/** Logits per standard deviation of affinity. */
const TASTE_SPREAD = 1.8;

/** Logit of a title of mean fame for a member of mean taste. */
const INTERCEPT = -5.5;

/** Pairs from which the correlation is measured, at least; every title stands in as many. */
const SAMPLE = 300_000;

/** Fame, or appeal, in logits, of the title at a place (from 0) among `titles`. */
export function popularityLogit(place: number, titles: number): number {
  return POPULARITY_SPREAD * (-Math.log((place + 0.5) / titles) - 1);
}

/** What the two probabilities are made of; arrays by title unless said otherwise. */
export interface TruthParts {
  /** members x 16, row-major, unit rows. */
  readonly members: Float32Array;
  /** titles x 16, row-major, unit rows. */
  readonly titles: Float32Array;
  readonly fame: Float64Array;
  readonly appeal: Float64Array;
  /** Three genre numbers per title. */
  readonly slots: Uint8Array;
}

/** The probabilities of one world. Arguments are trusted; the world checks them. */
export class Truth {
  readonly #parts: TruthParts;
  readonly #shifts = genreShifts();
  readonly #rhythmOffset: Float64Array;
  readonly #affinity: Affinity;
  readonly #mixture: Mixture;
  readonly #soughtOfAll: Float64Array;
  readonly #openOfAll: Float64Array;

  /** @param correlation of baseline and lift, in [0, 1]. Cost: about 0.3 s up to 300,000 titles. */
  constructor(parts: TruthParts, correlation: number, random: RandomStream) {
    this.#parts = parts;
    this.#soughtOfAll = new Float64Array(parts.fame.length);
    this.#openOfAll = new Float64Array(parts.fame.length);
    this.#rhythmOffset = rhythmOffsets(parts.slots, this.#shifts);
    const pairs = samplePairs(parts, random);
    this.#affinity = new Affinity(parts, pairs);
    this.#mixture = calibrateMixture(
      Float64Array.from(pairs.titles, (title, i) => this.#x(pairs.members[i], title)),
      Float64Array.from(pairs.titles, (title, i) => this.#z(pairs.members[i], title, pairs.hours[i])),
      correlation,
      probability,
    );
  }

  /** sought(m,t), in standard deviations, at most 2.5. */
  sought(member: number, title: number): number {
    return this.#affinity.sought(member, title);
  }

  /** rhythm(t,h): how much better the title is liked at this hour, in logits. */
  rhythm(title: number, hour: number): number {
    return meanShift(this.#parts.slots, title, this.#shifts, hour) - this.#rhythmOffset[title];
  }

  /** P(play | not shown). */
  find(member: number, title: number): number {
    return probability(this.#x(member, title));
  }

  /** exp(fame): how much more often a title is come across than one of fame 0. */
  fameOdds(title: number): number {
    return Math.exp(this.#parts.fame[title]);
  }

  /** exp(x - fame), as a share of the most that it can be: in (0, 1]. */
  soughtOdds(member: number, title: number): number {
    return Math.exp(TASTE_SPREAD * (this.#affinity.sought(member, title) - AFFINITY_LIMIT));
  }

  /** P(play | shown). */
  play(member: number, title: number, hour: number): number {
    return this.#play(this.#x(member, title), this.#z(member, title, hour));
  }

  /** P(play | shown) of every title into `out`. */
  playAll(member: number, hour: number, out: Float64Array): void {
    const { fame, appeal } = this.#parts;
    this.#affinity.all(member, this.#soughtOfAll, this.#openOfAll);
    for (let title = 0; title < out.length; title++) {
      const x = fame[title] + TASTE_SPREAD * this.#soughtOfAll[title];
      const z = appeal[title] + TASTE_SPREAD * this.#openOfAll[title] + this.rhythm(title, hour);
      out[title] = this.#play(x, z);
    }
  }

  #play(x: number, z: number): number {
    const { xWeight, zWeight } = this.#mixture;
    return probability(x) + probability(xWeight * x + zWeight * z);
  }

  #x(member: number, title: number): number {
    return this.#parts.fame[title] + TASTE_SPREAD * this.#affinity.sought(member, title);
  }

  #z(member: number, title: number, hour: number): number {
    const liked = TASTE_SPREAD * this.#affinity.open(member, title);
    return this.#parts.appeal[title] + liked + this.rhythm(title, hour);
  }
}

/** Half a logistic function, about the intercept. */
function probability(logit: number): number {
  return 0.5 / (1 + Math.exp(-INTERCEPT - logit));
}

/** Every title equally often, each time with a random member and an hour drawn by activity. */
function samplePairs({ members, fame }: TruthParts, random: RandomStream) {
  const count = Math.ceil(SAMPLE / fame.length) * fame.length;
  const hour = new WeightedDraw(ACTIVITY_BY_HOUR);
  return {
    members: Uint32Array.from({ length: count }, () => random.below(members.length / DIMENSIONS)),
    titles: Uint32Array.from({ length: count }, (_, i) => i % fame.length),
    hours: Uint8Array.from({ length: count }, () => hour.next(random)),
  };
}

/** The constant per title that makes the activity-weighted mean of exp(rhythm) 1. */
function rhythmOffsets(slots: Uint8Array, shifts: Float64Array): Float64Array {
  return Float64Array.from({ length: slots.length / 3 }, (_, title) => {
    let mean = 0;
    for (let hour = 0; hour < 24; hour++) {
      mean += ACTIVITY_BY_HOUR[hour] * Math.exp(meanShift(slots, title, shifts, hour));
    }
    return Math.log(mean);
  });
}

function meanShift(slots: Uint8Array, title: number, shifts: Float64Array, hour: number): number {
  const row = (hour * shifts.length) / 24;
  const slot = 3 * title;
  return (shifts[row + slots[slot]] + shifts[row + slots[slot + 1]] + shifts[row + slots[slot + 2]]) / 3;
}
