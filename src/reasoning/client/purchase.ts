/** How is an answer bought? By calls, one after the other, as long as time and money allow. */

import type { Prices } from '../prices/prices.ts';
import { type Attempt, attempt } from './attempt.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';
import type { Clock } from './clock.ts';
import type { Flight, Landing } from './flight.ts';
import type { LanguageModel, Purpose } from './language-model.ts';
import { LatencyQuantile } from './latency.ts';
import type { Question, Refusal } from './question.ts';

/** What a purchase needs to know. */
export interface PurchaseOptions {
  readonly model: LanguageModel;
  readonly prices: Prices;
  readonly attempts: number;
  readonly concurrency: number;
  readonly lateMs: number;
  readonly breaker: BreakerOptions;
  readonly clock: Clock;
  readonly random: () => number;
}

/** How a purchase ended. */
export interface Bought<T> {
  readonly landing: Landing<T>;
  /** Of what was charged: of calls whose usage nobody could tell. */
  readonly unknown: number;
}

/** The first pause between two calls, unless the provider names one; doubled each time, and drawn from its half to it. */
const FIRST_PAUSE_MS = 100;

/** Makes the calls of all purchases: the bulkhead, the breaker and the latencies are theirs together. */
export class Purchases {
  readonly #options: PurchaseOptions;
  readonly #breaker: Breaker;
  readonly #latencies = new Map<Purpose, LatencyQuantile>();
  #active = 0;
  #calls = 0;

  constructor(options: PurchaseOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.breaker);
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Calls under way. */
  get active(): number {
    return this.#active;
  }

  /** Why no call can be made now; undefined where one can. */
  get barred(): Extract<Refusal, 'breaker' | 'bulkhead'> | undefined {
    if (this.#breaker.refuses(this.#options.clock.now())) return 'breaker';
    return this.#active >= this.#options.concurrency ? 'bulkhead' : undefined;
  }

  /** A quantile of the milliseconds of calls; undefined before the first. */
  latencyMs(share: number, purpose: Purpose): number | undefined {
    return this.#latencies.get(purpose)?.at(share);
  }

  /** Buys an answer; never rejects. What it has charged stands in the flight. @param bound what the first call can cost */
  async buy<T>(flight: Flight<T>, question: Question<T>, bound: number): Promise<Bought<T>> {
    let landing: Landing<T> = { refused: 'failed' };
    let unknown = 0;
    for (;;) {
      const barred = this.barred;
      if (barred) return { landing: flight.attempts ? landing : { refused: barred }, unknown };
      flight.underWay = bound;
      const done = await this.#call(flight, question);
      flight.underWay = 0;
      const cost = this.#costOf(done);
      flight.charged += cost ?? bound;
      if (cost === undefined) unknown += bound;
      landing = landingOf(done, question);
      if ('value' in landing || 'thrown' in landing) return { landing, unknown };
      bound = Math.min(bound, this.#boundAfter(done, question) ?? bound);
      if (!(await this.#mayTryAgain(flight, question, done, bound))) return { landing, unknown };
    }
  }

  /** One call, in its place of the bulkhead and judged by the breaker. */
  async #call<T>(flight: Flight<T>, question: Question<T>): Promise<Attempt> {
    const { model, lateMs, clock } = this.#options;
    const pass = this.#breaker.enter(() => clock.now());
    const started = clock.now();
    const took = (): void => this.#latency(question.purpose).add(clock.now() - started);
    this.#active++;
    this.#calls++;
    flight.attempts++;
    const takeBack = flight.onAbandoned(() => {
      if (flight.abandoned === 'aborted') return pass?.unknown();
      took();
      pass?.failed();
    });
    const { purpose, prompt, schema, maxOutputTokens } = question;
    const call = { purpose, prompt, schema, maxOutputTokens, signal: flight.signal };
    const done = await attempt(model, call, flight, lateMs, clock);
    takeBack();
    this.#active--;
    if (!done.failure && !flight.abandoned) took();
    if (!done.failure) pass?.succeeded();
    else if (done.failure === 'thrown' || !done.failure.passing) pass?.unknown();
    else pass?.failed();
    return done;
  }

  /** Whether another call is worth it and allowed, after the pause that it needs. */
  async #mayTryAgain<T>(
    flight: Flight<T>,
    question: Question<T>,
    done: Attempt,
    bound: number,
  ): Promise<boolean> {
    const failure = done.failure as Exclude<Attempt['failure'], 'thrown'>;
    const { attempts, clock, random } = this.#options;
    if (flight.abandoned || flight.attempts >= attempts || failure?.passing === false) return false;
    if (flight.charged + bound > question.reservation.amount) return false;
    const pause = failure ? FIRST_PAUSE_MS * 2 ** (flight.attempts - 1) * (0.5 + random() / 2) : 0;
    const wait = Math.max(pause, failure?.retryAfterMs ?? 0);
    // A call that will hardly be done in time is not begun.
    const expected = this.latencyMs(0.5, question.purpose) ?? 0;
    if (clock.now() + wait + expected >= flight.deadline) return false;
    if (wait > 0) await flight.pause(wait);
    return !flight.abandoned;
  }

  /** What a call has cost: by its usage, nothing where it was turned away, undefined where nobody can tell. */
  #costOf({ usage, failure }: Attempt): number | undefined {
    if (failure === 'thrown' || failure?.free) return 0;
    const { model, prices } = this.#options;
    return usage && prices.price(model.name, usage, Date.now());
  }

  /** The same prompt has the same number of tokens: what the next call can cost is known closer than by its bytes. */
  #boundAfter({ usage }: Attempt, { maxOutputTokens }: Question<unknown>): number | undefined {
    const { model, prices } = this.#options;
    if (!usage) return undefined;
    const most = { inputTokens: usage.inputTokens, outputTokens: maxOutputTokens };
    return prices.price(model.name, most, Date.now());
  }

  #latency(purpose: Purpose): LatencyQuantile {
    const known = this.#latencies.get(purpose) ?? new LatencyQuantile();
    this.#latencies.set(purpose, known);
    return known;
  }
}

function landingOf<T>(done: Attempt, { read }: Question<T>): Landing<T> {
  if (done.failure === 'thrown') return { thrown: done.error };
  if (done.failure) return { refused: 'failed', failure: done.failure.what };
  try {
    return { value: read(done.text) };
  } catch {
    return { refused: 'invalid-answer' };
  }
}
