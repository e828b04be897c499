/** Whom is a push sent to? Those who gain most for what it costs, until the budget is spent. */

import { unexpected } from '../../errors.ts';
import type { Interval } from '../../numerics/bootstrap.ts';

/** What is known of each person; columns run parallel. */
export interface TargetingOptions {
  /** What treating each costs, above 0, in any unit. */
  readonly costs: Float64Array;
  /** What may be spent, at least 0, in the same unit. */
  readonly budget: number;
  /**
   * Unbiased estimates of each effect from data that the lifts were not learned from: out-of-fold doubly robust scores.
   * The value is judged by them. Absent, the lifts judge themselves, which flatters those that were chosen.
   */
  readonly effects?: Float64Array;
  /** Standard error of each lift, at least 0: the interval where there are no `effects`. @default 0 */
  readonly standardErrors?: Float64Array;
}

/** Who is treated, at which cost, for what. */
export interface Targeting {
  /** Indexes of the chosen, by lift per cost, descending. */
  readonly chosen: Uint32Array;
  /** At most the budget. */
  readonly cost: number;
  /** The sum of their effects with its 95 % interval. */
  readonly value: Interval;
  /** No choice within the budget has a larger sum of lifts than this (the bound of the fractional knapsack). */
  readonly most: number;
}

const Z95 = 1.959963984540054;

/**
 * Chooses whom to treat: by lift per cost, those of positive lift, each who still fits the budget. With equal costs that
 * is the best choice; else it lies below the best by less than one person's lift (Dantzig 1957). Cost: a sort.
 *
 * @param lifts P(play | treated) - P(play | not treated) of each, or an effect in other units.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for columns of different lengths, a cost that is not above 0, a budget below 0;
 * ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * const lifts = Float64Array.of(0.1, 0.3, -0.2, 0.25);
 * const { chosen, cost } = targetByLift(lifts, { costs: new Float64Array(4).fill(1), budget: 2 });
 * chosen; // [1, 3]
 * cost; // 2
 * ```
 */
export function targetByLift(
  lifts: Float64Array,
  { costs, budget, effects, standardErrors }: TargetingOptions,
): Targeting {
  for (const [name, column] of Object.entries({ lifts, costs, effects, standardErrors })) {
    if (column !== undefined) checkColumn(name, column, lifts.length);
  }
  const wrong = costs.find((cost) => !(cost > 0));
  if (wrong !== undefined) throw unexpected('numbers above 0', 'costs', wrong);
  if (!(budget >= 0)) throw unexpected('a number from 0', 'budget', budget);
  const order = Uint32Array.from(lifts.keys())
    .filter((i) => lifts[i] > 0)
    .sort((a, b) => lifts[b] / costs[b] - lifts[a] / costs[a] || a - b);
  const chosen: number[] = [];
  let cost = 0;
  let most = 0;
  let whole = budget;
  for (const i of order) {
    most += lifts[i] * Math.min(1, whole / costs[i]);
    whole = Math.max(0, whole - costs[i]);
    if (cost + costs[i] > budget) continue;
    cost += costs[i];
    chosen.push(i);
  }
  return {
    chosen: Uint32Array.from(chosen),
    cost,
    value: valueOf95(chosen, lifts, effects, standardErrors),
    most,
  };
}

function valueOf95(
  chosen: readonly number[],
  lifts: Float64Array,
  effects: Float64Array | undefined,
  standardErrors: Float64Array | undefined,
): Interval {
  const judged = effects ?? lifts;
  const mean = chosen.reduce((sum, i) => sum + judged[i], 0);
  const average = mean / chosen.length;
  // Of independent people: the variance of the sum is that of one times their number, or the sum of all.
  const variance =
    effects === undefined
      ? chosen.reduce((sum, i) => sum + (standardErrors?.[i] ?? 0) ** 2, 0)
      : chosen.length < 2
        ? Number.POSITIVE_INFINITY
        : (chosen.reduce((sum, i) => sum + (effects[i] - average) ** 2, 0) * chosen.length) /
          (chosen.length - 1);
  const half = chosen.length === 0 ? 0 : Z95 * Math.sqrt(variance);
  return { mean, low: mean - half, high: mean + half };
}

function checkColumn(name: string, column: Float64Array, n: number): void {
  if (column.length !== n) throw unexpected(`${n} entries, one per lift,`, name, column.length);
  const wrong = column.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw unexpected('finite numbers', name, wrong, 'ERR_SLUICE_NON_FINITE');
}
