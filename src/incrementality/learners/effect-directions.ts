/** In which directions could effects differ? With a feature, with the outcome expected anyway, with two features at once. */

import { BLOCK } from '../../numerics/products.ts';
import type { UpliftData } from './uplift-data.ts';

/** Functions of a row; those before `straight` are linear, the others of second order. */
export interface EffectDirections {
  readonly count: number;
  readonly straight: number;
  /** How much of each direction two rows are expected to differ by, squared, in (0, 1]. */
  readonly weights: Float64Array;
  /** Whether a direction is the outcome that is expected anyway. */
  readonly expected: number;
  /** Writes rows from `from` on, at most {@link BLOCK}, as columns of `width` entries. */
  fill(columns: Float64Array, from: number, width: number): void;
}

/** Features of which products are formed, at most; their ranks are kept. */
const MOST_CROSSED = 16;

/**
 * The features, the expected outcome, and the squares and products of features, which are ranked for it: a few large
 * values would outweigh all others. Of more than 16 features those that vary most with the expected outcome are crossed;
 * it knows nothing of who was treated. A feature of two values weighs by how evenly it splits the rows, 4 p (1 - p), as
 * if effects differed by as much between any two groups (the scaling of Gelman 2008).
 *
 * Cost: a sort per crossed feature.
 *
 * @param mean the outcome that is expected of each row, by models of other rows.
 */
export function effectDirections(
  { features, dimension: d }: UpliftData,
  mean: Float64Array,
): EffectDirections {
  const n = mean.length;
  const columnOf = (j: number) => Float64Array.from(mean, (_, i) => features[i * d + j]);
  const evenness = new Float64Array(d);
  const isPair = new Uint8Array(d);
  const relevance = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const column = columnOf(j);
    const share = shareOfFirst(column);
    isPair[j] = share === null ? 0 : 1;
    evenness[j] = share === null ? 1 : 4 * share * (1 - share);
    relevance[j] = Math.abs(correlation(column, mean));
  }
  const crossed = [...evenness.keys()]
    .filter((j) => evenness[j] > 0)
    .sort((a, b) => relevance[b] - relevance[a] || a - b)
    .slice(0, MOST_CROSSED);
  const ranks = crossed.map((j) => centredRanks(columnOf(j)));
  const products: [number, number][] = [];
  crossed.forEach((j, a) => {
    for (let b = 0; b < a; b++) products.push([a, b]);
    // The square of two values is one of them again.
    if (isPair[j] === 0) products.push([a, a]);
  });
  const straight = d + 1;
  return {
    count: straight + products.length,
    straight,
    expected: d,
    weights: Float64Array.of(
      ...evenness,
      1,
      ...products.map(([a, b]) => evenness[crossed[a]] * (a === b ? 1 : evenness[crossed[b]])),
    ),
    fill(columns, from, width) {
      for (let r = 0; r < width; r++) {
        const at = (from + r) * d;
        for (let j = 0; j < d; j++) columns[j * width + r] = features[at + j];
        columns[d * width + r] = mean[from + r];
      }
      products.forEach(([a, b], k) => {
        const at = (straight + k) * width;
        for (let r = 0; r < width; r++) columns[at + r] = ranks[a][from + r] * ranks[b][from + r];
      });
    },
  };

  function correlation(x: Float64Array, y: Float64Array): number {
    const centre = (values: Float64Array) => values.reduce((sum, value) => sum + value / n, 0);
    const [mx, my] = [centre(x), centre(y)];
    let xy = 0;
    let xx = 0;
    let yy = 0;
    for (let i = 0; i < n; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) ** 2;
      yy += (y[i] - my) ** 2;
    }
    return xy / Math.sqrt(xx * yy) || 0;
  }
}

/** The share of rows with the value of the first, of a column of at most two values; null of another. */
function shareOfFirst(column: Float64Array): number | null {
  const [first] = column;
  const second = column.find((value) => value !== first) ?? first;
  let count = 0;
  for (const value of column) {
    if (value === first) count++;
    else if (value !== second) return null;
  }
  return count / column.length;
}

/** Mean places of the values in (-1, 1), ties together. */
function centredRanks(values: Float64Array): Float64Array {
  const n = values.length;
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(n);
  for (let from = 0; from < n; ) {
    let to = from;
    while (to < n && values[order[to]] === values[order[from]]) to++;
    for (let at = from; at < to; at++) ranks[order[at]] = (from + to) / n - 1;
    from = to;
  }
  return ranks;
}
