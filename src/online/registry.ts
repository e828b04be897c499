/** Which stages may a funnel name? Those of the engine, made over the open snapshot, and the caller's own. */

import type { StageRegistry } from '../funnel/funnel-json.ts';
import type { People } from './people.ts';
import type { ServingModel } from './serving-model.ts';
import { availableFilter } from './stages/available.ts';
import { nearestSource } from './stages/nearest.ts';
import { type LearningPolicy, policySelector } from './stages/policy-selector.ts';
import { popularSource } from './stages/popular.ts';
import { probabilityScorer } from './stages/probability.ts';
import { seenFilter } from './stages/seen.ts';
import { userHydrator } from './stages/user.ts';

/** Stages that a caller adds to the engine's, made anew for each snapshot. */
export type CustomStages = (model: ServingModel) => Partial<StageRegistry>;

/** The registry over one model. A custom stage of the same name takes the place of the engine's. */
export function stageRegistry(
  model: ServingModel,
  people: People,
  learning: LearningPolicy,
  custom: Partial<StageRegistry> = {},
): StageRegistry {
  const { index, curve, snapshot, known } = model;
  return {
    queryHydrators: { user: (options) => userHydrator(people, options), ...custom.queryHydrators },
    sources: {
      nearest: (options) => nearestSource(index, known, options),
      popular: (options) => popularSource(snapshot.items.popularity, options),
      ...custom.sources,
    },
    hydrators: { ...custom.hydrators },
    filters: {
      seen: seenFilter,
      available: (options) => availableFilter(snapshot.catalog, options),
      ...custom.filters,
    },
    scorers: { probability: (options) => probabilityScorer(index, curve, options), ...custom.scorers },
    selectors: {
      policy: (options) => policySelector(learning, snapshot.catalog, options),
      ...custom.selectors,
    },
    reasoners: { ...custom.reasoners },
    sideEffects: { ...custom.sideEffects },
  };
}
