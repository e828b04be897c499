/** In which order do things run that cannot run at once? In that in which they were asked for. */

/** Runs one after the other; what fails does not keep the next from its turn. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs when all before have ended. Rejects with `signal.reason` as soon as the signal fires. */
  add<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => {
      signal?.throwIfAborted();
      return run();
    });
    this.#last = turn.catch(() => {});
    if (signal === undefined) return turn;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const settled = () => signal.removeEventListener('abort', abort);
      turn.finally(settled).then(resolve, reject);
    });
  }
}
