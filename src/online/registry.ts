/** Which stages may a funnel name? Those of the engine, made over the open snapshot, and the caller's own. */

import type { StageRegistry } from '../funnel/funnel-json.ts';
import type { People } from './people.ts';
import type { ServingModel } from './serving-model.ts';
import { availableFilter } from './stages/available.ts';
import { nearestSource } from './stages/nearest.ts';
import { type LearningPolicy, policySelector } from './stages/policy-selector.ts';
import { popularSource } from './stages/popular.ts';
import { probabilityScorer } from './stages/probability.ts';
import { topSelector } from './stages/query/top.ts';
import { seenFilter } from './stages/seen.ts';
import { userHydrator } from './stages/user.ts';

/** Stages that a caller adds to the engine's, made anew for each snapshot. */
export type CustomStages = (model: ServingModel) => Partial<StageRegistry>;

const ROLES = [
  'queryHydrators',
  'sources',
  'hydrators',
  'filters',
  'scorers',
  'selectors',
  'reasoners',
  'sideEffects',
] as const satisfies readonly (keyof StageRegistry)[];

/** The registry over one model. Of stages of one name in one role the last takes the place of those before it. */
export function stageRegistry(
  model: ServingModel,
  people: People,
  learning: LearningPolicy,
  ...more: readonly Partial<StageRegistry>[]
): StageRegistry {
  const { index, curve, snapshot, known } = model;
  const { catalog, items } = snapshot;
  const own: Partial<StageRegistry> = {
    queryHydrators: { user: (options) => userHydrator(people, options) },
    sources: {
      nearest: (options) => nearestSource(index, known, options),
      popular: (options) => popularSource(items.popularity, options),
    },
    filters: {
      seen: (options) => seenFilter(catalog, options),
      available: (options) => availableFilter(catalog, options),
    },
    scorers: { probability: (options) => probabilityScorer(index, curve, options) },
    selectors: { policy: (options) => policySelector(learning, catalog, options), top: topSelector },
  };
  const registries = [own, ...more];
  const merged = ROLES.map((role) => [role, Object.assign({}, ...registries.map((some) => some[role]))]);
  return Object.fromEntries(merged) as StageRegistry;
}
