/** Which calls are under way? Closing lets none begin and waits for those that have. */

import { SluiceError } from '../errors.ts';

/** The door of an engine. */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();
  #ended = false;

  /** Makes a call. @throws ERR_SLUICE_CLOSED once {@link Calls.end} was called. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#ended) throw new SluiceError('ERR_SLUICE_CLOSED', 'Expected an open engine but it was closed');
    const running = call();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Refuses further calls; resolves when those under way have ended, well or not. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled(this.#running);
  }
}
