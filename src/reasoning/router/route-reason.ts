/** Why was reasoning bought, or not? The closed list of reasons that every route decision names one of. */

/** Every reason, with what it says. */
export const ROUTE_REASONS = {
  'gain-above-price': 'the lower bound of the gain is worth more than the price',
  'gain-below-price': 'the lower bound of the gain is not worth the price',
  explored: 'decided by chance, so that both choices are seen with a known propensity',
  'simple-plan': 'the plan of the parser says all that the sentence says',
  'price-unknown': 'no price, or a stale one',
  'breaker-open': 'the model fails too often at present',
  deadline: 'the model would probably answer too late',
  budget: 'the budget has no room for the call',
  cache: 'the answer was already known',
} as const satisfies Record<string, string>;

/** A key of {@link ROUTE_REASONS}. */
export type RouteReason = keyof typeof ROUTE_REASONS;
