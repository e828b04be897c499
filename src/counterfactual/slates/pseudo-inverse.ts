/** How much does a slate tell of a policy whose slates are rarely the same? The weights of the pseudo-inverse estimator. */

import { unexpected } from '../../errors.ts';
import { symmetricEigen } from '../../numerics/eigen.ts';
import { checkLoggedSlates, type LoggedSlates } from './logged-slates.ts';
import { slotWeights } from './slate-weights.ts';

/** What the logging policy does in one context, ready to weigh slates. */
export interface PseudoInverse {
  /**
   * The weight of each slate for one target: sum over slots l of (Gamma^+ q)[l, item at l].
   *
   * @param marginals P(item at slot) under the target, slots x actions, row-major; each slot sums to 1.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for anything else.
   */
  weigh(marginals: Float64Array): (slate: ArrayLike<number>) => number;
}

/** Eigenvalues below this share of the largest are 0 but for rounding. */
const RANK_TOLERANCE = 1e-9;

/**
 * The pseudo-inverse estimator's weights for a logging policy whose pairs are known: w(slate) = 1_slate' Gamma^+ q, q the
 * target's marginals (Swaminathan, Krishnamurthy, Agarwal, Dudik, Langford, Jose, Zitouni, "Off-policy evaluation for
 * slate recommendation", NIPS 2017). mean(w x reward of the slate) is unbiased if the expected reward of a slate is a sum
 * of unknown values of (slot, item), and logging shows each pair that the target does.
 *
 * Cost: 5 (slots x actions)^3 multiplications once; `weigh` (slots x actions)^2, a slate `slots`.
 *
 * @param pairs P(a at slot l and b at slot m) under logging: (slots x actions)^2, row-major, at row l x actions + a; on the
 * diagonal the marginals.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another length, ERR_SLUICE_NON_FINITE.
 * @example
 * ```ts
 * // Two slots, two actions: both orders equally likely.
 * const pairs = Float64Array.of(0.5, 0, 0, 0.5, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0, 0.5);
 * const weigh = pseudoInverse(pairs, 2, 2).weigh(Float64Array.of(0.9, 0.1, 0.1, 0.9));
 * weigh([0, 1]); // 1.8
 * ```
 */
export function pseudoInverse(pairs: Float64Array, slots: number, actions: number): PseudoInverse {
  const size = checkSize(slots, actions);
  if (pairs.length !== size * size) throw unexpected(`${size * size} entries`, 'pairs', pairs.length);
  const bad = pairs.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw unexpected('finite numbers', `pairs[${bad}]`, pairs[bad], 'ERR_SLUICE_NON_FINITE');
  const { values, vectors } = symmetricEigen(pairs, size);
  const least = RANK_TOLERANCE * values.reduce((most, value) => Math.max(most, value), 0);
  return weighing(slots, actions, (marginals) => {
    const solution = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      if (values[i] <= least) continue;
      let along = 0;
      for (let j = 0; j < size; j++) along += vectors[i * size + j] * marginals[j];
      for (let j = 0; j < size; j++) solution[j] += (along / values[i]) * vectors[i * size + j];
    }
    return solution;
  });
}

/**
 * The same for logging that shows every slate of distinct items equally often, in closed form: Gamma has eigenvalues
 * 1 / (K - 1) on what differs between slots, (K - L) / (K (K - 1)) on what all L slots share of the K items, and L / K.
 *
 * Cost: O(slots x actions) per target, a slate `slots`.
 *
 * @param actions at least `slots`.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for fewer.
 * @example
 * ```ts
 * const weigh = uniformPseudoInverse(2, 2).weigh(Float64Array.of(0.9, 0.1, 0.1, 0.9));
 * weigh([0, 1]); // 1.8
 * ```
 */
export function uniformPseudoInverse(slots: number, actions: number): PseudoInverse {
  checkSize(slots, actions);
  if (actions < slots) throw unexpected(`at least ${slots} actions`, 'actions', actions);
  return weighing(slots, actions, (marginals) => {
    const shared = new Float64Array(actions);
    for (let i = 0; i < marginals.length; i++) shared[i % actions] += marginals[i] / slots;
    const common = actions === slots ? 0 : (actions * (actions - 1)) / (actions - slots);
    return marginals.map((marginal, i) => {
      const own = (actions - 1) * (marginal - shared[i % actions]);
      return own + common * (shared[i % actions] - 1 / actions) + 1 / slots;
    });
  });
}

/**
 * The weights for logging that fills each slot independently of the others, repetition allowed: sum of w_l - (L - 1) per
 * round, from marginal propensities alone (Swaminathan et al. 2017, the factored case; Vlassis et al. 2021).
 *
 * @returns one weight per round, for `pseudoInverseWeights`.
 * @throws ERR_SLUICE_INVALID_ARGUMENT where the log has no marginal propensities.
 * @example
 * ```ts
 * const logging = { marginal: Float64Array.of(0.5, 0.5) };
 * const target = { marginal: Float64Array.of(0.75, 1) };
 * independentSlots({ slots: 2, rewards: Float64Array.of(1, 0), logging, target }); // [2.5]
 * ```
 */
export function independentSlots(log: LoggedSlates): Float64Array {
  const rounds = checkLoggedSlates(log);
  const weights = slotWeights(log);
  const sums = new Float64Array(rounds).fill(1 - log.slots);
  for (let i = 0; i < weights.length; i++) sums[Math.floor(i / log.slots)] += weights[i];
  return sums;
}

function weighing(
  slots: number,
  actions: number,
  solve: (marginals: Float64Array) => Float64Array,
): PseudoInverse {
  return {
    weigh(marginals) {
      if (marginals.length !== slots * actions) {
        throw unexpected(`${slots * actions} entries`, 'marginals', marginals.length);
      }
      for (let slot = 0; slot < slots; slot++) {
        let sum = 0;
        for (let a = 0; a < actions; a++) {
          const marginal = marginals[slot * actions + a];
          if (!(marginal >= 0))
            throw unexpected('a probability', `marginals[${slot * actions + a}]`, marginal);
          sum += marginal;
        }
        if (!(Math.abs(sum - 1) < 1e-6)) throw unexpected('1 as sum of each slot', 'marginals', sum);
      }
      const solution = solve(marginals);
      return (slate) => {
        if (slate.length !== slots) throw unexpected(`${slots} items`, 'slate', slate.length);
        let weight = 0;
        for (let slot = 0; slot < slots; slot++) {
          const item = slate[slot];
          if (!(Number.isInteger(item) && item >= 0 && item < actions)) {
            throw unexpected(`an item below ${actions}`, `slate[${slot}]`, item);
          }
          weight += solution[slot * actions + item];
        }
        return weight;
      };
    },
  };
}

function checkSize(slots: number, actions: number): number {
  if (!(Number.isInteger(slots) && slots >= 1)) throw unexpected('a whole number from 1', 'slots', slots);
  if (!(Number.isInteger(actions) && actions >= 1)) {
    throw unexpected('a whole number from 1', 'actions', actions);
  }
  return slots * actions;
}
