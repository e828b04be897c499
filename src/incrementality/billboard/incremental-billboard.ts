/** Which title gains most by being shown? A bandit on the lift, and not on the plays. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { LiftCounts, type LiftPosterior } from './lift-counts.ts';
import { drawNormals, normalPropensities } from './normal-slate.ts';

/** Settings of {@link IncrementalBillboard}. */
export interface IncrementalBillboardOptions {
  /** Number of arms: rows of the catalogue. */
  readonly arms: number;
  /**
   * Weight of the scorers' P(play | shown) against the outcomes of an arm, in expected plays; above 0. @default 100,
   * which takes them to be off by a tenth
   */
  readonly scorerStrength?: number;
  /**
   * Weight of the part of it that comes about without showing, as all arms have it, against the outcomes of one, in
   * expected plays; above 0. @default 30
   */
  readonly priorStrength?: number;
  /** `thompson` draws from the posterior; `greedy` shows the largest expected lift. @default 'thompson' */
  readonly exploration?: 'thompson' | 'greedy';
  /** Probability that the slate is drawn uniformly, in [0, 1). Bounds importance weights. @default 0.02 */
  readonly floor?: number;
}

/** The smallest normal f64: what draws cannot tell from 0 may still be divided by. */
const LEAST = 2 ** -1022;

/**
 * The billboard: shows what gains most by being shown, P(play | shown) - P(play | not shown), by Thompson sampling
 * from a posterior of that difference.
 *
 * P(play | shown) is learned from exposures and P(play | not shown) from what a holdout withheld by chance, so that it
 * needs one: feedback with {@link Feedback.exposed}. Per arm both are ratios to what the scorers promised, hence personal. The
 * difference of the two Beta posteriors is drawn from by its mean and variance as a normal variate. The wider a lift is
 * known, the more often its title is tried; one that is found anyway gains nothing and is left to be found.
 *
 * `choose` costs one normal variate per pool entry.
 *
 * @example
 * ```ts
 * const policy = new IncrementalBillboard({ arms: 2 });
 * policy.update({
 *   rows: Uint32Array.of(0, 0, 1, 1),
 *   scores: new Float32Array(4).fill(0.5),
 *   rewards: Float64Array.of(1, 1, 1, 0),
 *   exposed: Uint8Array.of(1, 0, 1, 0),
 * });
 * const pool = { rows: Uint32Array.of(0, 1), scores: Float32Array.of(0.5, 0.5) };
 * const [found, won] = policy.score(pool);
 * won > found; // true
 * ```
 */
export class IncrementalBillboard implements Policy {
  readonly name: string;
  readonly explores: boolean;
  readonly incremental = true;
  readonly #counts: LiftCounts;
  readonly #floor: number;
  readonly #samples: boolean;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor(options: IncrementalBillboardOptions) {
    const { arms, scorerStrength = 100, priorStrength = 30 } = options;
    const { exploration = 'thompson', floor = 0.02 } = options;
    if (!(floor >= 0 && floor < 1)) throw unexpected('a probability below 1', 'floor', floor);
    if (exploration !== 'thompson' && exploration !== 'greedy') {
      throw unexpected('"thompson" or "greedy"', 'exploration', exploration);
    }
    this.#counts = new LiftCounts(arms, { scorerStrength, priorStrength });
    this.#floor = floor;
    this.#samples = exploration === 'thompson';
    this.explores = this.#samples || floor > 0;
    this.name = `incremental-billboard@1 ${JSON.stringify({ scorerStrength, priorStrength, exploration, floor })}`;
  }

  /** The expected lift of each entry, in plays per exposure; may be negative. */
  score(pool: Pool): Float64Array {
    return this.#counts.posterior(pool).mean;
  }

  /** What is believed of each entry. Cost: O(pool). */
  posterior(pool: Pool): LiftPosterior {
    return this.#counts.posterior(pool);
  }

  /**
   * The opportunity cost of showing each entry in the one slot: the incremental plays that the best other entry is
   * expected to gain there. Showing an entry pays where its own expected lift is more.
   */
  opportunityCost(pool: Pool): Float64Array {
    const lifts = this.score(pool);
    const [first, second] = rank(lifts, 2);
    return lifts.map((_, entry) => lifts[entry === first ? second : first] ?? 0);
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    const posterior = this.#counts.posterior(pool);
    const n = pool.rows.length;
    // Drawn first and always, so that the same stream gives the same draws with and without a floor.
    const uniform = random.uniform() < this.#floor;
    const draws = uniform
      ? Float64Array.from({ length: n }, () => random.uniform())
      : this.#samples
        ? drawNormals(posterior, random)
        : posterior.mean;
    const picks = rank(draws, Math.min(size, n));
    const estimate: Choice['estimate'] = (stream, rounds) =>
      this.#propensities(posterior, picks, stream, rounds);
    return { picks, propensities: this.#samples ? null : estimate(random, 1), estimate };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    return this.#propensities(this.#counts.posterior(pool), picks, random, draws);
  }

  update(feedback: Feedback): void {
    this.#counts.add(feedback);
  }

  snapshot(): PolicyState {
    return this.#counts.snapshot();
  }

  restore(state: PolicyState): void {
    this.#counts.restore(state);
  }

  #propensities(
    posterior: LiftPosterior,
    picks: Uint32Array,
    random: RandomStream,
    draws: number,
  ): Float64Array {
    const floor = this.#floor;
    const share = floor / posterior.mean.length;
    if (this.#samples) {
      return normalPropensities(posterior, picks, random, draws).map((largest) =>
        Math.min(1, Math.max(LEAST, (1 - floor) * largest + share)),
      );
    }
    const best = rank(posterior.mean, picks.length);
    return Float64Array.from(picks, (pick, place) => (best[place] === pick ? 1 - floor : 0) + share);
  }
}
