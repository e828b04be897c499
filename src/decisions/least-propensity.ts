/** What if draws give an item that was shown less than f64 tells from 0? Its weight 1 / p stays finite. */

/** The smallest normal f64. */
export const LEAST_PROPENSITY = 2 ** -1022;

/** Propensities of what was shown, brought into (0, 1], so that they may be divided by. */
export function possible(propensities: Float64Array): Float64Array {
  return propensities.map((propensity) => Math.min(Math.max(propensity, LEAST_PROPENSITY), 1));
}
