/** Which of the dozen answers a request best? A language model orders them all at once, within bounds. */

import type { Catalog } from '../../catalog/catalog.ts';
import { unexpected } from '../../errors.ts';
import { digest } from '../client/digest.ts';
import { readJsonObject } from '../client/json-answer.ts';
import type { ModelClient } from '../client/model-client.ts';
import type { Asking } from '../client/question.ts';
import { boundedMerge } from './bounded-merge.ts';
import { type FieldLimits, ItemFields } from './item-fields.ts';
import { completed, type ListwiseAnswer, listwiseSchema, readListwiseAnswer } from './listwise-answer.ts';
import { listwisePrompt, MOST_ITEMS } from './listwise-prompt.ts';
import { checkPermutation } from './permutation.ts';
import type { Reranked, RerankQuote, RerankRequest, RerankTerms } from './reranking.ts';

/** How a listwise reranker works. */
export interface ListwiseRerankerOptions {
  readonly catalog: Catalog;
  readonly client: ModelClient;
  /**
   * Columns that the model may read of an item, each with the most bytes of UTF-8 it may take; nothing else leaves the
   * catalogue. @default { title: 80, year: 8, genres: 64, tags: 48 }, as far as it has columns that are named so
   */
  readonly fields?: FieldLimits;
  /** How many of the best the model is asked for; the others keep their order. @default 12 */
  readonly top?: number;
  /**
   * Places that an item may rise above its prior place on the word of the model alone. Four of a dozen keep nine tenths
   * of the gain of a model half as noisy as the prior order (simulated). @default 4
   */
  readonly maxPromotion?: number;
  /** Whether the model is asked for reasons too, at some 30 output tokens an item; see `Explainer`. @default false */
  readonly reasons?: boolean;
}

/**
 * Reranks a dozen items by one call of a language model that sees them all (Sun et al. 2023, RankGPT).
 *
 * Texts of items are not trusted. The model sees fields from a list, cleaned and cut, under letters and in an order that
 * are drawn for each request, which also makes its bias by position noise. It can answer with letters alone. Those it
 * leaves out follow in prior order, and no item rises more than `maxPromotion` places, so that an instruction hidden in
 * a title moves it no further.
 *
 * @example
 * ```ts
 * const client = new ModelClient({ model: languageModel, prices });
 * const reranker = new ListwiseReranker({ catalog, client });
 * const rows = Uint32Array.of(4, 2, 3);
 * const quote = reranker.quote({ decisionId: 'a1', seed: 7, text: 'bleak robots', plan: EMPTY_PLAN, rows });
 * const reservation = new RequestBudget(10_000_000).reserve(quote.reserve);
 * const { order } = await reranker.rerank(quote, { deadline: performance.now() + 800, reservation });
 * order.length; // 3
 * ```
 */
export class ListwiseReranker {
  readonly #catalog: Catalog;
  readonly #client: ModelClient;
  readonly #fields: ItemFields;
  readonly #top: number;
  readonly #maxPromotion: number;
  readonly #reasons: boolean;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown column, or a number out of its range. */
  constructor(options: ListwiseRerankerOptions) {
    const { catalog, client, fields, top = 12, maxPromotion = 4, reasons = false } = options ?? {};
    if (catalog?.columns === undefined) throw unexpected('a Catalog', 'catalog', catalog);
    if (typeof client?.ask !== 'function') throw unexpected('a ModelClient', 'client', client);
    if (!Number.isInteger(top) || top < 1 || top > MOST_ITEMS)
      throw unexpected(`a whole number from 1 to ${MOST_ITEMS}`, 'top', top);
    if (!Number.isInteger(maxPromotion) || maxPromotion < 0)
      throw unexpected('a whole number of places from 0', 'maxPromotion', maxPromotion);
    this.#catalog = catalog;
    this.#client = client;
    this.#fields = new ItemFields(catalog, fields);
    this.#top = top;
    this.#maxPromotion = maxPromotion;
    this.#reasons = reasons;
  }

  /**
   * The question for a request, and the most that it can cost; null where fewer than two items could be ordered. Nothing
   * is bought. Cost: some 100 microseconds for a dozen.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for more than 26 rows, a repeated one, or one beyond the catalogue.
   */
  quote(request: RerankRequest): RerankQuote | null {
    const { rows, allowed } = checked(request, this.#catalog);
    const kept = Uint32Array.from(rows.keys()).filter((at) => allowed?.has(rows[at]) ?? true);
    if (kept.length < 2) return null;
    const shown = { ...request, rows: kept.map((at) => rows[at]) };
    const top = Math.min(this.#top, kept.length);
    const { prompt, labels, content } = listwisePrompt(
      this.#catalog,
      this.#fields,
      shown,
      top,
      this.#reasons,
    );
    const asking: Asking = {
      prompt,
      schema: listwiseSchema(labels, this.#reasons),
      // The object and a fence around it, then a quoted letter and a comma each; a reason is some twenty tokens more.
      maxOutputTokens: 24 + (this.#reasons ? 40 : 4) * top,
    };
    const key = digest(content);
    return { ...asking, reserve: this.#client.bound(asking), key, size: rows.length, kept, labels };
  }

  /**
   * Buys a quote. Whatever the model or its provider does, the order is a permutation, and there by the deadline.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for wrong terms; ERR_SLUICE_MODULE_REQUIRED where the model needs a package.
   */
  async rerank(quote: RerankQuote, terms: RerankTerms): Promise<Reranked> {
    if (!(quote?.kept instanceof Uint32Array)) throw unexpected('a quote', 'quote', quote);
    if (typeof terms !== 'object' || terms === null) throw unexpected('terms', 'terms', terms);
    const { deadline, reservation, signal, agreed } = terms;
    if (agreed !== undefined && typeof agreed !== 'function') checkPermutation(agreed, 'agreed', quote.size);
    const { prompt, schema, maxOutputTokens, key, labels, kept } = quote;
    const answer = await this.#client.ask<ListwiseAnswer>({
      purpose: 'rerank',
      ...{ prompt, schema, maxOutputTokens, deadline, reservation, key },
      ...(signal && { signal }),
      read: (text) => readListwiseAnswer(readJsonObject(text), labels),
    });
    const { cost } = answer;
    if (answer.refused !== undefined) {
      const order = this.#placed(quote, Uint32Array.from(kept.keys()));
      const { refused, failure } = answer;
      const why = { refused, ...(failure !== undefined && { failure }) };
      return { order, reasons: new Map(), cost, from: 'prior', ...why };
    }
    const { named, reasons } = answer.value;
    const other = typeof agreed === 'function' ? agreed() : agreed;
    if (other !== undefined) checkPermutation(other, 'agreed', quote.size);
    return {
      order: this.#placed(quote, completed(named, kept.length), other),
      reasons: new Map(Array.from(reasons, ([place, reason]) => [kept[place], reason])),
      cost,
      from: answer.from,
    };
  }

  /** Positions of all items for an order of those kept: bounded, and the others last. */
  #placed({ size, kept }: RerankQuote, order: Uint32Array, agreed?: Uint32Array): Uint32Array {
    const placeOf = new Map(Array.from(kept, (at, place) => [at, place]));
    const agreedOnKept = agreed?.filter((at) => placeOf.has(at)).map((at) => placeOf.get(at)!);
    const merged = boundedMerge(order, this.#maxPromotion, agreedOnKept);
    return completed(
      merged.map((place) => kept[place]),
      size,
    );
  }
}

function checked(request: RerankRequest, catalog: Catalog): RerankRequest {
  if (typeof request !== 'object' || request === null) throw unexpected('a request', 'request', request);
  const { decisionId, seed, text, plan, rows } = request;
  if (typeof decisionId !== 'string') throw unexpected('a decision id', 'decisionId', decisionId);
  if (!Number.isFinite(seed)) throw unexpected('a finite number', 'seed', seed);
  if (typeof text !== 'string') throw unexpected('the text of the request', 'text', text);
  if (!Array.isArray(plan?.similarTo)) throw unexpected('a plan', 'plan', plan);
  if (!(rows instanceof Uint32Array)) throw unexpected('a Uint32Array', 'rows', rows);
  if (rows.length > MOST_ITEMS) throw unexpected(`at most ${MOST_ITEMS} rows`, 'rows', rows.length);
  if (new Set(rows).size < rows.length) throw unexpected('distinct rows', 'rows', rows.join(', '));
  for (const row of rows)
    if (row >= catalog.size) throw unexpected(`rows below ${catalog.size}`, 'rows', row);
  return request;
}
