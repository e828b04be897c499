/** How much more often does the target show this item here, these items down to here, this slate? Importance weights. */

import { unexpected } from '../../errors.ts';
import type { LoggedSlates, SlatePropensities } from './logged-slates.ts';

/**
 * w_l = target(item at slot l) / logging(item at slot l), by marginal propensities. Rounds x slots.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT where the log has none. @internal
 */
export function slotWeights({ logging, target }: LoggedSlates): Float64Array {
  const logged = column(logging, 'logging', 'marginal');
  return column(target, 'target', 'marginal').map((probability, i) => probability / logged[i]);
}

/**
 * w_1..l = target(items at slots 1..l) / logging(items at slots 1..l), the product of the conditional ratios down to each
 * slot; the last of a round is the weight of the whole slate. Rounds x slots.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT where the log has none. @internal
 */
export function prefixWeights({ logging, target, slots }: LoggedSlates): Float64Array {
  const logged = column(logging, 'logging', 'conditional');
  const weights = column(target, 'target', 'conditional').map((probability, i) => probability / logged[i]);
  for (let i = 0; i < weights.length; i++) {
    // 0 also where what stands before weighs more than an f64 holds.
    if (i % slots > 0 && weights[i] !== 0) weights[i] *= weights[i - 1];
  }
  return weights;
}

function column(
  of: SlatePropensities,
  policy: 'logging' | 'target',
  kind: keyof SlatePropensities,
): Float64Array {
  const found = of[kind];
  if (found === undefined) throw unexpected('propensities', `${policy}.${kind}`, found);
  return found;
}
