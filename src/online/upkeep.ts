/** What is done between requests? Slates settle, the policy learns from them, the vectors of people are solved again. */

import type { Afterwards } from './afterwards.ts';
import { InTurn } from './in-turn.ts';
import type { Memory } from './memory.ts';
import type { People } from './people.ts';
import type { PolicyHost } from './policy-host.ts';

/** Whom it is done for: what is served at that moment. */
export interface Kept {
  readonly host: PolicyHost;
  readonly people: People;
}

/** The work of an engine that nobody waits for. */
export class Upkeep {
  readonly #memory: Memory;
  readonly #afterwards: Afterwards;
  readonly #kept: () => Kept;
  /** Settling and learning, and the moment of a swap, which must not come between the two. */
  readonly #learning = new InTurn();
  /** One person at a time, so that requests come between. */
  readonly #solving = new InTurn();
  /** People whose vectors do not yet reflect their events. */
  readonly #stale = new Set<number>();
  /** True while a settlement waits for its turn: events until then need no other. */
  #settling = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(memory: Memory, afterwards: Afterwards, kept: () => Kept) {
    this.#memory = memory;
    this.#afterwards = afterwards;
    this.#kept = kept;
    memory.events.onAppended(({ userNumber }) => this.#freshen(userNumber));
  }

  /** Settles every so many milliseconds, on a quiet service where no event does. */
  start(everyMs: number): void {
    this.#timer = setInterval(() => this.settle(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * Settles the slates whose attribution window has closed and lets the policy learn from them: in order, off the
   * caller's path. The policy learns from the log and not from what this call settled, so that it misses nothing that
   * a failure, a swap or another process came between.
   */
  settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    void this.#afterwards.track(
      this.#learning.run(async () => {
        this.#settling = false;
        await this.#memory.settlement.advance(this.#memory.now());
        await this.learn(this.#kept().host);
      }),
    );
  }

  /** Learns what has settled; saves what was learned from time to time, so that a crash costs little replay. */
  async learn(host: PolicyHost): Promise<void> {
    await host.catchUp(undefined, (error) => void this.#afterwards.track(Promise.reject(error)));
    await host.saveIfDue();
  }

  /** Does what nothing may be settled or learned beside. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#learning.run(work);
  }

  /**
   * Solves the vector of a person who had an event, before they ask next; events until then share the solve. A request
   * that comes first solves its own.
   */
  #freshen(userNumber: number): void {
    if (this.#stale.has(userNumber)) return;
    this.#stale.add(userNumber);
    void this.#afterwards.track(
      this.#solving.run(async () => {
        await new Promise<void>((resolve) => setImmediate(resolve));
        this.#stale.delete(userNumber);
        this.#kept().people.vectorOf(userNumber);
      }),
    );
  }
}
