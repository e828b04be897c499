/** How far may a sum stray from its expectation, at whatever time one looks? The gamma-exponential boundary. */

/**
 * Intrinsic time V at which the boundary is tuned. At 10 it is within some 10 % of the best choice for V from 10 to 1e5:
 * rare clicks as well as even chances, a hundred people as well as a million.
 */
const RHO = 10;

/** ln of the sum over k >= 0 of RHO^k / (RHO (RHO + 1) ... (RHO + k)): the mixture's logarithm at s = v = 0. */
const LN_START = -0.8363830577127418;

/**
 * The least s that the mixture calls improbable, for a sum of intrinsic time `v`.
 *
 * m(s, v) is the integral over lambda in (0, 1) of exp(lambda s + (ln(1 - lambda) + lambda) v) under the truncated gamma
 * density of Howard, Ramdas, McAuliffe, Sekhon (Annals of Statistics 2021, proposition 9, c = 1). Where every term of s is
 * at least -1 about its prediction and v adds up the squares of these distances, m is a supermartingale that starts at
 * 1: it ever reaches 1 / alpha with probability alpha at most (Ville 1939). In closed form, with a = v + rho:
 *
 *     ln m(s, v) >= ln(exp(E) - 1) + ln(2 pi / a) / 2 + 1 / 12a - 1 / 360a^3 - ln m0,   E = s - a ln(1 + s / a)
 *
 * from Stirling's series (a lower bound) and Chernoff's bound on a gamma's tail; what it gives away is below 1.2 % of
 * ln(1 / alpha) for alpha = .025. Cost: O(1).
 *
 * @param v at least 0. @param evidence ln(1 / alpha), above 0. @internal
 */
export function boundary(v: number, evidence: number): number {
  const a = v + RHO;
  return a * inverseDivergence(requiredDivergence(a, evidence) / a);
}

/** True if `s` lies at the {@link boundary} or beyond. Cost: O(1), a third of it for most sums. @internal */
export function beyond(s: number, v: number, evidence: number): boolean {
  if (!(s > 0)) return false;
  const a = v + RHO;
  // E is at most s^2 / 2a, which settles the sums that are far within.
  if (s * s < 2 * a * requiredDivergence(a, evidence)) return false;
  return s >= boundary(v, evidence);
}

/** The E at which ln m equals `evidence`. */
function requiredDivergence(a: number, evidence: number): number {
  const excess =
    evidence + LN_START - 0.5 * Math.log((2 * Math.PI) / a) - 1 / (12 * a) + 1 / (360 * a * a * a);
  return excess > 40 ? excess : Math.log1p(Math.exp(excess));
}

/** The x >= 0 of x - ln(1 + x) = y, from above. */
function inverseDivergence(y: number): number {
  // Below, the subtraction would cancel; this bound is within 1e-4 of the root there.
  if (y < 1e-8) return Math.sqrt(2 * y) + y;
  let x = y + Math.sqrt(y * (y + 2));
  // Convex and increasing: Newton's steps come down to the root and never pass it.
  for (let step = 0; step < 60; step++) {
    const next = x - ((x - Math.log1p(x) - y) * (1 + x)) / x;
    if (!(next < x * (1 - 1e-12))) break;
    x = next;
  }
  return x;
}
