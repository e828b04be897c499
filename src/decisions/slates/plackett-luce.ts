/** Which slate, if better items shall only be likelier? Plackett-Luce: a softmax place by place over what is left. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkColumns, checkFloor, checkPicks, checkSize } from '../checks.ts';
import { exactChoice } from '../exact-choice.ts';
import type { DecisionKernels } from '../kernels/kernels.ts';
import { needKernels } from '../need-kernels.ts';
import { refuseRulesAndAccounts } from '../policy-wrapper.ts';
import { logits, plackettLucePropensities } from './plackett-luce-propensities.ts';
import { RemainingWeights } from './remaining-weights.ts';

/** Any f32 divided by it is finite. */
const COLDEST = 1e-100;

/** Settings of {@link PlackettLuce}. */
export interface PlackettLuceOptions {
  /** Draws the slates. */
  readonly kernels: DecisionKernels;
  /** Its `score` is what the softmax is over, and it learns; absent: the pool's scores, and nothing is learned. */
  readonly policy?: Policy;
  /** In units of the score, from 1e-100: e times likelier for a score that much higher. */
  readonly temperature: number;
  /** Probability that a place goes to an item drawn uniformly from those left, in [0, 1). @default 0 */
  readonly floor?: number;
}

/**
 * Plackett-Luce slates (Luce 1959; Plackett 1975), the law of Gumbel top-k: each place by softmax(score / temperature)
 * over the items not yet shown, mixed with a floor.
 *
 * `conditional` is exact, P(pick | picks before it) = (1 - floor) softmax + floor / left, and its product is the
 * probability of the whole slate, which slate estimators need. Of the marginal propensities the first is exact; those of
 * later places are sums over all slates before them and are estimated. Scores are rounded to f32.
 *
 * Cost of `choose`: that of the wrapped `score` and one exponential per entry.
 *
 * @example
 * ```ts
 * const kernels = await decisionKernels('reference');
 * const policy = new PlackettLuce({ kernels, temperature: 0.1 });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.3, 0.2, 0.1) };
 * policy.conditional(pool, Uint32Array.of(0, 2, 1)); // [0.6652, 0.2689, 1]
 * ```
 */
export class PlackettLuce implements Policy {
  readonly name: string;
  readonly explores = true;
  readonly contextual: boolean;
  readonly #kernels: DecisionKernels;
  readonly #policy: Policy | undefined;
  readonly #temperature: number;
  readonly #floor: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor({ kernels, policy, temperature, floor = 0 }: PlackettLuceOptions) {
    if (!(temperature >= COLDEST && temperature < Number.POSITIVE_INFINITY)) {
      throw unexpected(`a number from ${COLDEST}`, 'temperature', temperature);
    }
    checkFloor(floor);
    if (policy) refuseRulesAndAccounts(policy);
    this.#kernels = needKernels(kernels);
    this.#policy = policy;
    this.#temperature = temperature;
    this.#floor = floor;
    this.contextual = policy?.contextual ?? false;
    this.name = `plackett-luce@1 ${JSON.stringify({ temperature, floor })} ${policy?.name ?? 'scores'}`;
  }

  score(pool: Pool): Float64Array {
    return this.#policy?.score(pool) ?? Float64Array.from(pool.scores);
  }

  /** @throws ERR_SLUICE_NON_FINITE for a score that is not finite. */
  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const scores = this.#scores(pool);
    const length = Math.min(size, scores.length);
    const picks = new Uint32Array(length);
    let conditional: Float64Array = new Float64Array(length);
    const [key0, key1] = [random.uint32(), random.uint32()];
    if (length > 0) this.#kernels.plackettLuce(scores, this.#temperature, key0, key1, picks, conditional);
    if (this.#floor > 0) {
      this.#mixFloor(picks, scores.length, random);
      conditional = this.#conditional(scores, picks);
    }
    if (length <= 1) return exactChoice(picks, conditional, conditional);
    const given = { scores, temperature: this.#temperature, floor: this.#floor, picks };
    return {
      picks,
      propensities: null,
      conditional,
      estimate: (stream, draws) => plackettLucePropensities(given, stream, draws),
      deferred: { use: 'plackett-luce', with: given },
    };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    const scores = this.#scores(pool);
    const given = { scores, temperature: this.#temperature, floor: this.#floor, picks };
    return plackettLucePropensities(given, random, draws);
  }

  /** P(pick | the picks before it) for any slate, as the state is now; exact. Cost: O(pool). */
  conditional(pool: Pool, picks: Uint32Array): Float64Array {
    checkPicks(picks, pool.rows.length);
    return this.#conditional(this.#scores(pool), picks);
  }

  update(feedback: Feedback): void {
    this.#policy?.update(feedback);
  }

  snapshot(): PolicyState {
    return this.#policy?.snapshot() ?? {};
  }

  restore(state: PolicyState): void {
    this.#policy?.restore(state);
  }

  #scores(pool: Pool): Float32Array {
    checkColumns(pool);
    const scores = new Float32Array(this.#policy?.score(pool) ?? pool.scores);
    for (let i = 0; i < scores.length; i++) {
      if (!Number.isFinite(scores[i])) {
        throw unexpected('a finite score', `scores[${i}]`, scores[i], 'ERR_SLUICE_NON_FINITE');
      }
    }
    return scores;
  }

  #conditional(scores: Float32Array, picks: Uint32Array): Float64Array {
    const left = new RemainingWeights(logits(scores, this.#temperature));
    return Float64Array.from(picks, (pick) => {
      const chance = (1 - this.#floor) * left.share(pick) + this.#floor / left.size;
      left.remove(pick);
      return chance;
    });
  }

  /**
   * Gives places to chance. The rest of a Plackett-Luce order without some items taken uniformly is a Plackett-Luce
   * order of what is left, so that every other place is the next of the drawn order that was not yet shown.
   */
  #mixFloor(picks: Uint32Array, poolSize: number, random: RandomStream): void {
    const order = picks.slice();
    const shown = new Set<number>();
    let next = 0;
    for (let k = 0; k < picks.length; k++) {
      let pick: number;
      if (random.uniform() < this.#floor) {
        do pick = random.below(poolSize);
        while (shown.has(pick));
      } else {
        while (shown.has(order[next])) next++;
        pick = order[next++];
      }
      shown.add(pick);
      picks[k] = pick;
    }
  }
}
