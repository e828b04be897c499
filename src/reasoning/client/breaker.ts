/** Is the provider worth asking now? A circuit breaker over its last calls. */

import { unexpected } from '../../errors.ts';

/** When a breaker opens, and for how long. */
export interface BreakerOptions {
  /** How many of the last calls are looked at. @default 20 */
  readonly window?: number;
  /** Calls of them that must be known before it can open. @default 10 */
  readonly minimum?: number;
  /** It opens when more than this share of them failed, in (0, 1). @default 0.5 */
  readonly threshold?: number;
  /** How long it stays open before one call may probe. @default 10000 */
  readonly openMs?: number;
}

/** The longest window. */
const MOST_CALLS = 10_000;
/** After so long without a verdict the past is forgotten: the provider may have changed. */
const FORGET_MS = 60_000;

/** One call that the breaker let through. Exactly one of its verdicts counts, the first. */
export interface Pass {
  succeeded(): void;
  failed(): void;
  /** Nothing was learnt about the provider: the caller went away, or the call was never sent. */
  unknown(): void;
}

/**
 * A circuit breaker (Nygard, "Release It!", 2007): closed, it lets all calls through; open, none; after `openMs` a single
 * probe, whose verdict closes it or opens it again. Whoever comes while a probe is out is refused, never made to wait,
 * and a probe without a verdict hands its place to the next call.
 */
export class Breaker {
  readonly #outcomes: Int8Array;
  readonly #minimum: number;
  readonly #threshold: number;
  readonly #openMs: number;
  #known = 0;
  #failures = 0;
  #next = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** When a probe may go; NaN while closed. */
  #probeAt = Number.NaN;
  #probing = false;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for options out of their ranges. */
  constructor({ window = 20, minimum = 10, threshold = 0.5, openMs = 10_000 }: BreakerOptions = {}) {
    for (const [name, value] of Object.entries({ window, minimum }))
      if (!Number.isSafeInteger(value) || value < 1 || value > MOST_CALLS)
        throw unexpected(`a whole number from 1 to ${MOST_CALLS}`, name, value);
    if (!(threshold > 0 && threshold < 1)) throw unexpected('a share in (0, 1)', 'threshold', threshold);
    if (!(openMs >= 0)) throw unexpected('milliseconds from 0', 'openMs', openMs);
    this.#outcomes = new Int8Array(window);
    this.#minimum = Math.min(minimum, window);
    this.#threshold = threshold;
    this.#openMs = openMs;
  }

  /** True where a call at `now` would be refused. */
  refuses(now: number): boolean {
    return this.#probing || now < this.#probeAt;
  }

  /** Lets a call through, or null where it is refused. @param now the clock's milliseconds; so are those of verdicts. */
  enter(now: () => number): Pass | null {
    if (this.refuses(now())) return null;
    const probe = !Number.isNaN(this.#probeAt);
    this.#probing = probe;
    let open = true;
    const verdict = (judge: () => void) => (): void => {
      if (!open) return;
      open = false;
      if (probe) this.#probing = false;
      judge();
    };
    return {
      succeeded: verdict(() => (probe ? this.#close() : this.#count(0, now()))),
      failed: verdict(() => (probe ? this.#open(now()) : this.#count(1, now()))),
      unknown: verdict(() => {}),
    };
  }

  #open(now: number): void {
    this.#probeAt = now + this.#openMs;
  }

  #close(): void {
    this.#probeAt = Number.NaN;
    this.#outcomes.fill(0);
    this.#known = this.#failures = this.#next = 0;
  }

  /** A verdict of a call that began while it was closed; one that comes when it is open says nothing new. */
  #count(failure: 0 | 1, now: number): void {
    if (!Number.isNaN(this.#probeAt)) return;
    if (now - this.#lastAt > FORGET_MS) this.#close();
    this.#lastAt = now;
    this.#failures += failure - this.#outcomes[this.#next];
    this.#outcomes[this.#next] = failure;
    this.#next = (this.#next + 1) % this.#outcomes.length;
    this.#known = Math.min(this.#known + 1, this.#outcomes.length);
    if (failure && this.#known >= this.#minimum && this.#failures > this.#threshold * this.#known)
      this.#open(now);
  }
}
