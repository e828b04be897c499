/** Below which f32 score can a row not be among the best k? The proof stands in native/src/bound.rs. */

/** The longest rows allowed; the bound needs `dimension * 2^-24` to be well below 1. */
export const MAX_DIMENSION = 65_536;

/** The largest |q| |x| for which an f32 sum surely does not overflow. */
const MAX_PRODUCT = 1e37;

const U = 2 ** -24;
const DENORMAL = 2 ** -149;

/**
 * The threshold for an f32 scan of rows of norm at most `rowNorm`: every row whose exact score is at least `best`
 * reaches it, whatever the order of summation. Minus infinity where f32 might overflow or nothing is known yet.
 *
 * The norms are upper bounds.
 */
export function scanThreshold(best: number, queryNorm: number, rowNorm: number, dimension: number): number {
  const product = queryNorm * rowNorm;
  if (!(product <= MAX_PRODUCT) || best === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const relative = (dimension * U) / (1 - dimension * U) + dimension * 2 ** -52;
  const slack = 2 * U * Math.abs(best) + relative * product + (dimension + 1) * DENORMAL;
  const threshold = best - slack * (1 + 1e-6);
  // Lowered by more than the rounding to f32 can raise it.
  return Math.fround(threshold - 2 * U * Math.abs(threshold) - DENORMAL);
}

/** An upper bound of a norm from its f64 sum of squares, rounding errors covered. */
export function normFromSquares(squares: number): number {
  return Math.sqrt(squares) * (1 + 1e-9);
}

/** Norms, other than 0, within which the arguments about codes neither underflow nor overflow. */
const LEAST_TAME = 2 ** -100;
const LARGEST_TAME = 2 ** 100;

/** Is a norm within the bounds of the proof about codes? It stands in native/src/planes/bound.rs. */
export function isTame(norm: number): boolean {
  return norm === 0 || (norm >= LEAST_TAME && norm <= LARGEST_TAME);
}

/**
 * What the upper bound that kernels compute from codes must reach for a row whose exact score may be `best`, lowered by
 * what rows without a scale may have.
 */
export function codeLimit(best: number, queryNorm: number): number {
  const limit = best - 2 * U * Math.abs(best) - 1.01 * LEAST_TAME * queryNorm - 2 ** -140;
  // Lowered by more than the rounding to f32 can raise it.
  return Math.fround(limit - 2 * U * Math.abs(limit) - DENORMAL);
}
