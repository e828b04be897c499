/** What does the parser leave over? A plan bought of a language model, where the router finds it worth its price. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { QueryHydrator } from '../../../funnel/stage.ts';
import type { Planner } from '../../../reasoning/planner/planner.ts';
import type { Reasoning } from '../../reasoning.ts';
import type { StageOptions } from '../options.ts';

export function modelPlanHydrator(
  _p: Planner,
  _c: Catalog,
  _h: string,
  _r: Reasoning | null,
  _o: StageOptions,
): QueryHydrator {
  return {
    name: 'model-plan',
    onFailure: 'open',
    provides: [],
    enable: () => false,
    hydrateQuery() {},
    toJSON: () => ({ use: 'model-plan' }),
  };
}
