/** How does a policy show items that are not all alike? It draws a shortlist, and a diverse slate is taken from it. */

import { unexpected } from '../../errors.ts';
import type { Choice, Policy, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkDraws, checkFloor, checkPicks, checkSize } from '../checks.ts';
import { choiceAround, mixFloor, propensitiesAround } from '../floor.ts';
import { possible } from '../least-propensity.ts';
import { PolicyWrapper, refuseRulesAndAccounts } from '../policy-wrapper.ts';
import { determinantalGreedy } from './determinantal-greedy.ts';
import { maximalMarginalRelevance } from './maximal-marginal-relevance.ts';

/** Settings of {@link DiverseSlates}. */
export interface DiverseSlatesOptions {
  /** Draws the shortlist; it must not spend as it chooses, since its draws are repeated. */
  readonly policy: Policy;
  /** Vectors of the catalogue's rows, row-major; not copied. A pool's own features stand before them. */
  readonly vectors: Float32Array;
  readonly dimension: number;
  /** `mmr`: {@link maximalMarginalRelevance}; `dpp`: {@link determinantalGreedy}. @default 'dpp' */
  readonly method?: 'mmr' | 'dpp';
  /** Relevance against diversity, in [0, 1]; 1 looks at relevance alone. @default 0.7 */
  readonly tradeOff?: number;
  /** Items that the policy draws for a slate, at least as many as the slate has. @default 50 */
  readonly shortlist?: number;
  /** Probability that a place goes to a uniformly drawn item, in [0, 1). @default 0.02 where the policy explores, else 0 */
  readonly floor?: number;
}

/**
 * A policy that takes a diverse slate from a shortlist which the wrapped policy draws, and mixes a floor in.
 *
 * The draw decides the order, the scores the scale: the item drawn k-th has the k-th largest expected reward of the
 * shortlist for its relevance, brought to [0, 1] within it. So an item that the policy wants to try is not held back by
 * what is expected of it. Propensities have no closed form unless the wrapped policy is certain: they are estimated by
 * repeating draw and selection from the state of the choice, counting, and adding the floor in closed form.
 *
 * Cost of `choose`: the wrapped policy's, and shortlist x slate x (dimension + slate); of `estimate`, that for each draw.
 *
 * @example
 * ```ts
 * const policy = new DiverseSlates({
 *   policy: new EpsilonGreedy({ arms: 3, epsilon: 0 }),
 *   vectors: Float32Array.of(1, 0, 1, 0.1, 0, 1),
 *   dimension: 2,
 * });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.9, 0.8, 0.6) };
 * policy.choose(pool, 2, new RandomStream(1, 'decision-1')).picks; // [0, 2]
 * ```
 */
export class DiverseSlates extends PolicyWrapper {
  readonly name: string;
  readonly #vectors: Float32Array;
  readonly #dimension: number;
  readonly #method: 'mmr' | 'dpp';
  readonly #tradeOff: number;
  readonly #shortlist: number;
  readonly #floor: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range, or a policy that spends. */
  constructor({
    policy,
    vectors,
    dimension,
    method = 'dpp',
    tradeOff = 0.7,
    shortlist = 50,
    floor = policy.explores ? 0.02 : 0,
  }: DiverseSlatesOptions) {
    super(policy, policy.explores || floor > 0);
    refuseRulesAndAccounts(policy);
    if (method !== 'mmr' && method !== 'dpp') throw unexpected('"mmr" or "dpp"', 'method', method);
    if (!(tradeOff >= 0 && tradeOff <= 1)) throw unexpected('a number from 0 to 1', 'tradeOff', tradeOff);
    if (!(Number.isInteger(shortlist) && shortlist >= 1)) {
      throw unexpected('a whole number of at least 1', 'shortlist', shortlist);
    }
    checkFloor(floor);
    if (!(Number.isInteger(dimension) && dimension >= 1) || vectors.length % dimension !== 0) {
      throw unexpected('whole vectors', 'vectors', `${vectors.length} numbers of dimension ${dimension}`);
    }
    this.#vectors = vectors;
    this.#dimension = dimension;
    this.#method = method;
    this.#tradeOff = tradeOff;
    this.#shortlist = shortlist;
    this.#floor = floor;
    this.name = `diverse@1 ${JSON.stringify({ method, tradeOff, shortlist, floor })} ${policy.name}`;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const n = pool.rows.length;
    const base = this.#select(this.policy, pool, size, random);
    if (!this.policy.explores) return choiceAround(base, n, this.#floor, random);
    const picks = mixFloor(base, n, this.#floor, random);
    const recall = this.remember();
    return {
      picks,
      propensities: null,
      estimate: (stream, draws) => recall((policy) => this.#replay(policy, pool, picks, stream, draws)),
    };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    if (this.policy.explores) return this.#replay(this.policy, pool, picks, random, draws);
    const base = this.#select(this.policy, pool, picks.length, random);
    return propensitiesAround(base, picks, pool.rows.length, this.#floor);
  }

  #select(policy: Policy, pool: Pool, size: number, random: RandomStream): Uint32Array {
    const entries = policy.choose(pool, Math.max(size, this.#shortlist), random).picks;
    const expected = policy.score(pool);
    const relevance = Float64Array.from(entries, (entry) => expected[entry])
      .sort()
      .reverse();
    const low = relevance[relevance.length - 1];
    const range = relevance[0] - low;
    const unit = relevance.map((value) => (range > 0 ? (value - low) / range : 1));
    const choose = this.#method === 'mmr' ? maximalMarginalRelevance : determinantalGreedy;
    const vectors = this.#gather(pool, entries);
    return choose(unit, vectors, this.#dimension, size, this.#tradeOff).map((pick) => entries[pick]);
  }

  #gather({ rows, features }: Pool, entries: Uint32Array): Float32Array {
    const d = this.#dimension;
    const source = features ?? this.#vectors;
    if (features && features.length !== rows.length * d) {
      throw unexpected(
        `${rows.length} features of ${d} numbers`,
        'features',
        features.length,
        'ERR_SLUICE_DIMENSION_MISMATCH',
      );
    }
    const vectors = new Float32Array(entries.length * d);
    entries.forEach((entry, i) => {
      const row = features ? entry : rows[entry];
      if ((row + 1) * d > source.length) throw unexpected(`a row below ${source.length / d}`, 'rows', row);
      vectors.set(source.subarray(row * d, (row + 1) * d), i * d);
    });
    return vectors;
  }

  #replay(policy: Policy, pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkDraws(draws);
    const propensities = new Float64Array(picks.length);
    for (let round = 0; round < draws; round++) {
      const base = this.#select(policy, pool, picks.length, random);
      propensitiesAround(base, picks, pool.rows.length, this.#floor).forEach((propensity, k) => {
        propensities[k] += propensity / draws;
      });
    }
    return possible(propensities);
  }
}
