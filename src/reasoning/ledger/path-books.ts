/** What was booked on each path? Requests, money by purpose, computing by stage, under a bounded number of names. */

import type { CpuShare } from './cpu-shares.ts';

/** Different names that are told apart; the rest is booked under `other`. */
const MOST_NAMES = 64;
const OTHER = 'other';

/** The books of one path; JSON-able. */
export interface PathState {
  readonly name: string;
  readonly requests: number;
  /** Nano-dollars by purpose. */
  readonly purposes: Readonly<Record<string, number>>;
  readonly stages: Readonly<Record<string, CpuShare>>;
}

/** The books of one path. */
export class Path {
  readonly name: string;
  requests: number;
  readonly #purposes: Map<string, { cost: number }>;
  readonly #stages: Map<string, CpuShare>;

  constructor({ name, requests, purposes, stages }: PathState) {
    this.name = name;
    this.requests = requests;
    this.#purposes = new Map(Object.entries(purposes).map(([purpose, cost]) => [purpose, { cost }]));
    this.#stages = new Map(Object.entries(stages).map(([stage, share]) => [stage, { ...share }]));
  }

  purpose(name: string): { cost: number } {
    return inBooks(this.#purposes, name, () => ({ cost: 0 }));
  }

  stage(name: string): CpuShare {
    return inBooks(this.#stages, name, () => ({ stageMs: 0, cpuUs: 0 }));
  }

  state(): PathState {
    return {
      name: this.name,
      requests: this.requests,
      purposes: Object.fromEntries(Array.from(this.#purposes, ([purpose, { cost }]) => [purpose, cost])),
      stages: Object.fromEntries(Array.from(this.#stages, ([stage, share]) => [stage, { ...share }])),
    };
  }
}

/** The books of all paths. */
export class PathBooks {
  readonly #paths: Map<string, Path>;

  constructor(states: readonly PathState[] = []) {
    this.#paths = new Map(states.map((state) => [state.name, new Path(state)]));
  }

  of(name: string): Path {
    return inBooks(
      this.#paths,
      name,
      (kept) => new Path({ name: kept, requests: 0, purposes: {}, stages: {} }),
    );
  }

  state(): PathState[] {
    return Array.from(this.#paths.values(), (path) => path.state());
  }
}

function inBooks<T>(books: Map<string, T>, name: string, open: (name: string) => T): T {
  const known = books.get(name);
  if (known !== undefined) return known;
  const kept = books.size < MOST_NAMES - 1 ? name : OTHER;
  const opened = books.get(kept) ?? open(kept);
  books.set(kept, opened);
  return opened;
}
