/**
 * How does a process end while ONNX Runtime computes? It waits for the call into ONNX Runtime that is under way, and
 * lets none begin after: onnxruntime-node aborts the process when its thread is stopped within a call.
 */

const IDLE = 0;
const BUSY = 1;
const ENDED = 2;

/** At most so long a process waits at its end; a call that takes longer is not one. */
const PATIENCE_MS = 30_000;

/** Calls into ONNX Runtime, one after the other; `state` is one number that both threads see. */
export class Turns {
  readonly #state: Int32Array;
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: Int32Array) {
    this.#state = state;
  }

  /** Calls when all before have ended; never, once the process ends. */
  take<T>(call: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      if (Atomics.compareExchange(this.#state, 0, IDLE, BUSY) !== IDLE) return new Promise<never>(() => {});
      try {
        return await call();
      } finally {
        Atomics.store(this.#state, 0, IDLE);
        Atomics.notify(this.#state, 0);
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** Blocks until no call is under way, and lets none begin. */
export function endTurns(state: Int32Array): void {
  while (Atomics.compareExchange(state, 0, IDLE, ENDED) === BUSY) {
    if (Atomics.wait(state, 0, BUSY, PATIENCE_MS) === 'timed-out') return;
  }
}
