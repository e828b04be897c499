/** Which language model needs no key? One whose quality, latency, prices and failures are known. */

import { createHash } from 'node:crypto';
import { SluiceError, unexpected } from '../errors.ts';
import {
  type Clock,
  type LanguageModel,
  type ModelAnswer,
  type ModelCall,
  PROCESS_CLOCK,
  type Prices,
  RandomStream,
  type Usage,
} from '../index.ts';
import {
  checkFaults,
  drawFault,
  type FaultShares,
  MODEL_FAULTS,
  type ModelFault,
  spoil,
} from './model-faults.ts';

/** How long a simulated model takes. */
export interface SimulatedLatency {
  /** Median of the lognormal. @default 600 */
  readonly medianMs?: number;
  /** Standard deviation of its logarithm. @default 0.4 */
  readonly sigma?: number;
  /** Share of calls that stall. @default 0.02 */
  readonly stallShare?: number;
  /** How much longer these take. @default 5000 */
  readonly stallMs?: number;
}

/** A simulated model. */
export interface SimulatedModelOptions {
  /** What it answers: its quality is the caller's to define. Called once for each call that answers, with its own draws. */
  readonly answer: (call: ModelCall, random: RandomStream) => string;
  /** @default 'simulated' */
  readonly name?: string;
  /** @default 1 */
  readonly seed?: number;
  readonly latency?: SimulatedLatency;
  /** Nano-dollars for one token. @default { input: 150, cached: 75, output: 600 } */
  readonly perToken?: { readonly input: number; readonly cached: number; readonly output: number };
  /** Share of calls with each fault. @default none */
  readonly faults?: FaultShares;
  /** The faults of the first calls in their order, null for none; `faults` rules those after them. @default none */
  readonly script?: readonly (ModelFault | null)[];
  /** False for a provider that goes on when nobody waits. @default true */
  readonly heedsAbort?: boolean;
  readonly clock?: Clock;
}

/** What happens to one call of a simulated model. */
export interface SimulatedCall {
  readonly fault: ModelFault | null;
  readonly ms: number;
  /** As the fault spoils it. */
  readonly text: string;
  readonly usage: Usage;
}

/** How long a busy model wants to be left alone. */
export const RETRY_AFTER_MS = 200;
/** How many times longer a dripping answer takes. */
const DRIP = 30;

/**
 * A language model for tests and benchmarks without a key: what it answers is a function of the caller, all else is drawn
 * from the seed. What happens to a call depends on the seed, its prompt, and how often that was asked before; not on what
 * else is under way.
 *
 * A token is four bytes of UTF-8. Every call that was not turned away is billed in full, also one that nobody waited for:
 * the worst that providers do.
 *
 * @example
 * ```ts
 * const model = new SimulatedModel({ answer: () => '{"top":["A"]}', latency: { medianMs: 5 }, script: ['busy', null] });
 * const client = new ModelClient({ model, prices: model.prices });
 * ```
 */
export class SimulatedModel implements LanguageModel {
  readonly name: string;
  /** What it costs; the bound counts every byte as a token. */
  readonly prices: Prices;
  /** Nano-dollars that it has billed. */
  billed = 0;
  /** Calls so far, and how many of them are under way. */
  calls = 0;
  active = 0;
  readonly #options: SimulatedModelOptions;
  readonly #seed: number;
  readonly #clock: Clock;
  readonly #asked = new Map<string, number>();

  constructor(options: SimulatedModelOptions) {
    if (typeof options?.answer !== 'function') throw unexpected('a function', 'answer', options?.answer);
    checkFaults(options.faults ?? {});
    for (const [name, value] of Object.entries({ ...options.latency, ...options.perToken }))
      if (!(value >= 0)) throw unexpected('a number from 0', name, value);
    for (const fault of options.script ?? [])
      if (fault !== null && !MODEL_FAULTS.includes(fault))
        throw unexpected('a fault or null', 'script', fault);
    const { name = 'simulated', seed = 1, clock = PROCESS_CLOCK } = options;
    const { input, cached, output } = options.perToken ?? { input: 150, cached: 75, output: 600 };
    this.name = name;
    this.#options = options;
    this.#seed = seed;
    this.#clock = clock;
    this.prices = {
      id: `simulated-${input}-${cached}-${output}`,
      price: (model, { inputTokens, outputTokens, cachedInputTokens = 0 }) =>
        model === name
          ? Math.ceil(
              (inputTokens - cachedInputTokens) * input + cachedInputTokens * cached + outputTokens * output,
            )
          : undefined,
      bound: (model, promptBytes, maxOutputTokens) =>
        model === name ? Math.ceil(promptBytes * input + maxOutputTokens * output) : undefined,
    };
  }

  /** Draws what happens to the next call, and bills it. */
  draw(call: ModelCall): SimulatedCall {
    const { answer, faults = {}, script = [] } = this.#options;
    const prompt = `${call.prompt.system}\n${call.prompt.user}`;
    // By hash, because a long simulation asks many long prompts.
    const digest = createHash('sha256').update(prompt).digest('base64');
    const before = this.#asked.get(digest) ?? 0;
    this.#asked.set(digest, before + 1);
    const random = new RandomStream(this.#seed, `${before} ${digest}`);
    const place = this.calls++;
    const drawn = drawFault(faults, random);
    const fault = place < script.length ? script[place] : drawn;
    const ms = this.#latencyMs(random);
    const text = spoil(answer(call, random), fault);
    const usage = {
      inputTokens: tokensOf(prompt),
      outputTokens: Math.min(tokensOf(text), call.maxOutputTokens),
    };
    if (fault !== 'busy' && fault !== 'broken')
      this.billed += this.prices.price(this.name, usage, 0) as number;
    return { fault, ms, text, usage };
  }

  async complete(call: ModelCall): Promise<ModelAnswer> {
    const { fault, ms, text, usage } = this.draw(call);
    if (fault === 'busy') throw failed('status 429', { statusCode: 429, retryAfterMs: RETRY_AFTER_MS });
    if (fault === 'broken') throw failed('status 503', { statusCode: 503 });
    this.active++;
    try {
      const slow = fault === 'drip' ? DRIP * ms : ms;
      await this.#pause(fault === 'hang' ? Number.POSITIVE_INFINITY : slow, call.signal);
    } finally {
      this.active--;
    }
    if (fault === 'reset') throw failed('a reset connection', { code: 'ECONNRESET' });
    return fault === 'unmetered' ? { text } : { text, usage };
  }

  #latencyMs(random: RandomStream): number {
    const { medianMs = 600, sigma = 0.4, stallShare = 0.02, stallMs = 5000 } = this.#options.latency ?? {};
    const stall = random.uniform() < stallShare ? stallMs : 0;
    return medianMs * Math.exp(sigma * random.normal()) + stall;
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    const { heedsAbort = true } = this.#options;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.#clock.after(ms, done);
      if (!heedsAbort) return;
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }
}

function tokensOf(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / 4);
}

function failed(how: string, details: Record<string, unknown>): SluiceError {
  return new SluiceError('ERR_SLUICE_MODEL_FAILED', `Expected an answer of the model but received ${how}`, {
    details,
  });
}
