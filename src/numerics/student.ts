/** How far out does a Student t variate lie? Its quantiles, by the incomplete beta function. */

import { unexpected } from '../errors.ts';
import { betaCdf, lnBeta } from './beta.ts';

/**
 * The t with P(T <= t) = p for Student's t distribution, to about 1e-10 relative (DLMF 8.17; bisection).
 *
 * @param p in (0, 1). @param degrees degrees of freedom, above 0 and at most 1e5.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a value outside its range.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) throw unexpected('a number between 0 and 1', 'p', p);
  if (!(degrees > 0 && degrees < Number.POSITIVE_INFINITY))
    throw unexpected('a number above 0', 'degrees', degrees);
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  const lnB = lnBeta(degrees / 2, 0.5);
  const above = (t: number): number => betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5, lnB) / 2;
  let low = 0;
  let high = 1;
  while (above(high) > 1 - p && high < 1e300) high *= 2;
  for (let step = 0; step < 80 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (above(middle) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
