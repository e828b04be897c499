/** What does a thousand requests of some paths cost? Sums of their books, in nano-dollars rounded up. */

import type { PathState } from './path-books.ts';

const US_PER_HOUR = 3_600_000_000;

/** Cost of a thousand requests, in nano-dollars rounded up. */
export interface CostPerThousand {
  /** Requests that it was computed from. */
  readonly requests: number;
  readonly model: number;
  readonly compute: number;
  readonly total: number;
}

/** What one path has cost. */
export interface PathCost extends CostPerThousand {
  readonly path: string;
  /** Money for models by purpose, for a thousand requests of this path. */
  readonly purposes: Readonly<Record<string, number>>;
  /** Computing by stage, for a thousand requests of this path. */
  readonly stages: Readonly<Record<string, number>>;
}

/** Money for models in all. */
export function modelCost(paths: readonly PathState[]): number {
  return paths.reduce((sum, { purposes }) => sum + Object.values(purposes).reduce((a, b) => a + b, 0), 0);
}

/** @param cpuHour nano-dollars. */
export function costPerThousand(paths: readonly PathState[], cpuHour: number): CostPerThousand {
  const requests = paths.reduce((sum, path) => sum + path.requests, 0);
  const cpuUs = paths.reduce(
    (sum, { stages }) => sum + Object.values(stages).reduce((used, share) => used + share.cpuUs, 0),
    0,
  );
  const model = perThousand(modelCost(paths), requests);
  const compute = perThousand((cpuUs / US_PER_HOUR) * cpuHour, requests);
  return { requests, model, compute, total: model + compute };
}

/** @param books those of one path, of requests for which something was bought and of the others. */
export function pathCost(path: string, books: readonly PathState[], cpuHour: number): PathCost {
  const cost = costPerThousand(books, cpuHour);
  const purposes: Record<string, number> = {};
  const stages: Record<string, number> = {};
  for (const state of books) {
    for (const [purpose, spent] of Object.entries(state.purposes))
      purposes[purpose] = (purposes[purpose] ?? 0) + spent;
    for (const [stage, { cpuUs }] of Object.entries(state.stages))
      stages[stage] = (stages[stage] ?? 0) + (cpuUs / US_PER_HOUR) * cpuHour;
  }
  const rated = (sums: Record<string, number>) =>
    Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, perThousand(sum, cost.requests)]));
  return { path, ...cost, purposes: rated(purposes), stages: rated(stages) };
}

function perThousand(sum: number, requests: number): number {
  return requests === 0 ? 0 : Math.ceil((sum / requests) * 1000);
}
