/** Who used the processor? The CPU time of the whole process, shared out among stages by the time that they took. */

/** How often the clock of the process is read, in milliseconds. */
const WINDOW_MS = 1000;

/** What a stage has used on one path. */
export interface CpuShare {
  /** Time in the stage, waiting for the provider of a model excluded. */
  stageMs: number;
  /** CPU time that it is charged with. */
  cpuUs: number;
}

/** Clocks of a {@link CpuShares}. */
export interface CpuClocks {
  /** CPU time of this process so far, all threads, in microseconds. */
  readonly cpuTime: () => number;
  /** Milliseconds on any clock that does not jump. */
  readonly now: () => number;
}

/**
 * Shares out CPU time in windows of a second: what the process has used since the last window is charged to the stages
 * that ran in it, in proportion to their time. Under steady traffic all of it is charged, what the process does beside
 * requests included; what it used while there was no request for a second is nobody's.
 */
export class CpuShares {
  readonly #clocks: CpuClocks;
  readonly #window = new Map<CpuShare, number>();
  #windowMs = 0;
  #cpuAt: number;
  #since: number;

  constructor(clocks: CpuClocks) {
    this.#clocks = clocks;
    this.#cpuAt = clocks.cpuTime();
    this.#since = clocks.now();
  }

  /** Notes the stages of a request that has just ended, with their milliseconds, to be charged with the window. */
  add(stages: readonly (readonly [share: CpuShare, ms: number])[]): void {
    const idle = this.#windowMs === 0 && this.#clocks.now() - this.#since >= WINDOW_MS;
    for (const [share, ms] of stages) {
      share.stageMs += ms;
      this.#window.set(share, (this.#window.get(share) ?? 0) + ms);
      this.#windowMs += ms;
    }
    if (idle) {
      this.#cpuAt = Math.max(this.#cpuAt, this.#clocks.cpuTime() - this.#windowMs * 1000);
      this.#since = this.#clocks.now();
    } else if (this.#clocks.now() - this.#since >= WINDOW_MS) this.charge();
  }

  /** Ends the window. */
  charge(): void {
    if (this.#windowMs === 0) return;
    const cpu = this.#clocks.cpuTime();
    const used = cpu - this.#cpuAt;
    for (const [share, ms] of this.#window) share.cpuUs += (used * ms) / this.#windowMs;
    this.#window.clear();
    this.#windowMs = 0;
    this.#cpuAt = cpu;
    this.#since = this.#clocks.now();
  }
}

/** CPU time of this process, all threads. */
export function processCpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
