/** Which factors explain who chose what? iALS, matrix factorisation of implicit feedback. */

import { setImmediate } from 'node:timers/promises';
import { unexpected } from '../errors.ts';
import { gram } from '../numerics/products.ts';
import { RandomStream } from '../numerics/random.ts';
import { solveRow } from '../numerics/row-solve.ts';
import { probeAddon } from '../vectors/addon.ts';
import type { Csr } from './dataset.ts';
import { NativeTrainer } from './ials-native.ts';
import { type IalsProblem, type IalsTrainer, TypescriptTrainer } from './ials-trainer.ts';
import type { Model, Recommender } from './recommender.ts';
import { itemCounts, rowsByUser } from './sparse-rows.ts';

/** Which code trains; the results are equal to 1e-4 of the largest factor. */
export type IalsBackend = 'native' | 'typescript';

/** How {@link trainIals} trains. */
export interface IalsOptions {
  /** Length of a factor, 1 to 1024. @default 64 */
  readonly factors?: number;
  /** How often both sides are solved. @default 16 */
  readonly iterations?: number;
  /** lambda, above 0. @default 0.003 */
  readonly regularization?: number;
  /** a0, above 0: how much the zero of an unobserved pair weighs beside the one of an observed. @default 1 */
  readonly unobservedWeight?: number;
  /** @default 1 */
  readonly seed?: number;
  /** `auto` takes the addon where it loads. @default 'auto' */
  readonly backend?: IalsBackend | 'auto';
  /** Called after each half-iteration with the share that is done, in (0, 1]. */
  readonly onProgress?: (share: number) => void;
  /** Stops the training within a block of rows. */
  readonly signal?: AbortSignal;
}

/** Trained factors, and what a fold-in needs beside them. */
export interface IalsModel {
  readonly dimension: number;
  /** Users x dimension; the exact solution of each user's row against `itemFactors`; zero without interactions. */
  readonly userFactors: Float32Array;
  /** Items x dimension; zero for items without interactions. */
  readonly itemFactors: Float32Array;
  /** The Gram matrix of `itemFactors`, dimension x dimension. */
  readonly itemGram: Float64Array;
  readonly regularization: number;
  readonly unobservedWeight: number;
  /** Items with interactions: `itemCount` of `solveRow`. */
  readonly knownItems: number;
  readonly backend: IalsBackend;
}

/**
 * Trains iALS (Rendle, Krichene, Zhang, Koren 2021, arXiv 2110.14037): the factors of least
 * `sum over observed (y - 1)^2 + a0 sum over all y^2 + lambda sum over rows (n + a0 N) |w|^2`,
 * where y is the inner product of a user's and an item's factor, n the row's interactions and N the rows of the other
 * side that have any. Each half-iteration solves one side exactly in f64: the items first, from users drawn from
 * N(0, .1 / sqrt(factors)), the users last.
 *
 * The same seed gives the same factors whatever the number of threads. Cost per iteration: for a row of n interactions
 * n^2 d / 2 + n^3 / 6 multiplications while n < d, then n d^2 / 2 + d^3 / 6; and 2 rows d^2 for the change of basis.
 *
 * @param rows items by user, see `toCsr`. @param itemCount rows of the catalogue.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for an option out of its range, no interactions, or items at or above
 * `itemCount`; ERR_SLUICE_NATIVE_REQUIRED for `backend: 'native'` where no addon loads; `signal.reason` when aborted.
 * @example
 * ```ts
 * const model = await trainIals(toCsr(interactions, userCount), catalog.size, { factors: 64 });
 * model.itemFactors.length; // catalog.size * 64
 * ```
 */
export async function trainIals(rows: Csr, itemCount: number, options: IalsOptions = {}): Promise<IalsModel> {
  const { iterations = 16, backend = 'auto', onProgress, signal } = options;
  const { factors: dimension = 64, regularization = 0.003, unobservedWeight = 1, seed = 1 } = options;
  whole('factors', dimension, 1, 1024);
  whole('iterations', iterations, 1, 10_000);
  positive('regularization', regularization);
  positive('unobservedWeight', unobservedWeight);
  if (!['auto', 'native', 'typescript'].includes(backend)) {
    throw unexpected('auto, native or typescript', 'backend', backend);
  }
  if (!Number.isFinite(seed)) throw unexpected('a finite number', 'seed', seed);
  const knownItems = itemCounts(rows, itemCount).filter((count) => count > 0).length;
  if (knownItems === 0) throw unexpected('at least one interaction', 'rows', 'none');
  signal?.throwIfAborted();
  const initialUsers = await draw(rows, dimension, seed, signal);
  const problem = { rows, itemCount, dimension, regularization, unobservedWeight, initialUsers };
  const [trainer, name] = trainerOf(problem, backend);
  try {
    for (let half = 0; half < 2 * iterations; half++) {
      await trainer.solve(half % 2 === 0 ? 'items' : 'users', signal);
      signal?.throwIfAborted();
      onProgress?.((half + 1) / (2 * iterations));
    }
    const itemFactors = await trainer.factors('items');
    return {
      dimension,
      userFactors: await trainer.factors('users'),
      itemFactors,
      itemGram: gram(itemFactors, dimension),
      regularization,
      unobservedWeight,
      knownItems,
      backend: name,
    };
  } finally {
    trainer.close();
  }
}

/** The model as a recommender: a person's vector is the exact solution of their row, scores are inner products. */
export function ialsRecommender(model: IalsModel): Recommender {
  const { dimension: d, itemFactors: factors, itemGram, regularization, unobservedWeight } = model;
  const items = factors.length / d;
  const scores = new Float32Array(items);
  const known = (row: number) => {
    for (let f = row * d; f < (row + 1) * d; f++) if (factors[f] !== 0) return true;
    return false;
  };
  return {
    scores(foldIn) {
      const user = solveRow({
        factors,
        dimension: d,
        gram: itemGram,
        rows: foldIn.filter(known),
        regularization,
        unobservedWeight,
        itemCount: model.knownItems,
      });
      for (let item = 0; item < items; item++) scores[item] = dot(user, factors, item * d);
      return scores;
    },
  };
}

/** {@link trainIals} for `evaluate`. */
export function ials(options: Omit<IalsOptions, 'signal' | 'onProgress'> = {}): Model {
  return {
    name: 'ials',
    train: async (fold, { itemCount, signal, onProgress }) =>
      ialsRecommender(await trainIals(rowsByUser(fold.train), itemCount, { ...options, signal, onProgress })),
  };
}

function trainerOf(problem: IalsProblem, backend: IalsBackend | 'auto'): [IalsTrainer, IalsBackend] {
  const native = backend === 'native' || (backend === 'auto' && probeAddon().ok);
  return native ? [new NativeTrainer(problem), 'native'] : [new TypescriptTrainer(problem), 'typescript'];
}

/** Normal factors for the users who have interactions; other users count for nothing and stay zero. */
async function draw(rows: Csr, d: number, seed: number, signal?: AbortSignal): Promise<Float64Array> {
  const random = new RandomStream(seed, 'ials');
  const deviation = 0.1 / Math.sqrt(d);
  const users = rows.offsets.length - 1;
  const factors = new Float64Array(users * d);
  for (let user = 0; user < users; user++) {
    if (rows.offsets[user + 1] === rows.offsets[user]) continue;
    for (let f = 0; f < d; f++) factors[user * d + f] = deviation * random.normal();
    if (user % 1024 === 1023) {
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return factors;
}

/** Four sums at once: they do not wait for one another. */
function dot(a: Float64Array, b: Float32Array, from: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i] * b[from + i];
    s1 += a[i + 1] * b[from + i + 1];
    s2 += a[i + 2] * b[from + i + 2];
    s3 += a[i + 3] * b[from + i + 3];
  }
  for (; i < a.length; i++) s0 += a[i] * b[from + i];
  return s0 + s1 + (s2 + s3);
}

function whole(name: string, value: number, from: number, to: number): void {
  if (!(Number.isInteger(value) && value >= from && value <= to)) {
    throw unexpected(`a whole number from ${from} to ${to}`, name, value);
  }
}

function positive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw unexpected('a finite number above 0', name, value);
}
