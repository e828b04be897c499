/** How is an item kept from being shown? Blocked arms never reach the policy. */

import { unexpected } from '../../errors.ts';
import type { Choice, Policy, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkPicks, checkSize } from '../checks.ts';
import { PolicyWrapper } from '../policy-wrapper.ts';
import { entriesWhere, propensityWithin, subpool } from '../subpool.ts';

/** Settings of {@link BlockedArms}. */
export interface BlockedArmsOptions {
  /** Chooses from the rest. */
  readonly policy: Policy;
  /** Rows of the catalogue that are never shown. */
  readonly rows: Iterable<number>;
}

/**
 * A policy that never shows some rows: the wrapped one chooses from the pool without them, so that its propensities
 * hold as they are. The slate has min(size, entries not blocked) items.
 *
 * @example
 * ```ts
 * const policy = new BlockedArms({ policy: new EpsilonGreedy({ arms: 3 }), rows: [1] });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.2, 0.9, 0.1) };
 * policy.choose(pool, 3, new RandomStream(1, 'decision-1')).picks; // [0, 2]
 * ```
 */
export class BlockedArms extends PolicyWrapper {
  readonly name: string;
  override readonly keepsRules = true;
  readonly #blocked: ReadonlySet<number>;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for what is no row. */
  constructor({ policy, rows }: BlockedArmsOptions) {
    super(policy);
    if (!rows) throw unexpected('rows of the catalogue', 'rows', rows);
    const sorted = [...new Set(rows)].sort((a, b) => a - b);
    for (const row of sorted) {
      if (!(Number.isInteger(row) && row >= 0)) throw unexpected('rows of the catalogue', 'rows', row);
    }
    this.#blocked = new Set(sorted);
    this.name = `blocked-arms@1 ${JSON.stringify({ rows: sorted })} ${policy.name}`;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const entries = this.#open(pool);
    const choice = this.policy.choose(subpool(pool, entries), size, random);
    const { propensities, conditional } = choice;
    return {
      picks: choice.picks.map((pick) => entries[pick]),
      propensities,
      ...(conditional && { conditional }),
      estimate: (stream, draws) => choice.estimate(stream, draws),
      // Not before it is asked for: it copies all that the choice depends on.
      get deferred() {
        return choice.deferred;
      },
    };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    return propensityWithin(this.policy, pool, this.#open(pool), picks, random, draws);
  }

  #open(pool: Pool): Uint32Array {
    return entriesWhere(pool, (row) => !this.#blocked.has(row));
  }
}
