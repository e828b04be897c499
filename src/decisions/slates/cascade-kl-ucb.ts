/** Which slate, if people stop at the first item they like? Optimism about attractions, learned from what was seen. */

import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { largestWithin } from '../../numerics/relative-entropy.ts';
import { checkArms, checkFeedback, checkPicks, checkPool, checkSize } from '../checks.ts';
import { column } from '../context-free/state.ts';
import { certainChoice, certainPropensity } from '../exact-choice.ts';
import { CascadeModel } from './cascade-model.ts';

/** Settings of {@link CascadeKlUcb}. */
export interface CascadeKlUcbOptions {
  /** Number of arms: rows of the catalogue. */
  readonly arms: number;
}

const cascade = new CascadeModel();

/**
 * CascadeKL-UCB (Kveton, Szepesvari, Wen and Ashkan, "Cascading Bandits", ICML 2015): the slate of the largest
 * max { q : T_i kl(mean_i, q) <= ln t + 3 ln ln t }, T_i the examinations of item i and mean_i its clicks over them, t the
 * slates learned from. Items never examined come first; ties by place in the pool.
 *
 * Each feedback is one slate, first place first: of it the places up to the last click are learned, and those behind it,
 * which nobody saw, are not. The slate is certain given the state: propensities are 1. Cost: some 5 steps of Newton's
 * method per entry.
 *
 * @example
 * ```ts
 * const policy = new CascadeKlUcb({ arms: 3 });
 * const scores = new Float32Array(3).fill(0.5);
 * policy.update({ rows: Uint32Array.of(0, 1, 2), scores, rewards: Float64Array.of(0, 1, 0) });
 * policy.choose({ rows: Uint32Array.of(0, 1, 2), scores }, 2, new RandomStream(1)).picks; // [2, 1]
 * ```
 */
export class CascadeKlUcb implements Policy {
  readonly name = 'cascade-kl-ucb@1';
  readonly explores = true;
  readonly #clicks: Float64Array;
  readonly #examined: Float64Array;
  #slates = 0;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for what is no number of arms. */
  constructor({ arms }: CascadeKlUcbOptions) {
    checkArms(arms);
    this.#clicks = new Float64Array(arms);
    this.#examined = new Float64Array(arms);
  }

  /** Clicks over examinations; the score of the pool for an item never examined. */
  score(pool: Pool): Float64Array {
    checkPool(pool, this.#clicks.length);
    const { rows, scores } = pool;
    return Float64Array.from(rows, (arm, i) =>
      this.#examined[arm] > 0 ? this.#clicks[arm] / this.#examined[arm] : scores[i],
    );
  }

  choose(pool: Pool, size: number, _random?: RandomStream): Choice {
    checkSize(size);
    return certainChoice(rank(this.#indices(pool), size));
  }

  propensity(pool: Pool, picks: Uint32Array): Float64Array {
    checkPicks(picks, pool.rows.length);
    return certainPropensity(rank(this.#indices(pool), picks.length), picks);
  }

  update(feedback: Feedback): void {
    checkFeedback(feedback, this.#clicks.length);
    const { rows, rewards } = cascade.examined(feedback);
    rows.forEach((arm, i) => {
      this.#examined[arm]++;
      this.#clicks[arm] += rewards[i];
    });
    if (rows.length > 0) this.#slates++;
  }

  snapshot(): PolicyState {
    return {
      clicks: this.#clicks.slice(),
      examined: this.#examined.slice(),
      slates: Float64Array.of(this.#slates),
    };
  }

  restore(state: PolicyState): void {
    const arms = this.#clicks.length;
    const clicks = column(state, 'clicks', arms);
    const examined = column(state, 'examined', arms);
    const [slates] = column(state, 'slates', 1);
    this.#clicks.set(clicks);
    this.#examined.set(examined);
    this.#slates = slates;
  }

  #indices(pool: Pool): Float64Array {
    checkPool(pool, this.#clicks.length);
    const t = Math.max(this.#slates, 3);
    const doubt = Math.log(t) + 3 * Math.log(Math.log(t));
    return Float64Array.from(pool.rows, (arm) => {
      const count = this.#examined[arm];
      // Above any index, so that it is examined.
      return count === 0 ? 2 : largestWithin(Math.min(1, this.#clicks[arm] / count), doubt / count);
    });
  }
}
