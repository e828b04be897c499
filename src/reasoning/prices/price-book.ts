/** Which prices are known, as of which day? A dated, versioned list; what is unknown or stale has no price. */

import { unexpected } from '../../errors.ts';
import type { Usage } from '../client/language-model.ts';
import {
  amountOf,
  boundOf,
  checkPrices,
  isCount,
  type ModelPrices,
  midnight,
  pricesAt,
} from './model-prices.ts';
import type { Prices } from './prices.ts';

const DAY_MS = 86_400_000;
/** Tokens that a provider puts around the messages of a prompt. */
const FRAMING_TOKENS = 64;

/** A price list. */
export interface PriceList {
  /** Day on which the prices were looked up, YYYY-MM-DD. */
  readonly asOf: string;
  /** Days after which they are stale: a call is refused rather than made at a price that may have risen. */
  readonly staleAfterDays: number;
  /** By name of the model, as `LanguageModel.name` says it. */
  readonly models: Readonly<Record<string, ModelPrices>>;
}

interface Entry {
  readonly prices: ModelPrices;
  readonly staleAt: number;
}

/**
 * Prices of models. The arithmetic is exact, in integer nano-dollars, rounded up once a call.
 *
 * @example
 * ```ts
 * const own = PriceBook.of({
 *   asOf: '2026-11-01',
 *   staleAfterDays: 90,
 *   models: { 'home/reranker-7b': { input: 50_000_000, output: 400_000_000 } },
 * });
 * const prices = (await PriceBook.bundled()).with(own);
 * prices.price('home/reranker-7b', { inputTokens: 1000, outputTokens: 60 }, Date.UTC(2026, 11, 1)); // 74000
 * prices.price('home/reranker-8b', { inputTokens: 1000, outputTokens: 60 }, Date.UTC(2026, 11, 1)); // undefined
 * ```
 */
export class PriceBook implements Prices {
  /** Day and hash of the list: equal lists have equal ids. */
  readonly id: string;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(id: string, entries: ReadonlyMap<string, Entry>) {
    this.id = id;
    this.#entries = entries;
  }

  /** The caller's own prices. @throws ERR_SLUICE_INVALID_ARGUMENT naming the entry that is wrong. */
  static of(list: PriceList): PriceBook {
    if (typeof list !== 'object' || list === null) throw unexpected('a price list', 'list', list);
    const { asOf, staleAfterDays, models } = list;
    if (!(staleAfterDays > 0 && staleAfterDays <= 36_500))
      throw unexpected('days in (0, 36500]', 'staleAfterDays', staleAfterDays);
    if (typeof models !== 'object' || models === null) throw unexpected('prices by name', 'models', models);
    const staleAt = midnight(asOf, 'asOf') + staleAfterDays * DAY_MS;
    const entries = new Map<string, Entry>();
    for (const [name, prices] of Object.entries(models)) {
      checkPrices(prices, `models["${name}"]`);
      entries.set(name, { prices: structuredClone(prices), staleAt });
    }
    return new PriceBook(`${asOf}-${hashOf(JSON.stringify([staleAfterDays, models]))}`, entries);
  }

  /**
   * The prices that Sluice was released with: text models of the large providers, named `provider/model` such as
   * `openai/gpt-5-mini`, with the names of their dated versions. A price that depends on the hour stands at its highest.
   * The list (19 kB) is read by the first call.
   *
   * @param options.staleAfterDays in (0, 36500]. @default 180
   */
  static async bundled({
    staleAfterDays = 180,
  }: {
    readonly staleAfterDays?: number;
  } = {}): Promise<PriceBook> {
    const { default: frozen } = await import('./frozen.json', { with: { type: 'json' } });
    const models: Record<string, ModelPrices> = { ...frozen.models };
    for (const [alias, name] of Object.entries(frozen.aliases)) models[alias] = models[name];
    return PriceBook.of({ asOf: frozen.asOf, staleAfterDays, models });
  }

  /** Both books as one: where both know a model, the price of `other` counts. */
  with(other: PriceBook): PriceBook {
    return new PriceBook(`${this.id}+${other.id}`, new Map([...this.#entries, ...other.#entries]));
  }

  /**
   * What a call of that usage costs; undefined where the model is unknown, its price is stale, or what the provider
   * reported is no usage (a count that is missing, negative, or has more cached tokens than tokens). Cost: about 0.2 us.
   *
   * @param at milliseconds since 1970.
   */
  price(model: string, usage: Usage, at: number): number | undefined {
    const prices = this.#pricesOf(model, at);
    return prices && amountOf(prices, usage);
  }

  /**
   * The most that a call can cost: every byte of the prompt a token, 64 more for what the provider puts around it, all
   * output generated, at the highest rate of any tier in reach. undefined where the price is unknown or stale.
   *
   * @param promptBytes UTF-8 bytes of all that is sent, the schema included, below 2^32.
   * @param at milliseconds since 1970.
   * @throws ERR_SLUICE_INVALID_ARGUMENT unless both sizes are whole numbers from 0.
   */
  bound(model: string, promptBytes: number, maxOutputTokens: number, at: number): number | undefined {
    if (!isCount(promptBytes + FRAMING_TOKENS) || promptBytes < 0)
      throw unexpected('a whole number of bytes', 'promptBytes', promptBytes);
    if (!isCount(maxOutputTokens))
      throw unexpected('a whole number of tokens', 'maxOutputTokens', maxOutputTokens);
    const prices = this.#pricesOf(model, at);
    return prices && boundOf(prices, promptBytes + FRAMING_TOKENS, maxOutputTokens);
  }

  #pricesOf(model: string, at: number): ModelPrices | undefined {
    const entry = this.#entries.get(model);
    return entry && at < entry.staleAt ? pricesAt(entry.prices, at) : undefined;
  }
}

/** Loaded with the first use, for importing Sluice must be quick. */
function hashOf(content: string): string {
  return process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(content)
    .digest('hex')
    .slice(0, 12);
}
