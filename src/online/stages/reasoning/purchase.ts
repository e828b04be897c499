/** Is it bought? The router's decision for one purpose of one request, its reservation, and the receipt of both. */

import type { BudgetReservation } from '../../../funnel/budget.ts';
import type { RequestContext } from '../../../funnel/context.ts';
import { type RouteDecision, type RoutePurpose, refuseRoute } from '../../../reasoning/router/router.ts';
import type { Reasoning } from '../../reasoning.ts';

/** What could be bought. */
export interface Offer {
  readonly purpose: RoutePurpose;
  readonly features: Float64Array;
  /** True where the parser's plan says all that the sentence says. */
  readonly simple: boolean;
  /** Nano-dollars that it can cost at most; undefined where the price is unknown. */
  readonly bound: number | undefined;
  /** Milliseconds that what follows it needs. */
  readonly thenMs: number;
  /** True where the answer is known already, and free. */
  readonly remembered: boolean;
}

/**
 * The reservation with which to buy, or null. The receipt says why; what it says of the cost follows the reservation.
 */
export function purchase(
  context: RequestContext,
  reasoning: Reasoning,
  offer: Offer,
): BudgetReservation | null {
  const { purpose, features, simple, bound, thenMs, remembered } = offer;
  const { client, router, lambda, latencyMs } = reasoning;
  const { budget, decisionId, seed, text, value = reasoning.value } = context;
  const decision = router.decide(
    {
      purpose,
      decisionId,
      seed,
      text: text ?? '',
      value,
      expectedCost: bound === undefined ? null : reasoning.expected(purpose, bound),
      lambda: lambda(),
      latencyMs: remembered ? 0 : (client.latencyMs(0.95, purpose) ?? latencyMs),
      timeLeftMs: context.deadline - performance.now() - thenMs,
      breakerOpen: client.breakerOpen,
      affordable: bound === undefined || bound <= budget.available,
      simple,
    },
    features,
  );
  if (remembered && !simple) {
    // What is known already is taken without money.
    note(context, refuseRoute(decision, 'cache'), features, null);
    return budget.reserve(0);
  }
  if (!decision.buy || bound === undefined) {
    note(context, decision, features, null);
    return null;
  }
  const reservation = budget.reserve(bound);
  note(context, reservation ? decision : refuseRoute(decision, 'budget'), features, reservation);
  return reservation;
}

/** Notes that what was bought for a purpose gave nothing, and why. */
export function noteRefusal(
  { receipt }: RequestContext,
  purpose: RoutePurpose,
  { refused, failure }: { readonly refused: string; readonly failure?: string },
): void {
  const noted: { refused?: string } | undefined = receipt.routings.findLast(
    (routing) => routing.purpose === purpose,
  );
  if (noted) noted.refused = failure === undefined ? refused : `${refused}: ${failure}`;
}

function note(
  { receipt }: RequestContext,
  { purpose, buy, reason, gain, cost, lambda, propensity, version }: RouteDecision,
  features: Float64Array,
  reservation: BudgetReservation | null,
): void {
  receipt.routings.push({
    purpose,
    bought: buy,
    reason,
    propensity,
    version,
    features,
    gain,
    lambda,
    expectedCost: cost,
    // It is known once the reservation is settled, which the funnel sees to before it answers.
    get cost() {
      return reservation?.spent ?? 0;
    },
  });
}
