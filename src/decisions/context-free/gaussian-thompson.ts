/** Which items are worth trying when rewards are amounts? Thompson sampling from normal posteriors. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkFeedback, checkFloor, checkPicks, checkPool, checkSize } from '../checks.ts';
import { ArmMemory } from './arm-memory.ts';
import { GaussianPosterior } from './gaussian-posterior.ts';
import { gaussianThompsonPropensities } from './gaussian-thompson-propensities.ts';
import { drawSlate } from './thompson-slate.ts';

/** Settings of {@link GaussianThompson}. */
export interface GaussianThompsonOptions {
  /** Number of arms: rows of the catalogue. */
  readonly arms: number;
  /** Standard deviation of a reward about the mean of its arm, above 0. @default 0.5, the largest in [0, 1] */
  readonly deviation?: number;
  /** Outcomes that a score weighs as much as; above 0. @default 1 */
  readonly priorStrength?: number;
  /** Probability that a place goes to a uniformly drawn item, in [0, 1). @default 0.02 */
  readonly floor?: number;
}

/**
 * Thompson sampling with normal rewards of known deviation (Agrawal and Goyal 2013): for rewards that are shares or
 * amounts in [0, 1] rather than successes.
 *
 * An arm with n outcomes of sum S, now scored p, has the posterior N((S + m p) / (n + m), deviation^2 / (n + m)). The
 * base slate holds the largest draws, with a floor mixed in. `choose` costs one normal variate per pool entry.
 *
 * @example
 * ```ts
 * const policy = new GaussianThompson({ arms: 3 });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.5, 0.5, 0.5) };
 * policy.update({ rows: Uint32Array.of(1), scores: Float32Array.of(0.5), rewards: Float64Array.of(1) });
 * policy.score(pool); // [0.5, 0.75, 0.5]
 * ```
 */
export class GaussianThompson implements Policy {
  readonly name: string;
  readonly explores = true;
  readonly #memory: ArmMemory;
  readonly #deviation: number;
  readonly #strength: number;
  readonly #floor: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor({ arms, deviation = 0.5, priorStrength = 1, floor = 0.02 }: GaussianThompsonOptions) {
    for (const [name, value] of Object.entries({ deviation, priorStrength })) {
      if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw unexpected('a number above 0', name, value);
    }
    checkFloor(floor);
    this.#memory = new ArmMemory(arms);
    this.#deviation = deviation;
    this.#strength = priorStrength;
    this.#floor = floor;
    this.name = `gaussian-thompson@1 ${JSON.stringify({ deviation, priorStrength, floor })}`;
  }

  score(pool: Pool): Float64Array {
    return this.#posterior(pool).mean;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const posterior = this.#posterior(pool);
    const floor = this.#floor;
    const picks = drawSlate(posterior, size, floor, random);
    const given = { mean: posterior.mean, deviation: posterior.deviation, picks, floor };
    return {
      picks,
      propensities: null,
      estimate: (stream, draws) => gaussianThompsonPropensities(given, stream, draws),
      deferred: { use: 'gaussian-thompson', with: given },
    };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    const { mean, deviation } = this.#posterior(pool);
    return gaussianThompsonPropensities({ mean, deviation, picks, floor: this.#floor }, random, draws);
  }

  update(feedback: Feedback): void {
    const { rows, rewards } = feedback;
    checkFeedback(feedback, this.#memory.arms);
    for (let i = 0; i < rows.length; i++) this.#memory.add(rows[i], rewards[i]);
  }

  snapshot(): PolicyState {
    return this.#memory.snapshot();
  }

  restore(state: PolicyState): void {
    this.#memory.restore(state);
  }

  #posterior(pool: Pool): GaussianPosterior {
    const { counts, sums, arms } = this.#memory;
    checkPool(pool, arms);
    const mean = new Float64Array(pool.rows.length);
    const deviation = new Float64Array(pool.rows.length);
    for (let i = 0; i < mean.length; i++) {
      const arm = pool.rows[i];
      const weight = counts[arm] + this.#strength;
      mean[i] = (sums[arm] + this.#strength * pool.scores[i]) / weight;
      deviation[i] = this.#deviation / Math.sqrt(weight);
    }
    return new GaussianPosterior(mean, deviation);
  }
}
