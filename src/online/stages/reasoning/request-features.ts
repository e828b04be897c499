/** What does the router look at? The features of a request, from what the stages so far have found. */

import type { RequestContext } from '../../../funnel/context.ts';
import { type RankedLeg, routeFeatures } from '../../../reasoning/router/features.ts';
import { parsedOf, plannedOf, REFORMULATIONS } from '../query/plan.ts';
import { SEEN } from '../user.ts';

/** The name under which the searches leave their results for the router. */
export const LEGS = 'legs';

/** Results of the searches, as far as the router looks at them. */
export interface Legs {
  readonly text: RankedLeg;
  readonly vector: RankedLeg;
}

const NONE: Legs = { text: { rows: [], scores: [] }, vector: { rows: [], scores: [] } };

/** The features of the request. @param items items of the catalogue. */
export function requestFeatures(context: RequestContext, items: number): Float64Array {
  const { plan, allowed } = plannedOf(context);
  const { text, vector } = (context.query.get(LEGS) as Legs | undefined) ?? NONE;
  return routeFeatures({
    text: context.text ?? '',
    plan,
    anchorsNamed: plan.similarTo.length,
    contradiction: parsedOf(context)?.contradiction ?? false,
    textLeg: text,
    vectorLeg: vector,
    candidates: items,
    satisfying: allowed?.count() ?? items,
    userEvents: (context.query.get(SEEN) as Uint32Array | undefined)?.length ?? 0,
    reformulations: (context.query.get(REFORMULATIONS) as number | undefined) ?? 0,
  });
}
