/** Which arms are chosen without chance? Those of highest index: UCB, KL-UCB, kl-UCB++ and IMED. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { checkFeedback, checkFloor, checkPicks, checkPool, checkSize } from '../checks.ts';
import { choiceAround, propensitiesAround } from '../floor.ts';
import { type ArmIndex, imed, klUcb, klUcbPlusPlus, ucb } from './arm-index.ts';
import { ArmMemory } from './arm-memory.ts';
import { ChangeMemory } from './change-memory.ts';
import { WindowMemory } from './window-memory.ts';

/** Settings of {@link IndexPolicy}. */
export interface IndexPolicyOptions {
  /** Number of arms: rows of the catalogue. */
  readonly arms: number;
  /** Which index ranks the arms. */
  readonly index: 'ucb' | 'kl-ucb' | 'kl-ucb-plus-plus' | 'imed';
  /** For `ucb`: the factor before ln t; 2 is UCB1, 0.5 explores less and does better in practice. @default 2 */
  readonly exploration?: number;
  /** For `kl-ucb-plus-plus`, which needs it: how many outcomes the policy is to be good at. */
  readonly horizon?: number;
  /** Forget all but this many last outcomes of all arms together: for a world that changes. */
  readonly window?: number;
  /**
   * Tests each arm for change, and forgets the outcomes of all arms when one has: for few arms and a world that changes
   * abruptly. The number is the risk of a false alarm, per arm, in (0, 1). Give it a floor, which alone finds arms that
   * have become better while others stay. Not with `window`.
   */
  readonly changeRisk?: number;
  /** Probability that a place goes to a uniformly drawn item, in [0, 1). @default 0.02 */
  readonly floor?: number;
}

/** Indexes of arms that nothing is remembered of: above all others, by score among themselves. */
const UNTRIED = 1e300;
/** Stands for minus infinity, as IMED has it for arms that cannot be the best; those fill what is left of a slate. */
const HOPELESS = -1e300;

/**
 * Ranks arms by an index of the mean and the number of their outcomes, which grows with doubt: `ucb` (Auer,
 * Cesa-Bianchi and Fischer 2002), `kl-ucb` (Garivier and Cappé 2011), `kl-ucb-plus-plus` (Ménard and Garivier 2017),
 * `imed` (Honda and Takemura 2015).
 *
 * Arms not tried yet come first, those of higher score before others; of an arm that has been tried its score no
 * longer counts. With `window` this is sliding-window UCB (Garivier and Moulines 2011, who use exploration 0.6), with
 * `changeRisk` GLR-klUCB (Besson et al. 2022). Without a floor the choice is deterministic; propensities are exact.
 *
 * `choose` costs one index per pool entry: 10 nanoseconds for `ucb`, some 150 for `kl-ucb`.
 *
 * @example
 * ```ts
 * const policy = new IndexPolicy({ arms: 3, index: 'kl-ucb', floor: 0 });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.2, 0.3, 0.1) };
 * policy.choose(pool, 1, new RandomStream(1, 'decision-1')).picks; // [1]
 * ```
 */
export class IndexPolicy implements Policy {
  readonly name: string;
  readonly explores = true;
  readonly #memory: ArmMemory;
  readonly #index: ArmIndex;
  readonly #floor: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range, or one that the index does not have. */
  constructor(options: IndexPolicyOptions) {
    const { index, exploration, horizon, window, changeRisk, floor = 0.02 } = options;
    checkFloor(floor);
    this.#memory = memoryOf(options);
    this.#index = indexOf(options);
    this.#floor = floor;
    this.name = `${index}@1 ${JSON.stringify({ exploration, horizon, window, changeRisk, floor })}`;
  }

  score(pool: Pool): Float64Array {
    const { counts, sums, arms } = this.#memory;
    checkPool(pool, arms);
    const { rows, scores } = pool;
    return Float64Array.from(rows, (arm, i) => (counts[arm] > 0 ? sums[arm] / counts[arm] : scores[i]));
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    return choiceAround(this.#base(pool, size), pool.rows.length, this.#floor, random);
  }

  propensity(pool: Pool, picks: Uint32Array): Float64Array {
    checkPicks(picks, pool.rows.length);
    return propensitiesAround(this.#base(pool, picks.length), picks, pool.rows.length, this.#floor);
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

  /** The slate of highest indexes. */
  #base(pool: Pool, size: number): Uint32Array {
    const { counts, sums, arms, total } = this.#memory;
    checkPool(pool, arms);
    const { rows, scores } = pool;
    const indexes = new Float64Array(rows.length);
    let best = 0;
    for (let i = 0; i < rows.length; i++) {
      const count = counts[rows[i]];
      if (count > 0) best = Math.max(best, sums[rows[i]] / count);
    }
    const summary = { arms: rows.length, outcomes: total, best };
    for (let i = 0; i < rows.length; i++) {
      const count = counts[rows[i]];
      indexes[i] =
        count > 0
          ? Math.max(HOPELESS, this.#index(sums[rows[i]] / count, count, summary))
          : UNTRIED * (1 + scores[i]);
    }
    return rank(indexes, size);
  }
}

function memoryOf({ arms, window, changeRisk }: IndexPolicyOptions): ArmMemory {
  if (window !== undefined && changeRisk !== undefined) {
    throw unexpected('window or changeRisk', 'options', 'both');
  }
  if (window !== undefined) return new WindowMemory(arms, window);
  if (changeRisk !== undefined) return new ChangeMemory(arms, changeRisk);
  return new ArmMemory(arms);
}

function indexOf({ index, exploration, horizon }: IndexPolicyOptions): ArmIndex {
  if (exploration !== undefined && index !== 'ucb') throw unexpected('none', 'exploration', exploration);
  if (horizon !== undefined && index !== 'kl-ucb-plus-plus') throw unexpected('none', 'horizon', horizon);
  switch (index) {
    case 'ucb': {
      const factor = exploration ?? 2;
      if (!(factor >= 0 && factor < Number.POSITIVE_INFINITY)) {
        throw unexpected('at least 0', 'exploration', factor);
      }
      return ucb(factor);
    }
    case 'kl-ucb':
      return klUcb;
    case 'kl-ucb-plus-plus':
      if (!(Number.isSafeInteger(horizon) && (horizon as number) >= 1)) {
        throw unexpected('a whole number from 1', 'horizon', horizon);
      }
      return klUcbPlusPlus(horizon as number);
    case 'imed':
      return imed;
    default:
      throw unexpected('"ucb", "kl-ucb", "kl-ucb-plus-plus" or "imed"', 'index', index);
  }
}
