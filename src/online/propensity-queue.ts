/** When are propensities computed? After answers, a few posterior draws at a time, while no request is under way. */

import { unexpected } from '../errors.ts';
import type { Choice } from '../funnel/policy.ts';
import type { DecisionLog } from '../log/decision-log.ts';
import { RandomStream } from '../numerics/random.ts';
import { InTurn } from './in-turn.ts';

/** Draws between two looks at whether a request has come: some three tenths of a millisecond for a pool of 256. */
const DRAWS_AT_ONCE = 4;

/** Longest wait for a moment without requests, in turns of the event loop; then draws go on beside them. */
const PATIENCE = 1000;

/**
 * Decisions that wait at most, some 5 kB each. Beyond, a decision stays pending in the log, and is completed when the
 * state is next opened: answers are not slowed down for it.
 */
const MOST_WAITING = 4096;

/** Completes pending decisions one after the other. */
export class PropensityQueue {
  readonly #log: DecisionLog;
  readonly #draws: number;
  readonly #idle: () => boolean;
  readonly #turns = new InTurn();
  #waiting = 0;

  /** @param draws per decision, at least 1. @param idle whether no request is under way. */
  constructor(log: DecisionLog, draws: number, idle: () => boolean) {
    if (!Number.isInteger(draws) || draws < 1)
      throw unexpected('a whole number from 1', 'propensityDraws', draws);
    this.#log = log;
    this.#draws = draws;
    this.#idle = idle;
  }

  /**
   * Completes a decision in its turn; resolves when that is durable, or at once where too many wait. The same draws
   * whenever it is done.
   */
  complete(decisionId: string, seed: number, choice: Choice): Promise<void> {
    if (this.#waiting >= MOST_WAITING) return Promise.resolve();
    this.#waiting++;
    const completed = this.#turns.run(async () => {
      const random = new RandomStream(seed, `${decisionId} propensity`);
      const sums = new Float64Array(choice.picks.length);
      for (let drawn = 0; drawn < this.#draws; drawn += DRAWS_AT_ONCE) {
        await this.#quiet();
        const draws = Math.min(DRAWS_AT_ONCE, this.#draws - drawn);
        const part = choice.estimate(random, draws);
        for (let i = 0; i < sums.length; i++) sums[i] += (part[i] * draws) / this.#draws;
      }
      const propensities = sums.map((p) => Math.min(p, 1));
      // The record may have expired meanwhile, or another process that opened the state completed it: the same draws.
      if (this.#log.get(decisionId)?.propensityState !== 'pending') return;
      await this.#log.complete(decisionId, propensities, this.#draws);
    });
    return completed.finally(() => {
      this.#waiting--;
    });
  }

  async #quiet(): Promise<void> {
    for (let turns = 0; turns < PATIENCE; turns++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.#idle()) return;
    }
  }
}
