/** In which of at most 255 intervals does a feature lie? Boosting looks for splits between them alone. */

/** Features by interval. Intervals of all features are numbered through. */
export interface Bins {
  /** rows x dimension, row-major: the interval in which a feature lies. */
  readonly codes: Uint32Array;
  /** Per feature, ascending: its interval b holds values up to and with edges[b]; the last has no edge. */
  readonly edges: readonly Float64Array[];
  /** The number of each feature's first interval, and after the last feature that of all intervals. */
  readonly first: Uint32Array;
}

const MOST = 255;

/**
 * Bins features by their distinct values, or by equal shares of rows where there are more than 255. Edges lie midway
 * between neighbouring values. Cost: a sort and a pass with a binary search per feature.
 */
export function binFeatures(features: Float64Array, dimension: number): Bins {
  const n = features.length / dimension;
  const codes = new Uint32Array(n * dimension);
  const column = new Float64Array(n);
  const first = new Uint32Array(dimension + 1);
  const edges = Array.from({ length: dimension }, (_, j) => {
    for (let i = 0; i < n; i++) column[i] = features[i * dimension + j];
    const found = edgesOf(column.slice().sort());
    for (let i = 0; i < n; i++) codes[i * dimension + j] = first[j] + binOf(found, column[i]);
    first[j + 1] = first[j] + found.length + 1;
    return found;
  });
  return { codes, edges, first };
}

/** The first interval whose edge is not below the value. */
function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= edges[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

function edgesOf(sorted: Float64Array): Float64Array {
  const starts: number[] = [];
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) starts.push(i);
  const between = (start: number): number => {
    const middle = sorted[start - 1] + (sorted[start] - sorted[start - 1]) / 2;
    // Of two neighbouring numbers the middle may round to the upper one.
    return middle < sorted[start] ? middle : sorted[start - 1];
  };
  if (starts.length < MOST) return Float64Array.from(starts, between);
  const edges: number[] = [];
  let next = 1;
  for (const start of starts) {
    if (start < (next * sorted.length) / MOST) continue;
    edges.push(between(start));
    next = Math.floor((start * MOST) / sorted.length) + 1;
    if (edges.length === MOST - 1) break;
  }
  return Float64Array.from(edges);
}
