/** Which reward cannot be learned from, and what mends it? */

import { SluiceError, unexpected } from '../errors.ts';

/** The error for a reward outside its range, infinite or no number. @param mend what else would do. */
export function wrongReward(
  entry: number,
  reward: number,
  low: number,
  high: number,
  mend = '',
): SluiceError {
  const code = 'ERR_SLUICE_NON_FINITE';
  const { message, details } = unexpected(
    `a reward from ${low} to ${high}`,
    `rewards[${entry}]`,
    reward,
    code,
  );
  const remedy = `Scale rewards to the range from ${low} to ${high}${mend}.`;
  return new SluiceError(code, message, { details, ...(Number.isFinite(reward) && { remedy }) });
}
