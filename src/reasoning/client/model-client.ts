/** How is a language model asked? In time, within the reservation, or not at all. */

import { unexpected } from '../../errors.ts';
import type { Prices } from '../prices/prices.ts';
import { AnswerCache, type AnswerCacheOptions } from './answer-cache.ts';
import type { BreakerOptions } from './breaker.ts';
import { checkQuestion, promptBytes } from './check-question.ts';
import { type Clock, PROCESS_CLOCK } from './clock.ts';
import { type ClientCounters, newCounters } from './counters.ts';
import { Flight, type Landing } from './flight.ts';
import type { LanguageModel, Purpose } from './language-model.ts';
import { Purchases } from './purchase.ts';
import type { Answered, Asking, Question, Refused } from './question.ts';

/** How a model is asked. */
export interface ModelClientOptions {
  readonly model: LanguageModel;
  readonly prices: Prices;
  /** Calls for one question, the first included; from 1. @default 3 */
  readonly attempts?: number;
  /** Calls under way at a time, from 1; more are refused, never queued. @default 16 */
  readonly concurrency?: number;
  /** How long an answer that nobody waits for is still expected, so as to settle it at its true cost. @default 10000 */
  readonly lateMs?: number;
  readonly breaker?: BreakerOptions;
  readonly cache?: AnswerCacheOptions;
  /** @default the clock of this process */
  readonly clock?: Clock;
  /** Draws in [0, 1) that spread the pauses between calls. @default Math.random */
  readonly random?: () => number;
}

/**
 * The one way to a language model. It owns the retries, the deadline, the money, the circuit breaker, the bulkhead and the
 * cache; the model makes single attempts.
 *
 * - **Time**: a value or a refusal by the deadline, even where the provider ignores the abort signal.
 * - **Money**: each call must fit in what is left of the reservation. Unknown usage (aborted, cut off, silent) costs its
 *   bound; what the provider turned away costs nothing; the reservation is settled once, late answers included.
 * - **Sharing**: equal keys under way or in the cache are one purchase, paid by the first; it goes on while anybody waits.
 *
 * Cost of a call beside the model's own: some 10 microseconds.
 *
 * @example
 * ```ts
 * const client = new ModelClient({ model: languageModel, prices });
 * const asking = { prompt: { system: 'Answer in JSON.', user: 'Which film?' }, schema: {}, maxOutputTokens: 50 };
 * const reservation = new RequestBudget(10_000_000).reserve(client.bound(asking));
 * const read = (text) => readJsonObject(text).film;
 * const deadline = performance.now() + 800;
 * const answer = await client.ask({ ...asking, purpose: 'plan', read, deadline, reservation });
 * answer.value; // 'Blade Runner'
 * ```
 */
export class ModelClient {
  readonly model: LanguageModel;
  readonly #prices: Prices;
  readonly #clock: Clock;
  readonly #cache: AnswerCache;
  readonly #purchases: Purchases;
  readonly #counters = newCounters();
  readonly #flights = new Map<string, Flight<unknown>>();

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for wrong options. */
  constructor(options: ModelClientOptions) {
    const { model, prices, attempts = 3, concurrency = 16, lateMs = 10_000 } = options ?? {};
    if (typeof model?.complete !== 'function') throw unexpected('a language model', 'model', model);
    if (typeof prices?.bound !== 'function') throw unexpected('prices', 'prices', prices);
    for (const [name, value] of Object.entries({ attempts, concurrency }))
      if (!Number.isSafeInteger(value) || value < 1) throw unexpected('a whole number from 1', name, value);
    if (!(lateMs >= 0)) throw unexpected('milliseconds from 0', 'lateMs', lateMs);
    const { breaker = {}, cache, clock = PROCESS_CLOCK, random = Math.random } = options;
    this.model = model;
    this.#prices = prices;
    this.#clock = clock;
    this.#cache = new AnswerCache(cache);
    this.#purchases = new Purchases({
      ...{ model, prices, attempts, concurrency, lateMs, breaker, clock, random },
    });
  }

  /**
   * Nano-dollars that one call can cost at most, to be reserved: every byte of prompt and schema counted as a token, and
   * all output generated. Undefined where the price is unknown. A retry after a call of unknown cost needs as much again.
   */
  bound(asking: Asking): number | undefined {
    return this.#prices.bound(this.model.name, promptBytes(asking), asking.maxOutputTokens, Date.now());
  }

  /** True where a question would be refused because the provider failed too often of late. */
  get breakerOpen(): boolean {
    return this.#purchases.barred === 'breaker';
  }

  /**
   * A quantile of the milliseconds that calls of this purpose took of late; undefined before the first. A call that missed
   * its deadline counts with the time until then. Relative error at most 2.5 %. @param share in [0, 1]
   */
  latencyMs(share: number, purpose: Purpose): number | undefined {
    if (!(share >= 0 && share <= 1)) throw unexpected('a share in [0, 1]', 'share', share);
    return this.#purchases.latencyMs(share, purpose);
  }

  /** A copy of the counters. */
  get counters(): ClientCounters {
    const { calls: attempts, active } = this.#purchases;
    return { ...this.#counters, refused: { ...this.#counters.refused }, attempts, active };
  }

  /** True where a question of this key would be answered from the cache. */
  remembers(purpose: Purpose, key: string): boolean {
    return this.#cache.get(this.#fullKey(purpose, key), this.#clock.now()) !== undefined;
  }

  /**
   * Asks. A fault of the model or its provider is a refusal; the promise rejects only for what is the caller's to mend.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT for a wrong question; ERR_SLUICE_MODULE_REQUIRED where the model needs a package.
   */
  async ask<T>(question: Question<T>): Promise<Answered<T> | Refused> {
    checkQuestion(question);
    const counters = this.#counters;
    const started = this.#clock.now();
    counters.asked++;
    const { flight, own, landed } = this.#board(question, started);
    if (!own) this.#settle(question, 0, 0);
    const landing = await landed;
    if ('thrown' in landing) throw landing.thrown;
    const spent = own && flight ? Math.min(flight.charged + flight.underWay, question.reservation.amount) : 0;
    const told = {
      cost: spent,
      attempts: own && flight ? flight.attempts : 0,
      ms: this.#clock.now() - started,
    };
    if ('refused' in landing) {
      counters.refused[landing.refused]++;
      return { ...landing, ...told };
    }
    counters.answered++;
    if (!own) counters.shared++;
    return { value: landing.value, from: own ? 'model' : 'cache', ...told };
  }

  /** Takes the question where its answer will be: nowhere, in the cache, on a flight under way, or on one of its own. */
  #board<T>(question: Question<T>, now: number): Boarding<T> {
    const { signal, deadline, reservation, purpose } = question;
    if (signal?.aborted) return { own: false, landed: { refused: 'aborted' } };
    if (now >= deadline) return { own: false, landed: { refused: 'deadline' } };
    const key = question.key === undefined ? undefined : this.#fullKey(purpose, question.key);
    if (key !== undefined) {
      const known = this.#cache.get(key, now);
      if (known) return { own: false, landed: { value: known.value as T } };
      const flight = this.#flights.get(key) as Flight<T> | undefined;
      if (flight) return { own: false, flight, landed: flight.board(deadline, signal) };
    }
    const bound = this.bound(question);
    if (bound === undefined) return { own: false, landed: { refused: 'price-unknown' } };
    if (!reservation.open || bound > reservation.amount)
      return { own: false, landed: { refused: 'reservation' } };
    const barred = this.#purchases.barred;
    if (barred) return { own: false, landed: { refused: barred } };
    const flight = new Flight<T>(this.#clock);
    const landed = flight.board(deadline, signal);
    void this.#fly(flight, question, key, bound);
    return { own: true, flight, landed };
  }

  /** Buys for a flight, settles, and lands it; never rejects. */
  async #fly<T>(
    flight: Flight<T>,
    question: Question<T>,
    key: string | undefined,
    bound: number,
  ): Promise<void> {
    const flights = this.#flights as Map<string, Flight<T>>;
    const forget = (): void => {
      if (key !== undefined && flights.get(key) === flight) flights.delete(key);
    };
    if (key !== undefined) flights.set(key, flight);
    flight.onAbandoned(forget);
    const { landing, unknown } = await this.#purchases.buy(flight, question, bound);
    forget();
    if ('value' in landing && key !== undefined) this.#cache.set(key, landing.value, this.#clock.now());
    if (flight.abandoned) this.#counters.late++;
    this.#settle(question, flight.charged, unknown);
    flight.land(landing);
  }

  #settle({ reservation }: Question<unknown>, cost: number, unknown: number): void {
    const spent = Math.min(cost, reservation.amount);
    this.#counters.spent += spent;
    this.#counters.spentUnknown += Math.min(unknown, spent);
    this.#counters.overrun += cost - spent;
    // A stage that was late has settled in full already.
    if (reservation.open) reservation.settle(spent);
  }

  #fullKey(purpose: Purpose, key: string): string {
    return `${purpose}\n${this.model.name}\n${key}`;
  }
}

/** Where a question went: whether it pays for the flight, and what comes back. */
interface Boarding<T> {
  readonly own: boolean;
  readonly flight?: Flight<T>;
  readonly landed: Landing<T> | Promise<Landing<T>>;
}
