/** What if draws give an item that was shown less than f64 tells from 0? Its weight 1 / p stays finite. */

const LEAST = 2 ** -1022;

/** Estimated propensities of what was shown, brought into (0, 1]. */
export function clampPropensities(propensities: Float64Array): Float64Array {
  return propensities.map((propensity) => Math.min(Math.max(propensity, LEAST), 1));
}
