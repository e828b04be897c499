/** In which order is the dozen shown? As a language model ranks it, where the router finds that worth its price. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { Reasoner } from '../../../funnel/stage.ts';
import { usualFields } from '../../../reasoning/rerankers/item-fields.ts';
import { ListwiseReranker } from '../../../reasoning/rerankers/listwise-reranker.ts';
import type { RerankQuote } from '../../../reasoning/rerankers/reranking.ts';
import type { Reasoning } from '../../reasoning.ts';
import { flagOption, onlyOptions, type StageOptions, wholeOption } from '../options.ts';
import { PLAN, plannedOf } from '../query/plan.ts';
import { MOST_REORDERED, type ReadsTogether } from './cross-encoder.ts';
import { noteRefusal, purchase } from './purchase.ts';
import { requestFeatures } from './request-features.ts';

/** The name under which stands what a model said of items, by row. */
export const SAID = 'said';

/** Milliseconds that the answer needs after the order is there. */
const THEN_MS = 5;

/**
 * The reasoner `listwise`: one call that orders the first 24 items of the slate at most, for requests in words. Hard
 * constraints are tested again. Options: `maxPromotion`, places that an item may rise (default 4); `reasons`, whether the
 * model is asked to explain (default false).
 *
 * Where the engine has a cross-encoder too, an item may rise as high as that one places it.
 *
 * @param reasoning null where nothing is bought: it is then not enabled, nor for a catalogue without titles and the like.
 */
export function listwiseReasoner(
  catalog: Catalog,
  reasoning: Reasoning | null,
  reads: ReadsTogether | null,
  options: StageOptions,
): Reasoner {
  onlyOptions('listwise', options, ['maxPromotion', 'reasons']);
  const maxPromotion = wholeOption('listwise', options, 'maxPromotion', 4);
  const reasons = flagOption('listwise', options, 'reasons', false);
  // A model that is told nothing of the items cannot order them.
  const told = Object.keys(usualFields(catalog)).length > 0;
  const reranker =
    reasoning && told
      ? new ListwiseReranker({ catalog, client: reasoning.client, maxPromotion, reasons })
      : null;
  const quotes = new WeakMap<object, RerankQuote>();
  return {
    name: 'listwise',
    onFailure: 'open',
    needs: [PLAN],
    enable: ({ text }) => reranker !== null && text !== null,
    reserves(context, { rows }) {
      const { plan, allowed } = plannedOf(context);
      const quote = reranker?.quote({
        decisionId: context.decisionId,
        seed: context.seed,
        text: context.text ?? '',
        plan,
        rows: rows.slice(0, MOST_REORDERED),
        ...(allowed && { allowed }),
      });
      if (!reasoning || !quote) return null;
      quotes.set(context, quote);
      return purchase(context, reasoning, {
        purpose: 'rerank',
        features: requestFeatures(context, catalog),
        simple: false,
        bound: quote.reserve,
        thenMs: THEN_MS,
        remembered: reasoning.client.remembers('rerank', quote.key),
      });
    },
    async reason(context, { rows }, reservation) {
      const quote = quotes.get(context) as RerankQuote;
      // Beside the model: an opinion that comes later is left out.
      let agreed: Uint32Array | undefined;
      reads?.(context, rows.slice(0, MOST_REORDERED)).then(
        (order) => {
          agreed = order;
        },
        () => {},
      );
      const {
        order,
        reasons: said,
        cost,
        refused,
        failure,
      } = await (reranker as ListwiseReranker).rerank(quote, {
        deadline: context.deadline - THEN_MS,
        reservation,
        agreed: () => agreed,
        ...(context.signal && { signal: context.signal }),
      });
      reasoning?.paid('rerank', cost, reservation.amount);
      if (refused !== undefined) {
        noteRefusal(context, 'rerank', { refused, ...(failure !== undefined && { failure }) });
        return null;
      }
      context.query.set(SAID, new Map(Array.from(said, ([place, reason]) => [rows[place], reason])));
      return Uint32Array.from(rows, (_, place) => (place < order.length ? order[place] : place));
    },
    toJSON: () => ({ use: 'listwise', with: { maxPromotion, reasons } }),
  };
}
