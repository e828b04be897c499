/** When are propensities computed? After answers: in other threads, or here while no request is under way. */

import { availableParallelism } from 'node:os';
import { unexpected } from '../errors.ts';
import type { Choice } from '../funnel/policy.ts';
import type { DecisionLog } from '../log/decision-log.ts';
import { InTurn } from './in-turn.ts';
import { drawPropensities, type PropensityDraws } from './propensity-draws.ts';
import { PropensityThread } from './propensity-thread.ts';

/** Longest wait for a moment without requests, in turns of the event loop; then draws go on beside them. */
const PATIENCE = 1000;

/**
 * Decisions that wait at most, some 10 kB each. Beyond, a decision stays pending in the log, and is completed when the
 * state is next opened: answers are not slowed down for it.
 */
const MOST_WAITING = 4096;

/** Decisions that a thread has before it when the next one starts: some 30 ms of work. */
const BUSY = 16;

/** Threads at most; a decision takes one some 2 ms. */
const MOST_THREADS = 4;

/** Counts since opening. */
export interface PropensityCounters {
  /** Decisions completed. */
  completed: number;
  /** Those of them that were drawn on the main thread: policies without a function for the thread, and its failures. */
  onMainThread: number;
  /** Decisions that were left pending because too many waited. */
  leftPending: number;
  /** Threads that ended before they were told to; what they had not computed was drawn on the main thread. */
  lostThreads: number;
}

/** Completes pending decisions. */
export class PropensityQueue {
  readonly #log: DecisionLog;
  readonly #draws: number;
  readonly #idle: () => boolean;
  readonly #threads: readonly PropensityThread[];
  readonly #turns = new InTurn();
  readonly #counters = { completed: 0, onMainThread: 0, leftPending: 0 };
  #waiting = 0;

  /** @param draws per decision, at least 1. @param idle whether no request is under way. */
  constructor(log: DecisionLog, draws: number, idle: () => boolean, threads = defaultThreads()) {
    if (!Number.isInteger(draws) || draws < 1)
      throw unexpected('a whole number from 1', 'propensityDraws', draws);
    this.#log = log;
    this.#draws = draws;
    this.#idle = idle;
    this.#threads = threads;
  }

  get counters(): Readonly<PropensityCounters> {
    return { ...this.#counters, lostThreads: this.#threads.reduce((sum, { lost }) => sum + lost, 0) };
  }

  /**
   * Completes a decision; resolves when that is durable, or at once where too many wait. The same draws whenever and
   * wherever it is done.
   */
  async complete(decisionId: string, seed: number, choice: Choice): Promise<void> {
    if (this.#waiting >= MOST_WAITING) {
      this.#counters.leftPending++;
      return;
    }
    this.#waiting++;
    try {
      const asked = { decisionId, seed, draws: this.#draws };
      const task = choice.deferred;
      const propensities =
        (task && (await this.#leastBusy().compute({ ...asked, task }))) ??
        (await this.#turns.run(() => this.#drawHere(choice, asked)));
      // The record may have expired meanwhile, or another process that opened the state completed it: the same draws.
      if (this.#log.get(decisionId)?.propensityState !== 'pending') return;
      await this.#log.complete(decisionId, propensities, this.#draws);
      this.#counters.completed++;
    } finally {
      this.#waiting--;
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** The first that is not busy, so that no more threads start than are needed; else the one with the least to do. */
  #leastBusy(): PropensityThread {
    return (
      this.#threads.find(({ waiting }) => waiting < BUSY) ??
      this.#threads.reduce((least, thread) => (thread.waiting < least.waiting ? thread : least))
    );
  }

  async #drawHere(choice: Choice, asked: PropensityDraws): Promise<Float64Array> {
    this.#counters.onMainThread++;
    const parts = drawPropensities((random, draws) => choice.estimate(random, draws), asked);
    for (;;) {
      const { done, value } = parts.next();
      if (done) return value;
      await this.#quiet();
    }
  }

  async #quiet(): Promise<void> {
    for (let turns = 0; turns < PATIENCE; turns++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#idle()) return;
    }
  }
}

function defaultThreads(): PropensityThread[] {
  const length = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1));
  return Array.from({ length }, () => new PropensityThread());
}
