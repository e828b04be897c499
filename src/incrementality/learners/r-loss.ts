/** How well do effects explain the outcomes, without knowing the true ones? The R-loss, row by row. */

import type { Nuisances } from './effect-scores.ts';
import type { UpliftData } from './uplift-data.ts';

/**
 * ((y - m) - (t - e) effect)^2 of every row (Nie and Wager 2021): in expectation least
 * for the true effects. Cost: one pass.
 *
 * @param effects of rows by a model that has not seen them.
 */
export function rLosses(data: UpliftData, nuisances: Nuisances, effects: Float64Array): Float64Array {
  const { treatment, outcomes } = data;
  const { mean, propensities } = nuisances;
  return effects.map((effect, i) => (outcomes[i] - mean[i] - (treatment[i] - propensities[i]) * effect) ** 2);
}
