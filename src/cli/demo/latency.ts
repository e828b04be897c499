/** How long do requests take? Percentiles of the whole funnel and of each stage. */

import { quantile, type Slate } from '../../index.ts';

/** Percentiles in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Collects the times of requests and of their stages. */
export class Latencies {
  readonly #total: number[] = [];
  readonly #stages = new Map<string, number[]>();

  add({ ms, stages }: Slate): void {
    this.#total.push(ms);
    for (const { stage, ms, outcome } of stages) {
      if (outcome === 'skipped') continue;
      const times = this.#stages.get(stage) ?? [];
      times.push(ms);
      this.#stages.set(stage, times);
    }
  }

  /** Of whole requests, with their number and those of the stages, in the order in which stages ran. */
  report(): Percentiles & { requests: number; stages: Record<string, Percentiles> } {
    const stages = Object.fromEntries([...this.#stages].map(([name, times]) => [name, percentiles(times)]));
    return { requests: this.#total.length, ...percentiles(this.#total), stages };
  }
}

function percentiles(times: readonly number[]): Percentiles {
  const sorted = Float64Array.from(times).sort();
  if (sorted.length === 0) return { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN };
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted[sorted.length - 1],
  };
}
