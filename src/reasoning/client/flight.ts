/** How many wait for this call? One purchase under way, and its passengers. */

import type { Clock } from './clock.ts';
import type { Refusal } from './question.ts';

/** How a flight ended. */
export type Landing<T> =
  | { readonly value: T }
  | { readonly refused: Refusal; readonly failure?: string }
  /** The caller's own fault, to be thrown. */
  | { readonly thrown: unknown };

/**
 * One purchase that any number of callers wait for. It goes on while one of them does; when the last has left, the
 * provider is told to stop.
 */
export class Flight<T> {
  /** The latest of the passengers' deadlines. */
  deadline = Number.NEGATIVE_INFINITY;
  attempts = 0;
  /** Nano-dollars of calls that ended, and the bound of one under way. */
  charged = 0;
  underWay = 0;
  /** Set when the last passenger has left before it landed, with what made them leave. */
  abandoned: 'deadline' | 'aborted' | undefined;
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #whenAbandoned = new Set<() => void>();
  #passengers = 0;
  #land: (landing: Landing<T>) => void = () => {};
  readonly #landed = new Promise<Landing<T>>((resolve) => {
    this.#land = resolve;
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Fires when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Tells the passengers. */
  land(landing: Landing<T>): void {
    this.#whenAbandoned.clear();
    this.#land(landing);
  }

  /** Waits for the landing, but not beyond the deadline or the signal. */
  board(deadline: number, signal: AbortSignal | undefined): Promise<Landing<T>> {
    this.#passengers++;
    this.deadline = Math.max(this.deadline, deadline);
    return new Promise((resolve) => {
      let seated = true;
      const leave = (landing: Landing<T>): boolean => {
        if (!seated) return false;
        seated = false;
        cancel();
        signal?.removeEventListener('abort', abort);
        resolve(landing);
        return true;
      };
      const walkOut = (reason: 'deadline' | 'aborted'): void => {
        if (leave({ refused: reason }) && --this.#passengers === 0) this.#abandon(reason);
      };
      const abort = (): void => walkOut('aborted');
      const cancel = this.#clock.after(deadline - this.#clock.now(), () => walkOut('deadline'));
      signal?.addEventListener('abort', abort);
      void this.#landed.then(leave);
    });
  }

  /** Calls `react` when nobody waits any more, at most once; the function returned takes it back. */
  onAbandoned(react: () => void): () => void {
    if (this.abandoned) react();
    else this.#whenAbandoned.add(react);
    return () => void this.#whenAbandoned.delete(react);
  }

  /** Waits so long, or until nobody waits any more. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => {
        takeBack();
        resolve();
      });
      const takeBack = this.onAbandoned(() => {
        cancel();
        resolve();
      });
    });
  }

  #abandon(reason: 'deadline' | 'aborted'): void {
    this.abandoned = reason;
    for (const react of [...this.#whenAbandoned]) react();
    this.#whenAbandoned.clear();
    this.#controller.abort();
  }
}
