/** How well do effects explain the outcomes, without knowing the true ones? The R-loss, row by row. */

import type { EffectScores } from './effect-scores.ts';
import type { UpliftData } from './uplift-data.ts';

/**
 * ((y - m) - (t - e) effect)^2 of every row, with m = e mu1 + (1 - e) mu0 (Nie and Wager 2021): in expectation least
 * for the true effects. Cost: one pass.
 *
 * @param effects of rows by a model that has not seen them.
 */
export function rLosses(data: UpliftData, nuisances: EffectScores, effects: Float64Array): Float64Array {
  const { treatment, outcomes } = data;
  const { control, treated, propensities } = nuisances;
  return effects.map((effect, i) => {
    const e = propensities[i];
    const mean = e * treated[i] + (1 - e) * control[i];
    return (outcomes[i] - mean - (treatment[i] - e) * effect) ** 2;
  });
}
