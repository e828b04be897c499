/** How do hours pass in a second? A clock that jumps from timer to timer. */

import { unexpected } from '../errors.ts';
import type { Clock } from '../index.ts';

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock for simulations: its time stands still while code runs, and jumps to the next timer when nothing is left to
 * run. What happens under it repeats exactly.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const hour = new Promise((resolve) => clock.after(3_600_000, () => resolve(clock.now())));
 * await clock.run(hour); // 3600000
 * ```
 */
export class VirtualClock implements Clock {
  /** By time, and by the order of setting among equals. */
  readonly #timers: Timer[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.length;
  }

  after(ms: number, wake: () => void): () => void {
    if (ms === Number.POSITIVE_INFINITY) return () => {};
    const timer = { at: this.#now + Math.max(0, ms), wake };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timers[middle].at <= timer.at) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      const place = this.#timers.indexOf(timer);
      if (place !== -1) this.#timers.splice(place, 1);
    };
  }

  /** Resolves after `ms` milliseconds of this clock. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /**
   * Lets time pass until the work is done. The work may wait for nothing but this clock.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT when it is not done and no timer is left.
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = (): void => {
      done = true;
    };
    work.then(end, end);
    for (;;) {
      // Everything that can run without time passing runs before this resolves.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (done) return work;
      const timer = this.#timers.shift();
      if (!timer)
        throw unexpected('work that waits for this clock only', 'work', 'a promise that never ends');
      this.#now = timer.at;
      timer.wake();
    }
  }
}
