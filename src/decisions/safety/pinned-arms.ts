/** How is an item given a fixed place? Pinned arms stand there surely; the policy fills the rest. */

import { unexpected } from '../../errors.ts';
import type { Choice, Policy, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkPicks, checkSize } from '../checks.ts';
import { PolicyWrapper, refuseRules } from '../policy-wrapper.ts';
import { entriesWhere, propensityWithin, subpool } from '../subpool.ts';

/** A row of the catalogue and its place. */
export interface Pin {
  readonly row: number;
  /** From 0, the first. */
  readonly place: number;
}

/** Settings of {@link PinnedArms}. */
export interface PinnedArmsOptions {
  /** Fills the other places. */
  readonly policy: Policy;
  /** At most one per row and per place. */
  readonly pins: readonly Pin[];
}

/**
 * A policy that shows some rows at fixed places with propensity 1; the wrapped one fills the other places, in order,
 * from the pool without them. A pin whose row is not in the pool, or whose place is beyond the slate, does nothing.
 * Block arms around this policy, not within.
 *
 * @example
 * ```ts
 * const greedy = new EpsilonGreedy({ arms: 3, epsilon: 0 });
 * const policy = new PinnedArms({ policy: greedy, pins: [{ row: 2, place: 0 }] });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.2, 0.9, 0.1) };
 * policy.choose(pool, 2, new RandomStream(1, 'decision-1')).picks; // [2, 1]
 * ```
 */
export class PinnedArms extends PolicyWrapper {
  readonly name: string;
  override readonly keepsRules = true;
  readonly #placeOf: ReadonlyMap<number, number>;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for what is no row or place, or one that is named twice. */
  constructor({ policy, pins }: PinnedArmsOptions) {
    super(policy);
    refuseRules(policy);
    if (!Array.isArray(pins)) throw unexpected('an array of { row, place }', 'pins', pins);
    const sorted = pins.map(({ row, place }) => ({ row, place })).sort((a, b) => a.place - b.place);
    for (const { row, place } of sorted) {
      if (!(Number.isInteger(row) && row >= 0)) throw unexpected('rows of the catalogue', 'pins', row);
      if (!(Number.isInteger(place) && place >= 0)) throw unexpected('places from 0', 'pins', place);
    }
    this.#placeOf = new Map(sorted.map(({ row, place }) => [row, place]));
    if (this.#placeOf.size < sorted.length || new Set(this.#placeOf.values()).size < sorted.length) {
      throw unexpected('each row and each place once', 'pins', JSON.stringify(sorted));
    }
    this.name = `pinned-arms@1 ${JSON.stringify({ pins: sorted })} ${policy.name}`;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const { pinned, rest, free } = this.#layout(pool, size);
    const choice = this.policy.choose(subpool(pool, rest), free.length, random);
    const { propensities, conditional } = choice;
    const places = [
      ...Array.from(choice.picks, (pick, i) => ({ place: free[i], entry: rest[pick], drawn: i })),
      ...Array.from(pinned, ([place, entry]) => ({ place, entry, drawn: -1 })),
    ].sort((a, b) => a.place - b.place);
    const spread = (values: Float64Array) =>
      Float64Array.from(places, ({ drawn }) => (drawn < 0 ? 1 : values[drawn]));
    return {
      picks: Uint32Array.from(places, ({ entry }) => entry),
      propensities: propensities && spread(propensities),
      ...(conditional && { conditional: spread(conditional) }),
      estimate: (stream, draws) => spread(choice.estimate(stream, draws)),
    };
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    const { pinned, rest, free } = this.#layout(pool, picks.length);
    const others = Uint32Array.from(free, (place) => picks[place]);
    const answer = propensityWithin(this.policy, pool, rest, others, random, draws);
    const propensities = new Float64Array(picks.length);
    for (const [place, entry] of pinned) propensities[place] = picks[place] === entry ? 1 : 0;
    free.forEach((place, i) => {
      propensities[place] = answer[i];
    });
    return propensities;
  }

  /** Which entry is pinned at which place, what remains of the pool, and which places of the slate. */
  #layout(pool: Pool, size: number) {
    const length = Math.min(size, pool.rows.length);
    const pinned = new Map<number, number>();
    const rest = entriesWhere(pool, (row, entry) => {
      const place = this.#placeOf.get(row);
      if (place === undefined || place >= length) return true;
      if (pinned.has(place)) throw unexpected('a pinned arm once', `rows[${entry}]`, row);
      pinned.set(place, entry);
      return false;
    });
    const free = Array.from({ length }, (_, place) => place).filter((place) => !pinned.has(place));
    return { pinned, rest, free };
  }
}
