/** What must not overlap? Pieces of work that run one after the other, in the order of asking, whatever fails. */
export class InTurn {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs work once all before it has ended; settles as the work does. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }
}
