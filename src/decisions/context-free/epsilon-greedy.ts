/** What is the plain baseline of exploration? The best slate, with a share of the places given to chance. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { checkPicks, checkSize } from '../checks.ts';
import { exactChoice } from '../exact-choice.ts';
import { choiceAround, propensitiesAround } from '../floor.ts';
import { ArmStatistics } from './arm-statistics.ts';

/** Settings of {@link EpsilonGreedy}. */
export interface EpsilonGreedyOptions {
  /** Number of arms: rows of the catalogue. */
  readonly arms: number;
  /** Share of the places given to chance, in [0, 1]; 0 is the greedy policy, 1 the uniform one. @default 0.1 */
  readonly epsilon?: number;
  /**
   * Lets epsilon fall from its value at the beginning: after t outcomes it is at most `decay` x pool / (t + 1), which
   * makes regret logarithmic for a decay above 5 / d^2, d being how much the best arm is better than the second (Auer,
   * Cesa-Bianchi and Fischer 2002, theorem 3). @default no decay
   */
  readonly decay?: number;
  /** Weight of the scorers' belief, in expected successes; above 0. @default 10 */
  readonly priorStrength?: number;
}

/**
 * Epsilon-greedy over slates, with personal scores as prior means: items are ranked by score times the shrunken
 * ratio of observed to expected successes, and {@link mixFloor} gives each place to a uniformly drawn item with
 * probability epsilon. With epsilon 1 the base slate is uniform too. Propensities are exact.
 *
 * @example
 * ```ts
 * const policy = new EpsilonGreedy({ arms: 3, epsilon: 0.1 });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.2, 0.3, 0.1) };
 * policy.choose(pool, 1, new RandomStream(1, 'decision-1')).propensities; // [0.9] or [0.05]
 * ```
 */
export class EpsilonGreedy implements Policy {
  readonly name: string;
  readonly explores: boolean;
  readonly #arms: ArmStatistics;
  readonly #epsilon: number;
  readonly #decay: number;
  readonly #strength: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor({ arms, epsilon = 0.1, decay, priorStrength = 10 }: EpsilonGreedyOptions) {
    if (!(epsilon >= 0 && epsilon <= 1)) throw unexpected('a probability', 'epsilon', epsilon);
    for (const [name, value] of Object.entries({ decay, priorStrength })) {
      if (value !== undefined && !(value > 0 && value < Number.POSITIVE_INFINITY)) {
        throw unexpected('a number above 0', name, value);
      }
    }
    this.#arms = new ArmStatistics(arms);
    this.#epsilon = epsilon;
    this.#decay = decay ?? Number.POSITIVE_INFINITY;
    this.#strength = priorStrength;
    this.explores = epsilon > 0;
    this.name = `epsilon-greedy@1 ${JSON.stringify({ epsilon, decay, priorStrength })}`;
  }

  score(pool: Pool): Float64Array {
    const { observed, expected } = this.#arms;
    this.#arms.checkPool(pool);
    const { rows, scores } = pool;
    const means = new Float64Array(rows.length);
    for (let i = 0; i < means.length; i++) {
      const arm = rows[i];
      means[i] = (scores[i] * (observed[arm] + this.#strength)) / (expected[arm] + this.#strength);
    }
    return means;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const n = pool.rows.length;
    const slate = Math.min(size, n);
    const epsilon = this.#epsilonFor(n);
    if (epsilon < 1) return choiceAround(rank(this.score(pool), slate), n, epsilon, random);
    this.#arms.checkPool(pool);
    const picks = random.shuffle(Uint32Array.from({ length: n }, (_, i) => i)).slice(0, slate);
    const conditional = Float64Array.from(picks, (_, k) => 1 / (n - k));
    return exactChoice(picks, new Float64Array(slate).fill(1 / n), conditional);
  }

  propensity(pool: Pool, picks: Uint32Array): Float64Array {
    checkPicks(picks, pool.rows.length);
    this.#arms.checkPool(pool);
    const n = pool.rows.length;
    const epsilon = this.#epsilonFor(n);
    if (epsilon === 1) return new Float64Array(picks.length).fill(1 / n);
    return propensitiesAround(rank(this.score(pool), picks.length), picks, n, epsilon);
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

  #epsilonFor(pool: number): number {
    return Math.min(this.#epsilon, (this.#decay * pool) / (this.#arms.outcomes + 1));
  }
}
