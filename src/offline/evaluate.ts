/** Which model is better, and how sure is that? Models side by side on one split, with bootstrap intervals. */

import { setImmediate } from 'node:timers/promises';
import { unexpected } from '../errors.ts';
import { type BootstrapOptions, bootstrapAll, type Interval } from '../numerics/bootstrap.ts';
import { rank } from '../numerics/rank.ts';
import { Bitset } from '../vectors/bitset.ts';
import { listMetric, METRICS, type Metric, novelty, parseMetric } from './metrics.ts';
import type { Model, Recommender } from './recommender.ts';
import { itemCounts, rowsByUser } from './sparse-rows.ts';
import { type Case, FEWEST_USERS, type Fold, type Split } from './splits.ts';

/** What {@link evaluate} compares. */
export interface EvaluateOptions {
  readonly split: Split;
  /** Rows of the catalogue. */
  readonly itemCount: number;
  /** In the order of the report; distinct names. */
  readonly models: readonly Model[];
  /** Keys as in `parseMetric`. @default METRICS */
  readonly metrics?: readonly string[];
  /** The model that differences are taken from. @default 'popularity' where it is among the models */
  readonly baseline?: string;
  readonly bootstrap?: BootstrapOptions;
  readonly onProgress?: (progress: EvaluateProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far an evaluation is. */
export interface EvaluateProgress {
  readonly model: string;
  /** From 0. */
  readonly fold: number;
  readonly folds: number;
  readonly phase: 'train' | 'rank';
  /** Share of the phase that is done, in [0, 1]. */
  readonly share: number;
}

/** One model's figures. */
export interface ModelReport {
  readonly name: string;
  /**
   * By key: the mean over users with the bounds of its interval. `coverage` is counted, not estimated: its bounds equal
   * its value.
   */
  readonly metrics: Readonly<Record<string, Interval>>;
}

/** How much higher `a` is than `b`, user by user. */
export interface Difference extends Interval {
  readonly a: string;
  readonly b: string;
  readonly metric: string;
}

/** What an evaluation found; JSON-able. */
export interface Evaluation {
  readonly split: Split['name'];
  /** Tested users over all folds. */
  readonly users: number;
  /** False where too few users were tested to rank models; a note then says so. */
  readonly reliable: boolean;
  readonly notes: readonly string[];
  readonly models: readonly ModelReport[];
  /** Paired differences of every other model from the baseline, by metric; empty without a baseline. */
  readonly differences: readonly Difference[];
}

/**
 * Trains every model on every fold and ranks the catalogue for its test users.
 *
 * Recommended are only items that the fold's training knows, and none that the user was folded in with; a tie goes to
 * the lower row. Intervals are percentile bootstraps over users, differences paired bootstraps over the same users.
 * Coverage is the share of the whole catalogue that appears in some user's first k, averaged over folds by users.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an unknown metric, models without distinct names, an unknown baseline, or a
 * split without test users; what a training throws; `signal.reason` when aborted.
 * @example
 * ```ts
 * const { models, differences } = await evaluate({
 *   split: perUserLastSplit(positives(dataset.interactions, { from: 4 })),
 *   itemCount: dataset.catalog.size,
 *   models: [popularity, ials()],
 * });
 * models[1].metrics['ndcg@10']; // { mean, low, high }
 * ```
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { split, models } = options;
  const metrics = (options.metrics ?? METRICS).map(parseMetric);
  const names = models.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw unexpected('distinct names', 'models', names.join(', '));
  const baseline = options.baseline ?? (names.includes('popularity') ? 'popularity' : undefined);
  if (baseline !== undefined && !names.includes(baseline)) {
    throw unexpected(`one of ${names.join(', ')}`, 'baseline', baseline);
  }
  const users = split.folds.reduce((sum, { cases }) => sum + cases.length, 0);
  if (users === 0) throw unexpected('at least one test user', 'split', 'none');

  const perUser = metrics.filter(({ name }) => name !== 'coverage');
  const measured = new Map<string, Measured>();
  for (const model of models) measured.set(model.name, await measure(model, metrics, users, options));

  const reports = models.map(({ name }): ModelReport => {
    const { columns, coverage } = measured.get(name) as Measured;
    const intervals = bootstrapAll([...columns.values()], options.bootstrap);
    const byKey = new Map([...columns.keys()].map((key, i) => [key, intervals[i]]));
    for (const [key, mean] of coverage) byKey.set(key, { mean, low: mean, high: mean });
    return { name, metrics: Object.fromEntries(metrics.map(({ key }) => [key, byKey.get(key) as Interval])) };
  });
  const differences = names
    .filter((name) => baseline !== undefined && name !== baseline)
    .flatMap((a) => {
      const b = baseline as string;
      const [better, worse] = [a, b].map((name) => (measured.get(name) as Measured).columns);
      const columns = perUser.map(({ key }) => {
        const base = worse.get(key) as Float64Array;
        return (better.get(key) as Float64Array).map((value, user) => value - base[user]);
      });
      const intervals = bootstrapAll(columns, options.bootstrap);
      return perUser.map(({ key }, i): Difference => ({ a, b, metric: key, ...intervals[i] }));
    });
  return {
    split: split.name,
    users,
    reliable: users >= FEWEST_USERS,
    notes: split.notes,
    models: reports,
    differences,
  };
}

/** One model's values before they are summed up. */
interface Measured {
  /** A value for each test user, in the order of folds and cases, by metric key. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly coverage: ReadonlyMap<string, number>;
}

async function measure(
  model: Model,
  metrics: readonly Metric[],
  users: number,
  { split, itemCount, onProgress, signal }: EvaluateOptions,
): Promise<Measured> {
  const columns = new Map<string, Float64Array>();
  const coverage = new Map<string, number>();
  for (const { key, name } of metrics) {
    if (name === 'coverage') coverage.set(key, 0);
    else columns.set(key, new Float64Array(users));
  }
  let first = 0;
  for (const [fold, part] of split.folds.entries()) {
    signal?.throwIfAborted();
    const report = (phase: 'train' | 'rank', share: number) =>
      onProgress?.({ model: model.name, fold, folds: split.folds.length, phase, share });
    report('train', 0);
    const recommender = await model.train(part, {
      itemCount,
      signal,
      onProgress: (share) => report('train', share),
    });
    const ranker = new FoldRanker(part, itemCount, Math.max(...metrics.map(({ k }) => k), 1));
    const seen = new Map([...coverage.keys()].map((key) => [key, new Bitset(itemCount)]));
    let turn = performance.now();
    for (const [i, one] of part.cases.entries()) {
      const ranked = ranker.rank(recommender, one);
      const hits = hitsOf(ranked, one.heldOut);
      for (const { key, name, k } of metrics) {
        if (name === 'coverage') {
          for (const item of ranked.subarray(0, k)) seen.get(key)?.add(item);
          continue;
        }
        (columns.get(key) as Float64Array)[first + i] =
          name === 'novelty'
            ? novelty(ranked, ranker.counts, ranker.users, k)
            : listMetric(name, hits, one.heldOut.length, k);
      }
      if (performance.now() - turn > 10) {
        report('rank', (i + 1) / part.cases.length);
        await setImmediate();
        signal?.throwIfAborted();
        turn = performance.now();
      }
    }
    report('rank', 1);
    for (const [key, set] of seen) {
      const share = set.count() / itemCount;
      coverage.set(key, (coverage.get(key) as number) + share * (part.cases.length / users));
    }
    first += part.cases.length;
  }
  return { columns, coverage };
}

/** Ranks for the users of one fold what its training knows and they do not. */
class FoldRanker {
  /** Training users by item row. */
  readonly counts: Uint32Array;
  /** Training users. */
  readonly users: number;
  readonly #eligible: Bitset;
  readonly #depth: number;

  constructor({ train }: Fold, itemCount: number, depth: number) {
    const rows = rowsByUser(train);
    this.counts = itemCounts(rows, itemCount);
    this.users = new Set(train.users).size;
    this.#eligible = new Bitset(itemCount);
    for (let item = 0; item < itemCount; item++) if (this.counts[item] > 0) this.#eligible.add(item);
    this.#depth = depth;
  }

  rank(recommender: Recommender, { foldIn }: Case): Uint32Array {
    const eligible = this.#eligible.clone();
    for (const item of foldIn) eligible.delete(item);
    return rank(recommender.scores(foldIn), this.#depth, eligible);
  }
}

/** The places, ascending, at which held-out items (ascending) stand. */
function hitsOf(ranked: Uint32Array, heldOut: Uint32Array): number[] {
  const held = new Set(heldOut);
  const hits: number[] = [];
  for (let place = 0; place < ranked.length; place++) if (held.has(ranked[place])) hits.push(place);
  return hits;
}
