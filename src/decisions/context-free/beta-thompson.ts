/** Which items are worth trying? Thompson sampling from Beta posteriors around what the scorers believe. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import { betaCdf, lnBeta } from '../../numerics/beta.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { flooredPropensity, mixFloor } from '../floor.ts';
import { ArmStatistics } from './arm-statistics.ts';

/** Settings of {@link BetaThompson}. */
export interface BetaThompsonOptions {
  /** Number of arms: rows of the catalogue. */
  readonly arms: number;
  /** Weight of the scorers' belief, in expected successes; above 0. Small trusts outcomes sooner. @default 10 */
  readonly priorStrength?: number;
  /** Probability that a place goes to a uniformly drawn item, in [0, 1). Bounds importance weights. @default 0.02 */
  readonly floor?: number;
  /**
   * `learned` rescales all scores by the ratio of observed to expected successes, so that scores need only be right
   * up to a factor; `fixed` takes them as they are. @default 'learned'
   */
  readonly level?: 'learned' | 'fixed';
}

/**
 * Beta Thompson sampling (Thompson 1933; Chapelle and Li 2011) over slates, with personal scores as prior means.
 *
 * An arm with S observed successes where the scores promised E, now scored p, has the posterior
 * Beta(S + m g, (E + m) / p - S - m g): its mean is p (S + m g) / (E + m), the score times the shrunken ratio of
 * observed to expected. With all scores equal this is the conjugate posterior; with p = 1/2, m = 1, g = 1 it is
 * Beta(1 + successes, 1 + failures). The base slate holds the largest draws; {@link mixFloor} adds the floor.
 *
 * `choose` costs two gamma variates per pool entry: some 50 microseconds for 256.
 *
 * @example
 * ```ts
 * const policy = new BetaThompson({ arms: 3, priorStrength: 1, floor: 0, level: 'fixed' });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.5, 0.5, 0.5) };
 * const { picks } = policy.choose(pool, 1, new RandomStream(1, 'decision-1'));
 * policy.update({ rows: picks, scores: Float32Array.of(0.5), rewards: Float64Array.of(1) });
 * ```
 */
export class BetaThompson implements Policy {
  readonly name: string;
  readonly explores = true;
  readonly #arms: ArmStatistics;
  readonly #strength: number;
  readonly #floor: number;
  readonly #learnsLevel: boolean;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor({ arms, priorStrength = 10, floor = 0.02, level = 'learned' }: BetaThompsonOptions) {
    if (!(priorStrength > 0 && priorStrength < Number.POSITIVE_INFINITY)) {
      throw unexpected('a number above 0', 'priorStrength', priorStrength);
    }
    if (!(floor >= 0 && floor < 1)) throw unexpected('a probability below 1', 'floor', floor);
    if (level !== 'learned' && level !== 'fixed') throw unexpected('"learned" or "fixed"', 'level', level);
    this.#arms = new ArmStatistics(arms);
    this.#strength = priorStrength;
    this.#floor = floor;
    this.#learnsLevel = level === 'learned';
    this.name = `thompson@1 ${JSON.stringify({ priorStrength, floor, level })}`;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    const posterior = this.#posterior(pool);
    const n = pool.rows.length;
    const draws = new Float64Array(n);
    draw(posterior, draws, random);
    const base = rank(draws, size);
    const picks = mixFloor(base, n, this.#floor, random);
    const floor = this.#floor;
    return {
      picks,
      propensities: null,
      estimate: (stream, rounds) => estimate(posterior, picks, floor, stream, rounds),
    };
  }

  score(pool: Pool): Float64Array {
    const { alpha, beta } = this.#posterior(pool);
    return alpha.map((successes, i) => successes / (successes + beta[i]));
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    return estimate(this.#posterior(pool), picks, this.#floor, random, draws);
  }

  update(feedback: Feedback): void {
    this.#arms.add(feedback);
  }

  snapshot(): PolicyState {
    return this.#arms.snapshot();
  }

  restore(state: PolicyState): void {
    this.#arms.restore(state);
  }

  #posterior({ rows, scores }: Pool): Posterior {
    const { observed, expected, totalObserved, totalExpected } = this.#arms;
    const m = this.#strength;
    const level = this.#learnsLevel ? (totalObserved + m) / (totalExpected + m) : 1;
    const alpha = new Float64Array(rows.length);
    const beta = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const arm = rows[i];
      alpha[i] = observed[arm] + m * level;
      // A lift that would carry the mean to 1 or beyond stops just short of it.
      beta[i] = Math.max((expected[arm] + m) / scores[i] - alpha[i], 0.01 * alpha[i]);
    }
    return { alpha, beta };
  }
}

/** What was shown had a chance, although draws may give it less than f64 tells from 0; its weight 1 / p is finite. */
const LEAST_PROPENSITY = 2 ** -1022;

interface Posterior {
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
}

function draw({ alpha, beta }: Posterior, into: Float64Array, random: RandomStream): void {
  for (let i = 0; i < into.length; i++) into[i] = random.beta(alpha[i], beta[i]);
}

/**
 * P(item at its place) by conditional Monte Carlo: given the draws of all others, an item stands at place k exactly
 * when its own draw falls between their (k + 1)-th and k-th largest, and the Beta distribution gives that
 * probability in closed form. Unbiased, never 0 where a floor is, and far less noisy than counting.
 */
function estimate(
  posterior: Posterior,
  picks: Uint32Array,
  floor: number,
  random: RandomStream,
  rounds: number,
): Float64Array {
  const n = posterior.alpha.length;
  const slate = picks.length;
  const propensities = new Float64Array(slate);
  if (n <= slate && slate <= 1) return propensities.fill(1);
  const lnB = Float64Array.from(picks, (pick) => lnBeta(posterior.alpha[pick], posterior.beta[pick]));
  const draws = new Float64Array(n);
  for (let round = 0; round < rounds; round++) {
    draw(posterior, draws, random);
    const top = rank(draws, slate + 1);
    for (let k = 0; k < slate; k++) {
      const pick = picks[k];
      const own = top.indexOf(pick);
      // The r-th largest draw (from 0) among the others; beyond the last there is no competitor.
      const other = (r: number): number => {
        const place = own >= 0 && r >= own ? r + 1 : r;
        return place < top.length ? draws[top[place]] : 0;
      };
      const below = (x: number): number => betaCdf(x, posterior.alpha[pick], posterior.beta[pick], lnB[k]);
      const atPlace = (k === 0 ? 1 : below(other(k - 1))) - below(other(k));
      const outside = n > slate ? below(other(slate - 1)) : 0;
      propensities[k] += flooredPropensity(k, slate, n, floor, Math.max(0, atPlace), outside) / rounds;
    }
  }
  return propensities.map((p) => Math.min(Math.max(p, LEAST_PROPENSITY), 1));
}
