/** What does the parser leave over? A plan bought of a language model, where the router finds it worth its price. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { QueryHydrator } from '../../../funnel/stage.ts';
import type { Planner } from '../../../reasoning/planner/planner.ts';
import { ModelPlanner } from '../../../reasoning/planner/model/model-planner.ts';
import { onlyOptions, type StageOptions } from '../options.ts';
import { PLAN, plannedOf, setPlan } from '../query/plan.ts';
import { purchase, type Reasoning } from './purchase.ts';
import { requestFeatures } from './request-features.ts';

/** Share of the time left that the plan may take; retrieval and the order of the slate need the rest. */
const SHARE = 0.6;
/** Milliseconds that retrieval needs after it. */
const THEN_MS = 20;
