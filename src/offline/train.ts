/** How does a history become a snapshot? Factors from the positives, a curve for their meaning, files on the disk. */

import { unexpected } from '../errors.ts';
import type { Platt } from '../numerics/platt.ts';
import { calibrate } from './calibration.ts';
import { type Dataset, type Interactions, toCsr } from './dataset.ts';
import { type IalsModel, type IalsOptions, ialsRecommender, trainIals } from './ials.ts';
import { writeSnapshot } from './snapshot-writer.ts';
import { itemCounts } from './sparse-rows.ts';

/** What {@link trainSnapshot} needs. */
export interface TrainOptions extends IalsOptions {
  readonly dataset: Pick<Dataset, 'catalog' | 'userKeys'>;
  /** What to learn from; the dataset's interactions, their positives, or the training side of a split. */
  readonly positives: Interactions;
  /** The random user number of each of `dataset.userKeys`, distinct; a `KeyMap` assigns them. */
  readonly userNumbers: ArrayLike<number>;
  /** Path of the snapshot: free, or an empty directory. */
  readonly directory: string;
  /** What an evaluation found, kept in the manifest. */
  readonly metrics?: Readonly<Record<string, unknown>>;
  /** Weights of the columns to search as text, by name. @default those of `TextIndexOptions` */
  readonly textFields?: Readonly<Record<string, number>>;
}

/** A snapshot on the disk, and the model in it. */
export interface TrainedSnapshot {
  readonly path: string;
  readonly hash: string;
  readonly model: IalsModel;
  readonly calibration: Platt;
}

/**
 * Trains iALS, calibrates it, indexes the text of the catalogue and writes the snapshot.
 *
 * @throws what `trainIals`, `calibrate` and `writeSnapshot` throw; ERR_SLUICE_INVALID_ARGUMENT for numbers that do not
 * fit the users.
 * @example
 * ```ts
 * const { path } = await trainSnapshot({
 *   dataset,
 *   positives: positives(dataset.interactions, { from: 4 }),
 *   userNumbers: await keys.assignAll(dataset.userKeys),
 *   directory: 'home/snapshots/2026-01-31',
 * });
 * ```
 */
export async function trainSnapshot(options: TrainOptions): Promise<TrainedSnapshot> {
  const { dataset, positives, userNumbers, directory, metrics = {}, textFields } = options;
  const { catalog, userKeys } = dataset;
  if (userNumbers.length !== userKeys.length) {
    throw unexpected(`${userKeys.length} user numbers`, 'userNumbers', userNumbers.length);
  }
  const rows = toCsr(positives, userKeys.length);
  const model = await trainIals(rows, catalog.size, options);
  const calibration = calibrate(ialsRecommender(model), rows, catalog.size, { seed: options.seed });
  options.signal?.throwIfAborted();
  const { dimension, itemFactors, itemGram, userFactors } = model;

  // In the snapshot users stand by number: their order in the history says nothing about them.
  const order = Uint32Array.from(userKeys.keys()).sort((a, b) => userNumbers[a] - userNumbers[b]);
  const factors = new Float32Array(order.length * dimension);
  const offsets = new Uint32Array(order.length + 1);
  const history = new Uint32Array(rows.items.length);
  order.forEach((user, place) => {
    factors.set(userFactors.subarray(user * dimension, (user + 1) * dimension), place * dimension);
    const own = rows.items.subarray(rows.offsets[user], rows.offsets[user + 1]);
    history.set(own, offsets[place]);
    offsets[place + 1] = offsets[place] + own.length;
  });
  const { path, hash } = await writeSnapshot(directory, {
    catalog,
    items: { dimension, factors: itemFactors, gram: itemGram, popularity: itemCounts(rows, catalog.size) },
    users: {
      numbers: Uint32Array.from(order, (user) => userNumbers[user]),
      factors,
      history: { offsets, rows: history },
    },
    data: dataRange(positives, catalog.size),
    model: {
      name: 'ials',
      factors: dimension,
      regularization: model.regularization,
      unobservedWeight: model.unobservedWeight,
      knownItems: model.knownItems,
      seed: options.seed ?? 1,
      trainedBy: model.backend,
      calibration,
    },
    metrics,
    textFields,
  });
  return { path, hash, model, calibration };
}

function dataRange({ users, times }: Interactions, items: number) {
  let from: number | null = null;
  let to: number | null = null;
  for (const time of times) {
    if (from === null || time < from) from = time;
    if (to === null || time > to) to = time;
  }
  return { interactions: users.length, users: new Set(users).size, items, from, to };
}
