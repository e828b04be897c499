/** Where do propensities cost no request any time? In a thread of their own, which starts with the first of them. */

import type { Worker } from 'node:worker_threads';
import type { PropensityCall, PropensityReply } from './propensity-worker.ts';

/** The same file from here and from dist/js. */
const WORKER = new URL('../../dist/js/propensity-worker.js', import.meta.url);

/** The thread. It keeps the process alive only while it computes. */
export class PropensityThread {
  readonly #start: () => Worker;
  readonly #waiting = new Map<number, (propensities: Float64Array | null) => void>();
  #worker: Worker | null = null;
  /** False once a thread has ended without one reply: another would fare no better. */
  #usable = true;
  #calls = 0;
  #lost = 0;

  /** @param start starts the thread. */
  constructor(start: () => Worker = startWorker) {
    this.#start = start;
  }

  /** Threads that ended before they were told to. */
  get lost(): number {
    return this.#lost;
  }

  /** Calls without a reply yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The propensities; null where the thread cannot compute them, or ended before it had. */
  compute(asked: Omit<PropensityCall, 'id'>): Promise<Float64Array | null> {
    return new Promise((resolve) => {
      const id = this.#calls++;
      try {
        const worker = this.#running();
        if (!worker) return resolve(null);
        worker.postMessage({ id, ...asked } satisfies PropensityCall);
        worker.ref();
        this.#waiting.set(id, resolve);
      } catch {
        // No thread can be had, or the data cannot be copied to one.
        resolve(null);
      }
    });
  }

  /** Ends the thread; what it had not computed is null. Idempotent. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#usable = false;
    this.#worker = null;
    this.#giveUp();
    await worker?.terminate();
  }

  #running(): Worker | null {
    if (this.#worker || !this.#usable) return this.#worker;
    const worker = this.#start();
    let replied = false;
    const ended = (): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#usable = replied;
      this.#lost++;
      this.#giveUp();
    };
    worker.on('message', ({ id, propensities }: PropensityReply) => {
      replied = true;
      this.#waiting.get(id)?.(propensities);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', ended);
    worker.on('exit', ended);
    this.#worker = worker;
    return worker;
  }

  #giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}

function startWorker(): Worker {
  // Loaded with the first thread: it takes milliseconds of the time that importing Sluice may take.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Worker(WORKER, { execArgv: [], name: 'sluice-propensities' });
}
