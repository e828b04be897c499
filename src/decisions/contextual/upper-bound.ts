/** Which arms may be best? Those whose score is highest at the upper end of what is believable. */

import { unexpected } from '../../errors.ts';
import { certain, type Rule } from './rule.ts';

/** The arms of highest mean + alpha width, width being the standard deviation of the linear score. @param alpha at least 0. */
export function upperBound(alpha: number): Rule {
  if (!(alpha >= 0 && alpha < Number.POSITIVE_INFINITY))
    throw unexpected('a number of at least 0', 'alpha', alpha);
  return {
    name: `upper-bound ${alpha}`,
    explores: alpha > 0,
    slates: ({ belief, size }) => certain(belief.upperBound(alpha, size)),
  };
}
