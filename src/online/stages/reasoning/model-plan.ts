/** What does the parser leave over? A plan bought of a language model, where the router finds it worth its price. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { QueryHydrator } from '../../../funnel/stage.ts';
import { ModelPlanner, type PlanQuote } from '../../../reasoning/planner/model/model-planner.ts';
import type { Planner } from '../../../reasoning/planner/planner.ts';
import type { Reasoning } from '../../reasoning.ts';
import { onlyOptions, type StageOptions } from '../options.ts';
import { PLAN, plannedOf, setPlan } from '../query/plan.ts';
import { noteRefusal, purchase } from './purchase.ts';
import { requestFeatures } from './request-features.ts';

/** Share of the time left that a plan may take: retrieval and the order of the slate need the rest. */
const SHARE = 0.6;

/** What the hydrator works with. */
export interface ModelPlanParts {
  readonly planner: Planner;
  readonly catalog: Catalog;
  /** Hash of the snapshot. */
  readonly hash: string;
  /** Null where nothing is bought. */
  readonly reasoning: Reasoning | null;
}

/**
 * The query hydrator `model-plan`: asks a language model for what the parser left over, and lets the stages that follow
 * serve its plan. It is enabled for sentences that the parser calls complex, where the engine reasons. It has no options.
 */
export function modelPlanHydrator(parts: ModelPlanParts, options: StageOptions): QueryHydrator {
  onlyOptions('model-plan', options, []);
  const { planner, catalog, hash, reasoning } = parts;
  const model =
    reasoning && new ModelPlanner({ catalog, planner, client: reasoning.client, catalogHash: hash });
  const quotes = new WeakMap<object, PlanQuote>();
  const timeOf = (deadline: number) =>
    Number.isFinite(deadline) ? (1 - SHARE) * Math.max(0, deadline - performance.now()) : 0;
  return {
    name: 'model-plan',
    onFailure: 'open',
    provides: [],
    needs: [PLAN],
    enable: ({ text }) => model !== null && text !== null,
    reserves(context) {
      if (!reasoning || !model) return null;
      const { complex } = plannedOf(context).plan;
      const quote = complex ? model.quote(context.text ?? '') : null;
      if (quote) quotes.set(context, quote);
      return purchase(context, reasoning, {
        purpose: 'plan',
        features: requestFeatures(context, catalog),
        simple: !complex,
        bound: quote?.reserve,
        thenMs: timeOf(context.deadline),
        remembered: quote !== null && model.remembers(quote),
      });
    },
    async hydrateQuery(context, reservation) {
      const quote = quotes.get(context);
      if (!model || !quote || !reservation) return;
      const { plan, source, cost, refused, failure } = await model.plan(quote, {
        deadline: context.deadline - timeOf(context.deadline),
        reservation,
        ...(context.signal && { signal: context.signal }),
      });
      reasoning?.paid('plan', cost, reservation.amount);
      if (refused !== undefined) {
        noteRefusal(context, 'plan', { refused, ...(failure !== undefined && { failure }) });
        return;
      }
      const before = plannedOf(context);
      setPlan(context, catalog, plan, source);
      if (before.allowed?.count() === 0 || plannedOf(context).allowed?.count() !== 0) return;
      // A constraint that only the model reads into the sentence may not leave nothing to show.
      context.query.set(PLAN, before);
      noteRefusal(context, 'plan', { refused: 'nothing satisfies it' });
    },
    toJSON: () => ({ use: 'model-plan' }),
  };
}
