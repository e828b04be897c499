/** Which sum of small trees fits best? Gradient boosting over binned features. */

import { unexpected } from '../../errors.ts';
import { binFeatures } from './bins.ts';
import type { Regression, TrainingRows } from './regression.ts';
import { growTree, type Tree } from './tree.ts';

/** How boosted trees are fitted. */
export interface BoostedTreesOptions extends TrainingRows {
  /** `logistic` for outcomes of 0 or 1, which are then predicted as probabilities. @default 'squared' */
  readonly loss?: 'squared' | 'logistic';
  /** @default 100 */
  readonly trees?: number;
  /** How much of each tree counts, in (0, 1]. @default 0.05 */
  readonly rate?: number;
  /** Leaves of a tree at most, from 2. @default 8 */
  readonly leaves?: number;
  /** Rows in a leaf at least. @default 20 */
  readonly leastRows?: number;
}

/**
 * Gradient-boosted regression trees (Friedman 2001) over histograms of at most 255 intervals a feature, grown leaf by
 * leaf as LightGBM does (Ke et al. 2017). No randomness: the same rows give the same trees.
 *
 * Cost: .2 s for 747 x 25, 1.5 s for 64,000 x 20.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option outside its range, or targets other than 0 and 1 of the logistic loss.
 * @example
 * ```ts
 * const features = Float64Array.from({ length: 200 }, (_, i) => i / 200);
 * const { predict } = fitBoostedTrees({
 *   features,
 *   dimension: 1,
 *   targets: features.map((x) => (x < 0.5 ? 0 : 1)),
 *   trees: 200,
 * });
 * predict(Float64Array.of(0.2, 0.8)); // [0, 1]
 * ```
 */
export function fitBoostedTrees(options: BoostedTreesOptions): Regression {
  const { features, dimension, targets, weights, loss = 'squared' } = options;
  const { trees = 100, rate = 0.05, leaves = 8, leastRows = 20 } = options;
  for (const [name, value, least] of [
    ['trees', trees, 1],
    ['leaves', leaves, 2],
    ['leastRows', leastRows, 1],
  ] as const) {
    if (!(Number.isInteger(value) && value >= least))
      throw unexpected(`a whole number from ${least}`, name, value);
  }
  if (!(rate > 0 && rate <= 1)) throw unexpected('a number above 0 and at most 1', 'rate', rate);
  const logistic = loss === 'logistic';
  const wrong = logistic ? targets.find((target) => target !== 0 && target !== 1) : undefined;
  if (wrong !== undefined) throw unexpected('outcomes of 0 or 1', 'targets', wrong);
  const n = targets.length;
  let total = 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    total += weights?.[i] ?? 1;
    sum += (weights?.[i] ?? 1) * targets[i];
  }
  const mean = sum / total;
  if (logistic && (mean === 0 || mean === 1)) {
    return { predict: (rows) => new Float64Array(rows.length / dimension).fill(mean) };
  }
  const start = logistic ? Math.log(mean / (1 - mean)) : mean;
  const bins = binFeatures(features, dimension);
  const scores = new Float64Array(n).fill(start);
  const gradients = new Float64Array(n);
  const curvatures = new Float64Array(n);
  const grown: Tree[] = [];
  for (let t = 0; t < trees; t++) {
    for (let i = 0; i < n; i++) {
      const weight = weights?.[i] ?? 1;
      const predicted = logistic ? 1 / (1 + Math.exp(-scores[i])) : scores[i];
      gradients[i] = weight * (predicted - targets[i]);
      curvatures[i] = logistic ? weight * predicted * (1 - predicted) : weight;
    }
    const tree = growTree(bins, gradients, curvatures, { leaves, leastRows });
    for (let k = 0; k < tree.value.length; k++) tree.value[k] *= rate;
    for (let i = 0; i < n; i++) scores[i] += tree.value[tree.leafOfRow[i]];
    grown.push({ ...tree, leafOfRow: new Uint16Array() });
    if (tree.feature[0] < 0) break;
  }
  return {
    predict: (rows) => {
      const sums = sumOfTrees(grown, rows, dimension, start);
      return logistic ? sums.map((score) => 1 / (1 + Math.exp(-score))) : sums;
    },
  };
}

function sumOfTrees(
  trees: readonly Tree[],
  rows: Float64Array,
  dimension: number,
  start: number,
): Float64Array {
  const out = new Float64Array(rows.length / dimension).fill(start);
  for (const { feature, threshold, left, right, value } of trees) {
    for (let i = 0, at = 0; i < out.length; i++, at += dimension) {
      let node = 0;
      while (feature[node] >= 0) {
        node = rows[at + feature[node]] <= threshold[node] ? left[node] : right[node];
      }
      out[i] += value[node];
    }
  }
  return out;
}
