/** Which stages answer a request in words? Those of the plan and the text, and those that are bought. */

import type { StageRegistry } from '../funnel/funnel-json.ts';
import type { CrossEncoder } from '../reasoning/rerankers/cross-encoder.ts';
import type { Reasoning } from './reasoning.ts';
import type { ServingModel } from './serving-model.ts';
import type { Sessions } from './session.ts';
import { planHydrator } from './stages/query/plan.ts';
import { relevanceScorer } from './stages/query/relevance.ts';
import { satisfiesFilter } from './stages/query/satisfies.ts';
import { similarSource } from './stages/query/similar.ts';
import { sortKeys } from './stages/query/sort-keys.ts';
import { sortedSource } from './stages/query/sorted.ts';
import { textSource } from './stages/query/text.ts';
import { titlesSource } from './stages/query/titles.ts';
import { crossEncoderReasoner, readsTogether } from './stages/reasoning/cross-encoder.ts';
import { listwiseReasoner } from './stages/reasoning/listwise.ts';
import { modelPlanHydrator } from './stages/reasoning/model-plan.ts';
import type { Words } from './words.ts';

/** What the stages work with beside the model, the same for each of them. */
export interface QueryParts {
  readonly sessions: Sessions;
  /** Null where nothing is bought: its stages are then never enabled. */
  readonly reasoning: Reasoning | null;
  readonly crossEncoder: Pick<CrossEncoder, 'rerank'> | null;
}

/** The stages over one model. */
export function queryStages(
  { snapshot, index, known, hash }: ServingModel,
  { planner, text }: Words,
  { sessions, reasoning, crossEncoder }: QueryParts,
): Partial<StageRegistry> {
  const { catalog, items } = snapshot;
  const reads = readsTogether(catalog, crossEncoder);
  const keys = sortKeys(catalog, items.popularity);
  return {
    queryHydrators: {
      plan: (options) => planHydrator(catalog, sessions, options),
      'model-plan': (options) => modelPlanHydrator({ planner, catalog, hash, reasoning }, options),
    },
    sources: {
      titles: (options) => titlesSource(catalog, options),
      text: (options) => textSource(text, options),
      similar: (options) => similarSource({ index, catalog, known, ...items }, options),
      sorted: (options) => sortedSource(keys, catalog.size, options),
    },
    filters: { satisfies: satisfiesFilter },
    scorers: { relevance: (options) => relevanceScorer(keys, options) },
    reasoners: {
      listwise: (options) => listwiseReasoner(catalog, reasoning, reads, options),
      'cross-encoder': (options) => crossEncoderReasoner(reads, options),
    },
  };
}
