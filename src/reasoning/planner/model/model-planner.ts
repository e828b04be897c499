/** What more does a sentence ask for? A language model reads what the parser left over. */

import type { Catalog } from '../../../catalog/catalog.ts';
import { unexpected } from '../../../errors.ts';
import type { BudgetReservation } from '../../../funnel/budget.ts';
import type { ModelClient } from '../../client/model-client.ts';
import type { Asking, Refusal } from '../../client/question.ts';
import type { PlanSource, QueryPlan } from '../../plan.ts';
import { type PlanColumns, planColumns } from '../plan-columns.ts';
import type { ParsedRequest, Planner } from '../planner.ts';
import { folded, MOST_CHARACTERS, normalised, wordsOf } from '../words.ts';
import { mergedPlan, type NamedItems } from './merged-plan.ts';
import { type PlanAnswer, readPlanAnswer } from './plan-answer.ts';
import { planKey } from './plan-key.ts';
import { planPrompt, planSchema } from './plan-prompt.ts';
import { type PlanVocabulary, planVocabulary } from './plan-vocabulary.ts';

/** How requests are planned with a model. */
export interface ModelPlannerOptions {
  readonly catalog: Catalog;
  /** The parser of that catalogue. */
  readonly planner: Planner;
  readonly client: ModelClient;
  /** Tells the catalogue from any other in the client's cache: the hash of its snapshot. */
  readonly catalogHash: string;
  /** As the planner was given them. @default found by their names */
  readonly columns?: Partial<PlanColumns>;
}

/** A question for a plan, ready to be bought. */
export interface PlanQuote extends Asking {
  /** Nano-dollars that one call can cost at most; undefined where the model's price is unknown. */
  readonly reserve: number | undefined;
  /** Equal for requests that may share a plan. */
  readonly key: string;
  /** What the parser makes of the request. */
  readonly request: ParsedRequest;
  /** The request as it is read: one line, at most {@link MOST_CHARACTERS} characters. */
  readonly text: string;
}

/** On which terms a quote is bought. */
export interface PlanTerms {
  /** Absolute, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** At least `reserve` of the quote. It is always settled. */
  readonly reservation: BudgetReservation;
  readonly signal?: AbortSignal;
}

/** A plan, and where it came from. */
export interface Planned {
  readonly plan: QueryPlan;
  readonly source: PlanSource;
  /** Nano-dollars. */
  readonly cost: number;
  /** Why the parser's plan stands; absent where it does not. */
  readonly refused?: Refusal;
  /** The last failure of the provider in short, as `status 503`; absent where there was none. */
  readonly failure?: string;
}

/** Output tokens of a plan with all its lists. */
const MOST_TOKENS = 300;

/**
 * Plans requests with a language model. It answers with the same {@link QueryPlan} as the parser, which stands in it:
 * the model adds what the parser missed and contradicts nothing. Each field of its answer is checked by itself; genres and
 * languages are the catalogue's, titles are looked up and become ids or free text, so that no item is invented.
 *
 * Plans are kept in the client's cache. A request finds the plan of another only where both are parsed alike, so that an
 * era, a negation, a genre, a count or a title never differ, and leave the same words over.
 *
 * @example
 * ```ts
 * const client = new ModelClient({ model: planModel, prices });
 * const planner = new ModelPlanner({ catalog, planner: await openPlanner(catalog), client, catalogHash: 'example' });
 * const quote = planner.quote('something for a rainy night');
 * const reservation = new RequestBudget(10_000_000).reserve(quote.reserve);
 * const { plan } = await planner.plan(quote, { deadline: performance.now() + 800, reservation });
 * plan.moods; // ['rainy', 'melancholic']
 * ```
 */
export class ModelPlanner {
  readonly #planner: Planner;
  readonly #client: ModelClient;
  readonly #catalogHash: string;
  readonly #vocabulary: PlanVocabulary;
  readonly #schema: Record<string, unknown>;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for options that are none, or columns that the catalogue lacks. */
  constructor(options: ModelPlannerOptions) {
    const { catalog, planner, client, catalogHash, columns } = options ?? {};
    if (catalog?.columns === undefined) throw unexpected('a Catalog', 'catalog', catalog);
    if (typeof planner?.parse !== 'function') throw unexpected('a Planner', 'planner', planner);
    if (typeof client?.ask !== 'function') throw unexpected('a ModelClient', 'client', client);
    if (typeof catalogHash !== 'string' || catalogHash === '')
      throw unexpected('a text', 'catalogHash', catalogHash);
    this.#planner = planner;
    this.#client = client;
    this.#catalogHash = catalogHash;
    this.#vocabulary = planVocabulary(catalog, planColumns(catalog, columns));
    this.#schema = planSchema(this.#vocabulary);
  }

  /**
   * The question for a request, and the most that it can cost. Nothing is bought. Cost: a parse, and some 30 microseconds.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for anything but a text.
   */
  quote(text: string): PlanQuote {
    const request = this.#planner.parse(text);
    const read = normalised(text.slice(0, MOST_CHARACTERS));
    const asking: Asking = {
      prompt: planPrompt(read, request.plan, this.#vocabulary),
      schema: this.#schema,
      maxOutputTokens: MOST_TOKENS,
    };
    const key = planKey(request, this.#catalogHash);
    return { ...asking, reserve: this.#client.bound(asking), key, request, text: read };
  }

  /** True where the plan of this quote costs nothing, because one like it was bought of late. */
  remembers({ key }: PlanQuote): boolean {
    return this.#client.remembers('plan', key);
  }

  /**
   * Buys the plan. Where the model refuses, fails, is late or cannot be read, the parser's plan stands.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for wrong terms; ERR_SLUICE_MODULE_REQUIRED where the model needs a package.
   */
  async plan(quote: PlanQuote, { deadline, reservation, signal }: PlanTerms): Promise<Planned> {
    const { prompt, schema, maxOutputTokens, key, request, text } = quote;
    const asked = await this.#client.ask<PlanAnswer>({
      ...{ purpose: 'plan', prompt, schema, maxOutputTokens, key, deadline, reservation },
      ...(signal && { signal }),
      read: (answer) => readPlanAnswer(answer, this.#vocabulary),
    });
    const { cost } = asked;
    if (asked.refused) {
      const { refused, failure } = asked;
      return {
        plan: request.plan,
        source: 'parser',
        cost,
        refused,
        ...(failure !== undefined && { failure }),
      };
    }
    return {
      plan: mergedPlan(request, asked.value, this.#items(asked.value, text)),
      source: asked.from,
      cost,
    };
  }

  /** Looks titles up. Those that the request names itself are told from those that the model thought of. */
  #items({ like, unwanted }: PlanAnswer, text: string): NamedItems {
    const said = ` ${wordsIn(text)} `;
    const unknown: string[] = [];
    const named: string[] = [];
    const find = (titles: readonly string[], lost: (title: string) => void): string[] =>
      titles.flatMap((title) => {
        const ids = this.#planner.plan(title).title;
        if (ids.length === 0) lost(title);
        if (said.includes(` ${wordsIn(title)} `)) named.push(...ids);
        return ids;
      });
    return {
      like: find(like, (title) => unknown.push(title)),
      unwanted: find(unwanted, () => {}),
      named,
      unknown,
    };
  }
}

function wordsIn(text: string): string {
  return wordsOf(normalised(text))
    .map((word) => folded(word.text))
    .join(' ');
}
