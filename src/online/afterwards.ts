/** What is still to be done after answers? Work under way, the first failure of it, and when to slow down. */

/** Decisions that may be answered before they are logged, some 10 kB each. */
const MOST_UNRECORDED = 1024;

/** Keeps track of work that nobody awaits, so that none of it is lost or fails in silence. */
export class Afterwards {
  readonly #onError: (error: unknown) => void;
  readonly #work = new Set<Promise<void>>();
  /** Decisions on their way to the log. */
  readonly #recording = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(onError: (error: unknown) => void = () => {}) {
    this.#onError = onError;
  }

  /** Watches work until it ends. */
  track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#onError(error);
      })
      .then(() => {
        this.#work.delete(tracked);
      });
    this.#work.add(tracked);
  }

  /** Watches the logging of a decision. */
  record(recording: Promise<void>): void {
    const recorded = recording
      .catch(() => {})
      .then(() => {
        this.#recording.delete(recorded);
      });
    this.#recording.add(recorded);
    this.track(recording);
  }

  /** Resolves once few enough decisions wait for the log: memory is bounded, and a loop of requests gives way. */
  async roomToAnswer(): Promise<void> {
    while (this.#recording.size >= MOST_UNRECORDED) await Promise.race(this.#recording);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** The same; rejects with the first failure since it was last told. */
  async flush(): Promise<void> {
    await this.idle();
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.error;
  }
}
