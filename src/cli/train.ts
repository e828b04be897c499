/** `sluice train`: a history becomes a snapshot in the home directory. */

import { type Dataset, KeyMap, openLmdbStore, positives, SluiceError, trainSnapshot } from '../index.ts';
import { describeHistory, type HistoryOptions, loadHistory, reportRejects } from './history.ts';
import { newSnapshotPath, statePath } from './home.ts';
import { untilInterrupted } from './interrupt.ts';
import { type ModelOptions, modelOptions } from './model-options.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';

interface Options extends HistoryOptions, ModelOptions {
  readonly positiveFrom: number;
  readonly home: string;
  readonly json?: boolean;
}

/** Trains iALS on the positives and writes the snapshot. */
export async function train(options: Options): Promise<void> {
  const reading = await step('Reading the history');
  const dataset = await loadHistory(options);
  reading.done(`${dataset.interactions.users.length} interactions`);
  reportRejects(dataset);
  const { positiveFrom } = options;
  const known = positives(dataset.interactions, { from: positiveFrom });
  if (known.users.length === 0) {
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected interactions with a value from ${positiveFrom} but none of ${dataset.interactions.users.length} has one`,
      { remedy: 'Name a smaller value by --positive-from: 1 where an interaction as such is a positive.' },
    );
  }
  await untilInterrupted((signal) => trainInto(options, dataset, known, signal));
}

async function trainInto(
  options: Options,
  dataset: Dataset,
  known: ReturnType<typeof positives>,
  signal: AbortSignal,
): Promise<void> {
  const store = await openLmdbStore({ directory: statePath(options.home) });
  try {
    const keys = new KeyMap(store);
    const userNumbers = await keys.assignAll(dataset.userKeys);
    const training = await step('Training');
    const { path, hash, model } = await trainSnapshot({
      ...modelOptions(options),
      dataset,
      positives: known,
      userNumbers,
      directory: newSnapshotPath(options.home, Date.now()),
      onProgress: training.update,
      signal,
    });
    training.done(model.backend);
    const result = { snapshot: path, hash, trainedBy: model.backend, data: describeHistory(dataset) };
    answer(options.json ?? false, result, () => `Snapshot ${hash.slice(0, 12)} at ${path}`);
  } finally {
    await store.close();
  }
}
