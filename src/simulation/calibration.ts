/** How strongly must lift follow baseline, so that the two correlate as asked? */

/** The weights of x and z in y = xWeight x + zWeight z. */
export interface Mixture {
  readonly xWeight: number;
  readonly zWeight: number;
}

/**
 * The mixture for which `probability(x)` and `probability(y)` have the given Pearson correlation, by bisection.
 *
 * Weights are (cos phi, sin phi) / sqrt(1 + sin(2 phi) c), c the correlation of x and z, so that y keeps the variance
 * that x and z have in common. Cost: 24 passes over the sample.
 *
 * @param x logits of the baseline over a sample of pairs. @param z the other logits over the same pairs.
 * @param correlation in [0, 1]; at 1 y is x.
 */
export function calibrateMixture(
  x: Float64Array,
  z: Float64Array,
  correlation: number,
  probability: (logit: number) => number,
): Mixture {
  const shared = pearson(x, z);
  const mixture = (phi: number): Mixture => {
    const norm = Math.sqrt(1 + Math.sin(2 * phi) * shared);
    return { xWeight: Math.cos(phi) / norm, zWeight: Math.sin(phi) / norm };
  };
  if (correlation === 1) return mixture(0);
  const baseline = x.map(probability);
  const lift = new Float64Array(x.length);
  let low = 0;
  let high = Math.PI;
  for (let step = 0; step < 24; step++) {
    const phi = (low + high) / 2;
    const { xWeight, zWeight } = mixture(phi);
    for (let i = 0; i < x.length; i++) lift[i] = probability(xWeight * x[i] + zWeight * z[i]);
    if (pearson(baseline, lift) > correlation) low = phi;
    else high = phi;
  }
  return mixture((low + high) / 2);
}

function pearson(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const meanA = a.reduce((sum, value) => sum + value, 0) / n;
  const meanB = b.reduce((sum, value) => sum + value, 0) / n;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i++) {
    const fromA = a[i] - meanA;
    const fromB = b[i] - meanB;
    ab += fromA * fromB;
    aa += fromA * fromA;
    bb += fromB * fromB;
  }
  return ab / Math.sqrt(aa * bb);
}
