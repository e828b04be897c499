/** What does the router look at? The features of a request, from what the stages so far have found. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { RequestContext } from '../../../funnel/context.ts';
import type { QueryPlan } from '../../../reasoning/plan.ts';
import { planColumns } from '../../../reasoning/planner/plan-columns.ts';
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

/** The features of the request. */
export function requestFeatures(context: RequestContext, catalog: Catalog): Float64Array {
  const items = catalog.size;
  const { plan, allowed } = plannedOf(context);
  const { text, vector } = (context.query.get(LEGS) as Legs | undefined) ?? NONE;
  return routeFeatures({
    text: context.text ?? '',
    plan,
    anchorsNamed: plan.similarTo.length,
    contradiction: (parsedOf(context)?.contradiction ?? false) || isTwisted(plan, catalog),
    textLeg: text,
    vectorLeg: vector,
    candidates: items,
    satisfying: allowed?.count() ?? items,
    userEvents: (context.query.get(SEEN) as Uint32Array | undefined)?.length ?? 0,
    reformulations: (context.query.get(REFORMULATIONS) as number | undefined) ?? 0,
  });
}

/** Whether the years rule out what the answer should resemble: something else than its time is wanted of it. */
function isTwisted({ year, similarTo }: QueryPlan, catalog: Catalog): boolean {
  const { year: column } = planColumns(catalog);
  if (year === null || column === undefined) return false;
  const { values } = catalog.column(column, 'number');
  const [from, to] = [year[0] ?? Number.NEGATIVE_INFINITY, year[1] ?? Number.POSITIVE_INFINITY];
  return similarTo.some((id) => {
    const of = values[catalog.rowOf(id) ?? -1];
    return of < from || of > to;
  });
}
