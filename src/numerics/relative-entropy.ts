/** How far apart are two coins? The relative entropy of Bernoulli distributions, and its inverse. */

/**
 * kl(p, q) = p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)), 0 ln 0 being 0; infinite where q rules out what p allows.
 *
 * @param p in [0, 1]. @param q in [0, 1].
 * @example
 * ```ts
 * relativeEntropy(0.5, 0.6); // 0.0204
 * ```
 */
export function relativeEntropy(p: number, q: number): number {
  const success = p === 0 ? 0 : p * Math.log(p / q);
  const failure = p === 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q));
  return Math.max(success + failure, 0);
}

/** Where a Newton step no longer moves the bound. */
const CLOSE = 1e-13;

/**
 * The largest q with kl(p, q) <= divergence: how good may an arm be that has mean p (Garivier and Cappé 2011)?
 *
 * Newton from above, where kl(p, .) is convex and increasing, so that every step stays above the root: 3 to 8 steps.
 *
 * @param p in [0, 1]. @param divergence at least 0. @returns in [p, 1].
 * @example
 * ```ts
 * largestWithin(0.5, 0.0204); // 0.6
 * ```
 */
export function largestWithin(p: number, divergence: number): number {
  if (p >= 1) return 1;
  if (divergence <= 0) return p;
  const failure = 1 - p;
  const entropy = p === 0 ? 0 : -p * Math.log(p) - failure * Math.log(failure);
  // Two bounds from above: kl(p, q) >= -H(p) - (1 - p) ln(1 - q), exact for p = 0, and Pinsker's 2 (q - p)^2.
  const byFailure = 1 - Math.exp(-(divergence + entropy) / failure);
  if (p === 0) return byFailure;
  let q = Math.min(byFailure, p + Math.sqrt(divergence / 2));
  // Beyond the last f64 below 1 there is nothing to refine.
  if (q >= 1 - Number.EPSILON) return Math.min(q, 1);
  for (let step = 0; step < 50; step++) {
    const excess = -entropy - p * Math.log(q) - failure * Math.log(1 - q) - divergence;
    const move = (excess * q * (1 - q)) / (q - p);
    if (!(move > CLOSE)) break;
    q -= move;
    if (q <= p) return p;
  }
  return q;
}

/** The smallest q with kl(p, q) <= divergence: how bad may it be? @param p in [0, 1]. @returns in [0, p]. */
export function smallestWithin(p: number, divergence: number): number {
  return 1 - largestWithin(1 - p, divergence);
}
