/** `sluice evaluate`: which model is better on held-out history, and how sure is that? */

import {
  type Dataset,
  type Evaluation,
  evaluate,
  globalTimeSplit,
  ials,
  perUserLastSplit,
  popularity,
  positives,
  readSplitFile,
  type Split,
  strongGeneralisationSplit,
} from '../index.ts';
import { describeHistory, type HistoryOptions, loadHistory, reportRejects } from './history.ts';
import { type ModelOptions, modelOptions } from './model-options.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';
import { interval, table, wrapped } from './table.ts';

interface Options extends HistoryOptions, ModelOptions {
  readonly positiveFrom: number;
  readonly split: Split['name'];
  readonly splitFile?: string;
  readonly json?: boolean;
}

/** Compares popularity and iALS. */
export async function evaluateCommand(options: Options): Promise<void> {
  const reading = await step('Reading the history');
  const dataset = await loadHistory(options);
  reading.done(`${dataset.interactions.users.length} interactions`);
  reportRejects(dataset);
  const split = await splitOf(dataset, options);
  const report = await evaluateWithProgress(dataset, split, options);
  const result = { data: describeHistory(dataset), ...report };
  answer(options.json ?? false, result, () => evaluationText(report));
}

async function splitOf(dataset: Dataset, { split, splitFile, positiveFrom, seed }: Options): Promise<Split> {
  const liked = positives(dataset.interactions, { from: positiveFrom });
  if (splitFile !== undefined) return readSplitFile(splitFile, dataset, { from: positiveFrom });
  if (split === 'per-user-last') return perUserLastSplit(liked);
  if (split === 'global-time') return globalTimeSplit(liked);
  return strongGeneralisationSplit(liked, { seed });
}

/** Evaluates popularity and iALS on a split under a progress bar. */
export async function evaluateWithProgress(
  dataset: Dataset,
  split: Split,
  options: ModelOptions,
): Promise<Evaluation> {
  const bar = await step(`Evaluating (${split.name})`);
  const report = await evaluate({
    split,
    itemCount: dataset.catalog.size,
    models: [popularity, ials(modelOptions(options))],
    onProgress: ({ model, fold, folds, phase, share }) => {
      if (model === 'ials')
        bar.update((fold + (phase === 'train' ? 0.9 * share : 0.9 + 0.1 * share)) / folds);
    },
  });
  bar.done(`${report.users} users`);
  return report;
}

/** An evaluation for reading. */
export function evaluationText({ split, users, reliable, notes, models, differences }: Evaluation): string {
  const keys = ['recall@20', 'ndcg@10', 'ndcg@100'].filter((key) => models[0]?.metrics[key]);
  const rows = models.map(({ name, metrics }) => [name, ...keys.map((key) => interval(metrics[key]))]);
  const paired = differences
    .filter(({ metric }) => keys.includes(metric))
    .map((difference) => `${difference.a} - ${difference.b}, ${difference.metric}: ${interval(difference)}`);
  return [
    `Quality, ${split}, ${users} users${reliable ? '' : ': too few to rank models'}`,
    table([['model', ...keys], ...rows]),
    ...paired,
    ...notes.map((note) => wrapped(`Note: ${note}`)),
  ].join('\n');
}
