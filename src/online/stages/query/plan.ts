/** What does the sentence ask for? The plan of the request's words, and the rows that its hard constraints leave. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { RequestContext } from '../../../funnel/context.ts';
import type { QueryHydrator } from '../../../funnel/stage.ts';
import { EMPTY_PLAN, type PlanSource, type QueryPlan } from '../../../reasoning/plan.ts';
import type { ParsedRequest } from '../../../reasoning/planner/planner.ts';
import { rowsOfPlan } from '../../../reasoning/planner/rows-of-plan.ts';
import type { Bitset } from '../../../vectors/bitset.ts';
import type { Sessions } from '../../session.ts';
import { onlyOptions, type StageOptions } from '../options.ts';

/** The name under which the hydrators of plans write; a stage that reads the plan needs it. */
export const PLAN = 'plan';
/** The name under which the engine puts what the parser understood, and where it stays whatever plan takes its place. */
export const PARSED = 'parsed';
/** The name under which stands how many requests of the session this one rewords. */
export const REFORMULATIONS = 'reformulations';

/** A plan with what it means for the open catalogue. */
export interface Planned {
  readonly plan: QueryPlan;
  readonly source: PlanSource;
  /** Rows that meet the hard constraints; null where there are none. */
  readonly allowed: Bitset | null;
}

const UNPLANNED: Planned = { plan: EMPTY_PLAN, source: 'parser', allowed: null };

/** The query hydrator `plan`: provides `plan`, as the words of the request were parsed, and `reformulations`. It has no options. */
export function planHydrator(catalog: Catalog, sessions: Sessions, options: StageOptions): QueryHydrator {
  onlyOptions('plan', options, []);
  return {
    name: 'plan',
    onFailure: 'closed',
    provides: [PLAN, REFORMULATIONS],
    hydrateQuery(context) {
      const { text, userNumber, time, query } = context;
      const parsed = parsedOf(context);
      if (text === null || !parsed) return;
      setPlan(context, catalog, parsed.plan, 'parser');
      query.set(REFORMULATIONS, sessions.reformulations(userNumber, text, time));
    },
    toJSON: () => ({ use: 'plan' }),
  };
}

/** Lets the stages that follow serve another plan. */
export function setPlan(
  context: RequestContext,
  catalog: Catalog,
  plan: QueryPlan,
  source: PlanSource,
): void {
  context.query.set(PLAN, { plan, source, allowed: rowsOfPlan(catalog, plan) } satisfies Planned);
}

/** The plan of the request; the one that asks for nothing where it has no words. */
export function plannedOf({ query }: RequestContext): Planned {
  return (query.get(PLAN) as Planned | undefined) ?? UNPLANNED;
}

/** What the parser understood; undefined where the request has no words. */
export function parsedOf({ query }: RequestContext): ParsedRequest | undefined {
  return query.get(PARSED) as ParsedRequest | undefined;
}
