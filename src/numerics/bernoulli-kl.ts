/** Which means of a Bernoulli variable are compatible with what was seen? Its relative entropy, and the inverses. */

/** kl(p, q) = p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)), with 0 ln 0 = 0. @param p, q in [0, 1]. */
export function bernoulliKl(p: number, q: number): number {
  const first = p === 0 ? 0 : p * Math.log(p / q);
  const second = p === 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q));
  return Math.max(0, first + second);
}

/**
 * The largest q in [mean, 1] with kl(mean, q) <= bound: the index of KL-UCB (Garivier and Cappe 2011).
 *
 * Newton's method from above: kl is convex in q, so that no step passes the root. Some 5 steps.
 *
 * @param mean in [0, 1]. @param bound at least 0.
 * @example
 * ```ts
 * klUpperBound(0, 0.5); // 0.3935
 * ```
 */
export function klUpperBound(mean: number, bound: number): number {
  if (mean >= 1 || bound === Number.POSITIVE_INFINITY) return 1;
  if (bound <= 0) return mean;
  if (mean <= 0) return -Math.expm1(-bound);
  // The root lies below both: Pinsker's inequality, and kl without the part of q in its first term.
  const pinsker = mean + Math.sqrt(bound / 2);
  const tail = 1 - (1 - mean) * Math.exp((mean * Math.log(mean) - bound) / (1 - mean));
  let q = Math.min(pinsker, tail);
  if (q >= 1) return 1;
  for (let step = 0; step < 50; step++) {
    const excess = bernoulliKl(mean, q) - bound;
    const next = q - (excess * q * (1 - q)) / (q - mean);
    if (!(next < q)) break;
    const done = q - next <= 1e-15;
    q = Math.max(next, mean);
    if (done || q === mean) break;
  }
  return q;
}

/** The smallest q in [0, mean] with kl(mean, q) <= bound. @param mean in [0, 1]. @param bound at least 0. */
export function klLowerBound(mean: number, bound: number): number {
  return 1 - klUpperBound(1 - mean, bound);
}
