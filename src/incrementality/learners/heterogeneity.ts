/** Does the treatment change some rows more than others, or could chance alone look like it? */

import { addSymmetricProduct, BLOCK } from '../../numerics/products.ts';
import { calibratedP } from './calibrated-p.ts';
import { type EffectDirections, effectDirections } from './effect-directions.ts';
import type { Nuisances } from './effect-scores.ts';
import type { UpliftData } from './uplift-data.ts';

/** Whether effects differ between rows. */
export interface Heterogeneity {
  /** True where p is at most .05. */
  readonly found: boolean;
  /** How often chance alone would show as much, if the effect were the same for all. */
  readonly p: number;
}

const LEVEL = 0.05;

/**
 * Tests whether the effect is the same for all rows, against effects that change with a feature, with many of them, with
 * the outcome that is expected anyway, that rise and fall again, or that change where two features come together.
 *
 * Under one effect for all, the residuals ((y - m) - (t - e) effect)(t - e) are uncorrelated with every function of the
 * features: the scores of the R-loss. Their correlations with the directions of {@link effectDirections} are held
 * against normal draws with the same covariance (a multiplier bootstrap, Chernozhukov, Chetverikov, Kato 2013): by a
 * mixture of likelihood ratios, which sees one strong direction, and by the weighted sum of squares, which sees many
 * weak ones. The two are combined as by Fisher, linear directions count four times as much as those of second order, and
 * the combination is held against that of the draws, so that p is honest. What three features do together escapes it.
 *
 * Cost: one Gram matrix of up to 152 directions beside the features, and 2000 products with a matrix of so many rows:
 * .3 s for 747 x 25.
 *
 * @param nuisances what {@link crossFitNuisances} says, by models of other folds.
 * @example
 * ```ts
 * const random = new RandomStream(1, 'trial');
 * const features = Float64Array.from({ length: 300 }, () => random.normal());
 * const treatment = Uint8Array.from({ length: 300 }, () => random.below(2));
 * const outcomes = features.map((x, i) => x + 2 * treatment[i] + random.normal());
 * const data = { features, dimension: 1, treatment, outcomes };
 * testHeterogeneity(data, crossFitNuisances(data, 'ridge')).found; // false
 * ```
 */
export function testHeterogeneity(data: UpliftData, nuisances: Nuisances, seed = 1): Heterogeneity {
  const { treatment, outcomes } = data;
  const { mean, propensities } = nuisances;
  const surprise = propensities.map((e, i) => treatment[i] - e);
  const residual = outcomes.map((y, i) => y - mean[i]);
  let product = 0;
  let square = 0;
  for (let i = 0; i < surprise.length; i++) {
    product += surprise[i] * residual[i];
    square += surprise[i] * surprise[i];
  }
  const effect = product / square;
  const scores = surprise.map((one, i) => one * (residual[i] - one * effect));
  const directions = effectDirections(data, mean);
  const moments = momentsOf(directions, scores, surprise);
  const p = calibratedP(directions, moments, seed);
  return { found: p <= LEVEL, p };
}

/** Sums of scores along directions, and the covariance of those sums: its lower triangle. */
function momentsOf({ count, fill }: EffectDirections, scores: Float64Array, surprise: Float64Array) {
  const n = scores.length;
  const columns = new Float64Array(count * BLOCK);
  const eachBlock = (visit: (from: number, width: number) => void): void => {
    for (let from = 0; from < n; from += BLOCK) {
      const width = Math.min(BLOCK, n - from);
      fill(columns, from, width);
      visit(from, width);
    }
  };
  // Centred by the weights of the R-loss, the directions lose what the estimate of the one effect took.
  const means = new Float64Array(count);
  let total = 0;
  eachBlock((from, width) => {
    for (let r = 0; r < width; r++) {
      const weight = surprise[from + r] ** 2;
      total += weight;
      for (let j = 0; j < count; j++) means[j] += weight * columns[j * width + r];
    }
  });
  for (let j = 0; j < count; j++) means[j] /= total;
  const sums = new Float64Array(count);
  const covariance = new Float64Array(count * count);
  const largest = new Float64Array(count);
  eachBlock((from, width) => {
    for (let j = 0; j < count; j++) {
      for (let r = 0, at = j * width; r < width; r++, at++) {
        largest[j] = Math.max(largest[j], Math.abs(columns[at]));
        columns[at] = (columns[at] - means[j]) * scores[from + r];
        sums[j] += columns[at];
      }
    }
    addSymmetricProduct(columns, count, width, covariance);
  });
  const spread = scores.reduce((sum, score) => sum + score * score, 0);
  for (let j = 0; j < count; j++) {
    // What rounding alone leaves of a constant direction is no variation.
    if (covariance[j * count + j] <= 1e-24 * largest[j] ** 2 * spread) covariance[j * count + j] = 0;
  }
  return { sums, covariance };
}
