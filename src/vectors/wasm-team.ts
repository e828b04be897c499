/** Which threads share the stages of a search? The caller's, and some that help it for as long as a matrix is open. */

import { SluiceError } from '../errors.ts';
import type { Host } from './host.ts';
import type { Reservoir } from './reservoir.ts';
import { WasmExchange } from './wasm-exchange.ts';
import { sharedMemory } from './wasm-kernels.ts';
import { type Readers, type Stage, unitsOf, work } from './wasm-stage.ts';
import type { WasmHelp } from './wasm-worker.ts';

/** Fewer units, some 0.1 ms, gain nothing from waking threads. */
const LEAST_UNITS = 4;

/** Milliseconds that a thread may take for a unit of 0.03 before it counts as lost. */
const PATIENCE_MS = 5000;

/** The threads of one matrix. It never blocks the caller's but for the work of a stage. */
export class WasmTeam {
  readonly #exchange = new WasmExchange(sharedMemory());
  readonly #ends: (() => void)[] = [];
  readonly #threads: number;
  #busy = false;
  #ended = false;
  #lost: string | undefined;

  /**
   * Threads that are ready to help `count - 1` of them; or none, and {@link lost} says why.
   *
   * @param help what each is given beside its number.
   */
  static async start(
    host: Host,
    count: number,
    help: Omit<WasmHelp, 'thread' | 'exchange'>,
  ): Promise<WasmTeam> {
    const team = new WasmTeam(count);
    await new Promise<void>((resolve) => {
      let waiting = count - 1;
      try {
        for (let number = 1; number < count; number++) {
          const given: WasmHelp = {
            ...help,
            exchange: team.#exchange.memory,
            thread: { number, count },
          };
          const end = host.startThread(given, {
            ready: () => --waiting === 0 && resolve(),
            lost(reason) {
              team.#lose(reason);
              resolve();
            },
          });
          team.#ends.push(end);
        }
      } catch (cause) {
        team.#lose(cause instanceof Error ? cause.message : String(cause));
        resolve();
      }
    });
    return team;
  }

  private constructor(threads: number) {
    this.#threads = threads;
  }

  /** Why the threads help no more; undefined while they do. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** In how many stages others took part, summed over them. */
  get helped(): number {
    return this.#exchange.helped;
  }

  /** Wakes the threads, so that they are there when a stage comes soon. */
  rouse(): void {
    if (!this.#busy && this.#lost === undefined) this.#exchange.rouse();
  }

  /**
   * The best of a stage by all threads; undefined where they are busy or lost, or it is not worth their while. Yields
   * after each step, and while others end theirs.
   */
  *work(readers: Readers, stage: Stage): Generator<void, Reservoir | undefined> {
    const exchange = this.#exchange;
    const isFree = !this.#busy && this.#lost === undefined && exchange.inside === 0;
    if (!isFree || unitsOf(stage) < LEAST_UNITS) return undefined;
    this.#busy = true;
    try {
      exchange.open(stage, this.#threads);
      const reservoir = yield* work(readers, stage, () => exchange.claim());
      exchange.shut();
      const started = performance.now();
      while (exchange.inside > 0) {
        if (performance.now() - started > PATIENCE_MS) this.#lose('it took too long');
        if (this.#lost !== undefined) return undefined;
        yield;
      }
      for (let thread = 1; thread < this.#threads; thread++) {
        const found = exchange.found(thread, stage.keep);
        if (found !== undefined) reservoir.add(found);
      }
      return reservoir;
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'ERR_SLUICE_OUT_OF_MEMORY') return undefined;
      throw error;
    } finally {
      exchange.shut();
      this.#busy = false;
    }
  }

  /** Ends the threads; idempotent. */
  end(): void {
    this.#ended = true;
    for (const end of this.#ends.splice(0)) end();
  }

  #lose(reason: string): void {
    if (this.#ended) return;
    this.#lost = `a thread of the search was lost: ${reason}`;
    this.end();
  }
}
