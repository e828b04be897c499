/** What will a holdout cost? The plays expected to be lost, from decisions made before it is switched on. */

import { unexpected } from '../../errors.ts';
import { bootstrapAll, type Interval } from '../../numerics/bootstrap.ts';

/** A slate of which it is known what was shown and from what; a `DecisionRecord` is such. */
export interface PricedSlate {
  readonly shown: { readonly rows: Uint32Array; readonly scores: Float32Array };
  readonly pool: { readonly rows: Uint32Array; readonly scores: Float32Array } | null;
}

/** Plays that a holdout is expected to cost, per decision, with 95 % intervals over decisions. */
export interface HoldoutCost {
  /** Decisions that the estimate rests on. */
  readonly decisions: number;
  /** Plays expected of what is shown. */
  readonly plays: Interval;
  /** Plays expected of what is withheld: share x scores. The most that can be lost. */
  readonly withheld: Interval;
  /**
   * The same less what the best items left in the pool bring in their place; null where no decision has a pool. What
   * people find although it is withheld is not known before the experiment, and still counts as lost.
   */
  readonly lost: Interval | null;
}

/**
 * Estimates the cost of withholding a share of all items from each person, from slates shown without it.
 *
 * Cost: one pass over the pools, and a bootstrap of 1000 resamples over decisions.
 *
 * @param share P(withheld), in (0, 1).
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a share outside its range, or no decision with scores.
 * @example
 * ```ts
 * const shown = { rows: Uint32Array.of(0), scores: Float32Array.of(0.5) };
 * const pool = { rows: Uint32Array.of(0, 1), scores: Float32Array.of(0.5, 0.25) };
 * const cost = holdoutCost([{ shown, pool }], 0.1);
 * cost.withheld.mean; // 0.05
 * cost.lost?.mean; // 0.0275
 * ```
 */
export function holdoutCost(slates: Iterable<PricedSlate>, share: number): HoldoutCost {
  if (!(share > 0 && share < 1)) throw unexpected('a probability between 0 and 1', 'share', share);
  const plays: number[] = [];
  const lost: number[] = [];
  for (const { shown, pool } of slates) {
    const expected = shown.scores.reduce((sum, score) => sum + score, 0);
    // What a deadline showed was never scored.
    if (!Number.isFinite(expected) || shown.rows.length === 0) continue;
    plays.push(expected);
    if (pool !== null) lost.push(lossOf(shown, pool, share));
  }
  if (plays.length === 0) throw unexpected('at least one slate with scores', 'slates', 0);
  const [all, withheld] = bootstrapAll([plays, plays.map((sum) => share * sum)]);
  const [net] = lost.length === 0 ? [null] : bootstrapAll([lost]);
  return { decisions: plays.length, plays: all, withheld, lost: net };
}

/** Exact where items are drawn apart: each shown one falls out with the share, each spare one may be withheld as well. */
function lossOf(shown: PricedSlate['shown'], pool: NonNullable<PricedSlate['pool']>, share: number): number {
  const inSlate = new Set(shown.rows);
  const spare = pool.scores
    .filter((_, i) => !inSlate.has(pool.rows[i]))
    .sort()
    .reverse();
  // P(so many fell out), by dropping one shown item after the other.
  let fallen = Float64Array.of(1);
  let lost = 0;
  for (const score of shown.scores) {
    lost += share * score;
    fallen = convolve(fallen, share);
  }
  // The r-th item that fell out is replaced by the r-th spare one that is not withheld.
  let more = 1;
  const moreThan = fallen.map((chance) => {
    more -= chance;
    return more;
  });
  let passed = Float64Array.of(1);
  for (const score of spare) {
    // The spare one is used when it is not withheld and fewer before it were open than items fell out.
    let used = 0;
    for (let open = 0; open < Math.min(passed.length, moreThan.length); open++) {
      used += passed[open] * moreThan[open];
    }
    if (used < 1e-12) break;
    lost -= (1 - share) * used * score;
    passed = convolve(passed, 1 - share);
  }
  return lost;
}

/** The distribution of a count, and of the same count with one more chance of it. */
function convolve(counts: Float64Array, chance: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(counts.length + 1);
  counts.forEach((probability, count) => {
    more[count] += (1 - chance) * probability;
    more[count + 1] += chance * probability;
  });
  return more;
}
