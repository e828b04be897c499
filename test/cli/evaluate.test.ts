/** Does `sluice evaluate` report what a reader of the literature expects, and the published figures on public data? */

import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeOnPublicData, publicData } from '../offline/public-data.ts';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, sluice, sluiceJson } from './command.ts';
import { FILMS, movieLens, PEOPLE, RATINGS } from './history.ts';

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Report {
  readonly models: readonly { readonly name: string; readonly metrics: Readonly<Record<string, Interval>> }[];
}

const metricsOf = ({ models }: Report, name: string) => {
  const model = models.find((model) => model.name === name);
  if (!model) throw new Error(`Expected the model ${name}`);
  return model.metrics;
};

const SMALL = ['--factors', '8', '--iterations', '6'];

describe('evaluate', () => {
  test('holds popularity and iALS, each metric with its interval', async () => {
    const report = await sluiceJson(['evaluate', '--data', directoryWith(movieLens()), ...SMALL]);
    expect(report).toMatchObject({
      data: { interactions: RATINGS.length, items: FILMS, users: PEOPLE },
      split: 'strong-generalisation',
      users: PEOPLE,
    });
    expect(report.models.map(({ name }: { name: string }) => name)).toEqual(['popularity', 'ials']);
    for (const name of ['popularity', 'ials']) {
      const metrics = metricsOf(report, name);
      expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['recall@20', 'ndcg@10', 'ndcg@100']));
      for (const interval of Object.values(metrics)) {
        expect(Object.keys(interval).sort()).toEqual(['high', 'low', 'mean']);
        expect(interval.low).toBeLessThanOrEqual(interval.mean);
        expect(interval.mean).toBeLessThanOrEqual(interval.high);
      }
    }
    // Two tastes: who knows a person's taste finds what they like, the most popular films are half of the other.
    expect(metricsOf(report, 'ials')['ndcg@10'].low).toBeGreaterThan(
      metricsOf(report, 'popularity')['ndcg@10'].high,
    );
  });

  test.each(['per-user-last', 'global-time', 'strong-generalisation'])('splits as %s', async (split) => {
    const report = await sluiceJson([
      'evaluate',
      '--data',
      directoryWith(movieLens()),
      '--split',
      split,
      ...SMALL,
    ]);
    expect(report.split).toBe(split);
    // Sixty people are too few to rank models, and the report says so.
    expect(report.reliable).toBe(false);
    expect(report.notes.join(' ')).toMatch(/too few/);
  });

  test('takes its folds from a file', async () => {
    const positives = RATINGS.filter(({ value }) => value >= 4);
    const lines = positives
      .filter(({ user }) => user <= 20)
      .map(
        ({ user, film }, i) =>
          `${user <= 10 ? 1 : 2},${user},${film},${i % 3 === 0 ? 'held-out' : 'fold-in'}`,
      );
    const directory = directoryWith({
      ...movieLens(),
      'folds.csv': `fold,userId,movieId,part\n${lines.join('\n')}\n`,
      'wrong.csv': 'fold,userId,movieId,part\n1,1,999,held-out\n',
    });
    const args = ['evaluate', '--data', directory, ...SMALL, '--split-file'];
    expect((await sluiceJson([...args, join(directory, 'folds.csv')])).users).toBe(20);
    expect((await failureOf([...args, join(directory, 'wrong.csv')])).code).toBe('ERR_SLUICE_DATA_INVALID');
  });

  test('prints a table of at most 80 columns', async () => {
    const { status, stdout, stderr } = await sluice([
      'evaluate',
      '--data',
      directoryWith(movieLens()),
      ...SMALL,
    ]);
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^model +recall@20 +ndcg@10 +ndcg@100$/m);
    expect(stdout).toMatch(/^ials( +[01]\.\d{3} \[[01]\.\d{3}, [01]\.\d{3}\]){3}$/m);
    expect(stdout).toMatch(/^ials - popularity, ndcg@10: /m);
    expect(stderr).toMatch(/^Evaluating \(strong-generalisation\)/m);
  });
});

describeOnPublicData('evaluate --split-file on ml-latest-small', () => {
  let report: Report & { readonly users: number; readonly reliable: boolean };
  beforeAll(async () => {
    report = await sluiceJson([
      'evaluate',
      '--data',
      join(publicData, 'ml-latest-small'),
      '--split-file',
      join(publicData, 'splits', 'strong-generalisation.csv'),
    ]);
  }, 300_000);

  test('gives popularity the published figures, which proves the metrics', () => {
    const metrics = metricsOf(report, 'popularity');
    const figures = { 'recall@20': 0.171, 'ndcg@10': 0.151, 'ndcg@100': 0.214 };
    for (const [key, figure] of Object.entries(figures)) {
      expect(Math.abs(metrics[key].mean - figure)).toBeLessThan(0.001);
    }
  });

  test('gives iALS the level of the public library implicit, on all 603 users', () => {
    const metrics = metricsOf(report, 'ials');
    expect(metrics['recall@20'].mean).toBeGreaterThanOrEqual(0.312);
    expect(metrics['ndcg@10'].mean).toBeGreaterThanOrEqual(0.28);
    expect(metrics['ndcg@100'].mean).toBeGreaterThanOrEqual(0.369);
    expect(report).toMatchObject({ users: 603, reliable: true });
  });
});
