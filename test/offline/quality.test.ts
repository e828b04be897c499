import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Dataset, positives } from '../../src/offline/dataset.ts';
import { evaluate } from '../../src/offline/evaluate.ts';
import { ials } from '../../src/offline/ials.ts';
import { loadMovieLens } from '../../src/offline/movielens.ts';
import { popularity } from '../../src/offline/popularity.ts';
import { readSplitFile } from '../../src/offline/split-file.ts';
import { globalTimeSplit, perUserLastSplit } from '../../src/offline/splits.ts';
import { describeOnPublicData, publicData } from './public-data.ts';

/** The public setting of the reference figures, not tuned on these folds. */
const model = ials({ factors: 128, regularization: 0.003, unobservedWeight: 1, iterations: 16 });

describeOnPublicData('quality on MovieLens, 2018 small edition', () => {
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await loadMovieLens(join(publicData, 'ml-latest-small'));
  });

  it('strong generalisation: popularity is the published figure, iALS reaches the public libraries', async () => {
    const split = await readSplitFile(join(publicData, 'splits/strong-generalisation.csv'), dataset);
    const report = await evaluate({ split, itemCount: dataset.catalog.size, models: [popularity, model] });
    expect(report.users).toBe(603);
    expect(report.reliable).toBe(true);
    const [baseline, factors] = report.models.map(({ metrics }) => metrics);
    const published = { 'recall@20': 0.171, 'ndcg@10': 0.151, 'ndcg@100': 0.214 };
    for (const [key, figure] of Object.entries(published)) {
      expect(Math.abs(baseline[key].mean - figure), key).toBeLessThan(0.001);
    }
    const least = { 'recall@20': 0.312, 'ndcg@10': 0.28, 'ndcg@100': 0.369 };
    for (const [key, figure] of Object.entries(least)) {
      expect(factors[key].mean, key).toBeGreaterThanOrEqual(figure);
      expect(factors[key].low, key).toBeGreaterThan(baseline[key].high);
    }
  }, 180_000);

  it('per-user-last: iALS is above popularity, user by user', async () => {
    const split = perUserLastSplit(positives(dataset.interactions, { from: 4 }));
    const report = await evaluate({
      split,
      itemCount: dataset.catalog.size,
      models: [popularity, model],
      metrics: ['recall@10', 'ndcg@10'],
    });
    expect(report.users).toBe(568);
    const { metrics } = report.models[0];
    expect(Math.abs(metrics['recall@10'].mean - 0.041)).toBeLessThan(0.001);
    expect(Math.abs(metrics['ndcg@10'].mean - 0.021)).toBeLessThan(0.001);
    const difference = report.differences.find(({ metric }) => metric === 'ndcg@10');
    expect(difference?.low).toBeGreaterThan(0);
  }, 60_000);

  it('global time: 28 users are too few, and the report says so', async () => {
    const split = globalTimeSplit(positives(dataset.interactions, { from: 4 }));
    const report = await evaluate({ split, itemCount: dataset.catalog.size, models: [popularity] });
    expect(report.users).toBe(28);
    expect(report.reliable).toBe(false);
    expect(report.notes.join(' ')).toMatch(/too few/);
  });
});
