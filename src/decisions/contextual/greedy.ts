/** Which arms are best as far as is known? */

import { certain, type Rule } from './rule.ts';

/** The arms of highest posterior mean; what exploration there is, is the floor's. */
export function greedy(): Rule {
  return {
    name: 'greedy',
    explores: false,
    slates: ({ belief, size }) => certain(belief.greedy(size)),
  };
}
