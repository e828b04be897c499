/** What time is it, and who wakes us? The clock that deadlines stand on; a simulation brings its own. */

/** A clock that never goes back, and its timers. */
export interface Clock {
  /** Milliseconds, on the scale of the deadlines: that of `performance.now()` unless time is simulated. */
  now(): number;
  /**
   * Calls `wake` once, `ms` milliseconds from now; the function returned cancels it.
   *
   * @param background true where the process need not stay alive for it.
   */
  after(ms: number, wake: () => void, background?: boolean): () => void;
}

/** The longest delay that timers hold; with a longer one they fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The clock of this process. Delays beyond 24 days, infinite ones among them, never fire. */
export const PROCESS_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, wake, background = false) {
    if (ms > LONGEST_DELAY_MS) return () => {};
    const timer = setTimeout(wake, Math.max(0, ms));
    if (background) (timer as { unref?(): void }).unref?.();
    return () => clearTimeout(timer);
  },
};
