/** How does each arm keep getting some traffic? Shares of the decisions are mixed into the policy. */

import { unexpected } from '../../errors.ts';
import type { Choice, Policy, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkPicks, checkSize } from '../checks.ts';
import { exactChoice } from '../exact-choice.ts';
import { PolicyWrapper, refuseRulesAndAccounts } from '../policy-wrapper.ts';
import { entriesWhere, propensityWithin, subpool } from '../subpool.ts';

/** Settings of {@link MinimumTraffic}. */
export interface MinimumTrafficOptions {
  /** Has what the shares leave. */
  readonly policy: Policy;
  /** Share of the decisions, in (0, 1], by row of the catalogue; together at most 1. */
  readonly shares: ReadonlyMap<number, number>;
}

/**
 * A policy that puts each of some rows first in at least a given share of the decisions whose pool holds it.
 *
 * With probability f_a a decision is given to arm a: it stands first, and the wrapped policy fills the other places from
 * the pool without it. Else the wrapped policy has the whole slate. So P(a first) = f_a + (1 - sum f) w_a, and
 * P(i at k) = sum over a of f_a P(i at k - 1 | pool without a) + (1 - sum f) P(i at k): exact where the wrapped policy's
 * propensities are. Cost: one choice more where an arm is given its share, one propensity per arm with a share.
 *
 * @example
 * ```ts
 * const greedy = new EpsilonGreedy({ arms: 2, epsilon: 0 });
 * const policy = new MinimumTraffic({ policy: greedy, shares: new Map([[1, 0.1]]) });
 * const pool = { rows: Uint32Array.of(0, 1), scores: Float32Array.of(0.9, 0.2) };
 * policy.propensity(pool, Uint32Array.of(1, 0), new RandomStream(1, 'ask'), 1); // [0.1, 0.1]
 * ```
 */
export class MinimumTraffic extends PolicyWrapper {
  readonly name: string;
  readonly #shares: ReadonlyMap<number, number>;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for what is no row or share, and for more than the whole. */
  constructor({ policy, shares }: MinimumTrafficOptions) {
    super(policy, policy.explores || shares.size > 0);
    refuseRulesAndAccounts(policy);
    if (!(shares instanceof Map)) throw unexpected('a Map of shares by row', 'shares', shares);
    const sorted = [...shares].sort(([a], [b]) => a - b);
    let sum = 0;
    for (const [row, share] of sorted) {
      if (!(Number.isInteger(row) && row >= 0)) throw unexpected('rows of the catalogue', 'shares', row);
      if (!(share > 0 && share <= 1)) throw unexpected('a share above 0, at most 1', `shares[${row}]`, share);
      sum += share;
    }
    if (sum > 1 + 1e-12) throw unexpected('shares of at most 1 together', 'shares', sum);
    this.#shares = new Map(sorted);
    this.name = `minimum-traffic@1 ${JSON.stringify({ shares: sorted })} ${policy.name}`;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const guaranteed = this.#guaranteed(pool);
    // Drawn in any case: it tells whether the wrapped policy's propensities are exact.
    const own = this.policy.choose(pool, size, random);
    if (guaranteed.length === 0 || own.picks.length === 0) return own;
    let picks = own.picks;
    let left = random.uniform();
    const given = guaranteed.find(({ share }) => {
      left -= share;
      return left < 0;
    });
    if (given !== undefined) {
      const rest = without(pool, given.entry);
      const others = this.policy.choose(subpool(pool, rest), size - 1, random).picks;
      picks = Uint32Array.of(given.entry, ...others.map((pick) => rest[pick]));
    }
    if (own.propensities !== null) {
      const propensities = this.#mix(this.policy, pool, picks, random, 1);
      return exactChoice(picks, propensities, picks.length === 1 ? propensities : undefined);
    }
    const recall = this.remember();
    return {
      picks,
      propensities: null,
      estimate: (stream, draws) => recall((policy) => this.#mix(policy, pool, picks, stream, draws)),
    };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    return this.#mix(this.policy, pool, picks, random, draws);
  }

  #guaranteed({ rows }: Pool): { readonly entry: number; readonly share: number }[] {
    const found: { entry: number; share: number }[] = [];
    rows.forEach((row, entry) => {
      const share = this.#shares.get(row);
      if (share === undefined) return;
      if (found.some((other) => rows[other.entry] === row)) {
        throw unexpected('an arm with a share once', `rows[${entry}]`, row);
      }
      found.push({ entry, share });
    });
    return found;
  }

  #mix(policy: Policy, pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    const guaranteed = this.#guaranteed(pool);
    const rest = 1 - guaranteed.reduce((sum, { share }) => sum + share, 0);
    const mixed = policy
      .propensity(pool, picks, random, draws)
      .map((propensity) => Math.max(0, rest) * propensity);
    for (const { entry, share } of guaranteed) {
      if (picks[0] === entry) mixed[0] += share;
      const others = propensityWithin(policy, pool, without(pool, entry), picks.subarray(1), random, draws);
      others.forEach((propensity, k) => {
        mixed[k + 1] += share * propensity;
      });
    }
    return mixed;
  }
}

function without(pool: Pool, excluded: number): Uint32Array {
  return entriesWhere(pool, (_, entry) => entry !== excluded);
}
