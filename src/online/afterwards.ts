/** What is still to be done after answers? Work under way, the first failure of it, and when to slow down. */

/** Decisions that may be answered before they are logged, some 10 kB each. */
const MOST_UNRECORDED = 1024;

/** Keeps track of work that nobody awaits, so that none of it is lost or fails in silence. */
export class Afterwards {
  readonly #onError: (error: unknown) => void;
  readonly #work = new Set<Promise<void>>();
  /** Decisions on their way to the log. */
  readonly #recording = new Set<Promise<void>>();
  /** Settles when the next of them is through; all who wait for room share it. */
  #nextRecorded: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(onError: (error: unknown) => void = () => {}) {
    this.#onError = onError;
  }

  /** Watches work until it ends; resolves then, well or not. */
  track(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: unknown) => this.#fail(error))
      .then(() => {
        this.#work.delete(tracked);
      });
    this.#work.add(tracked);
    return tracked;
  }

  /** Watches the logging of a decision. */
  record(recording: Promise<void>): void {
    const recorded = this.track(recording).then(() => {
      this.#recording.delete(recorded);
    });
    this.#recording.add(recorded);
  }

  /** Resolves once few enough decisions wait for the log: memory is bounded, and a loop of requests gives way. */
  async roomToAnswer(): Promise<void> {
    while (this.#recording.size >= MOST_UNRECORDED) {
      this.#nextRecorded ??= Promise.race(this.#recording).then(() => {
        this.#nextRecorded = null;
      });
      await this.#nextRecorded;
    }
  }

  /** Resolves when all that is under way now has ended, however much is begun meanwhile. */
  async idle(): Promise<void> {
    // A record may ask for the completion of its propensities; that asks for nothing more.
    for (let round = 0; round < 2; round++) await Promise.all(this.#work);
  }

  /** The same; rejects with the first failure since it was last told. */
  async flush(): Promise<void> {
    await this.idle();
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    try {
      this.#onError(error);
    } catch {
      // The failure itself is kept for flush; that the listener failed too must not end the process.
    }
  }
}
