import { describe, expect, it } from 'vitest';
import type { Interactions } from '../../src/offline/dataset.ts';
import { type EvaluateProgress, evaluate } from '../../src/offline/evaluate.ts';
import { popularity } from '../../src/offline/popularity.ts';
import type { Model } from '../../src/offline/recommender.ts';
import type { Case, Fold, Split } from '../../src/offline/splits.ts';

const ITEMS = 8;

/** Training in which item i, of 0 to 5, has 6 - i users; items 6 and 7 have none. */
function training(): Interactions {
  const pairs = Array.from({ length: 6 }, (_, item) =>
    Array.from({ length: 6 - item }, (_, user) => [user, item]),
  ).flat();
  return {
    users: Uint32Array.from(pairs, ([user]) => user),
    items: Uint32Array.from(pairs, ([, item]) => item),
    values: new Float32Array(pairs.length).fill(1),
    times: new Float64Array(pairs.length),
  };
}

const caseOf = (user: number, foldIn: number[], heldOut: number[]): Case => ({
  user,
  foldIn: Uint32Array.from(foldIn),
  heldOut: Uint32Array.from(heldOut),
});

const splitOf = (...folds: Case[][]): Split => ({
  name: 'strong-generalisation',
  folds: folds.map((cases): Fold => ({ train: training(), cases })),
  notes: ['A note.'],
});

const scoring = (name: string, scores: (foldIn: Uint32Array) => number[]): Model => ({
  name,
  train: () => ({ scores: (foldIn) => Float32Array.from(scores(foldIn)) }),
});

const oneByOne = splitOf([caseOf(10, [0], [1, 5]), caseOf(11, [1, 2], [0]), caseOf(12, [], [3])]);

describe('evaluate', () => {
  it('ranks what training knows and the user does not, and takes the mean over users', async () => {
    const { models, users, split, notes } = await evaluate({
      split: oneByOne,
      itemCount: ITEMS,
      models: [popularity],
      metrics: ['recall@1', 'recall@20', 'ndcg@2', 'hit@3', 'mrr', 'coverage@1', 'coverage@9', 'novelty@1'],
    });
    // The lists are 1 2 3 4 5, 0 3 4 5 and 0 1 2 3 4 5; hits at places 1 and 5, 1, and 4.
    expect({ users, split, notes }).toEqual({ users: 3, split: 'strong-generalisation', notes: ['A note.'] });
    const means = Object.fromEntries(Object.entries(models[0].metrics).map(([key, { mean }]) => [key, mean]));
    expect(means['recall@1']).toBeCloseTo((1 + 1 + 0) / 3, 12);
    expect(means['recall@20']).toBe(1);
    expect(means['ndcg@2']).toBeCloseTo((1 / (1 + 1 / Math.log2(3)) + 1 + 0) / 3, 12);
    expect(means['hit@3']).toBeCloseTo(2 / 3, 12);
    expect(means['mrr']).toBeCloseTo((1 + 1 + 1 / 4) / 3, 12);
    expect(means['coverage@1']).toBe(2 / ITEMS);
    expect(means['coverage@9']).toBe(6 / ITEMS);
    expect(means['novelty@1']).toBeCloseTo(-Math.log2(5 / 6) / 3, 12);
    expect(models[0].metrics['coverage@9']).toEqual({ mean: 6 / 8, low: 6 / 8, high: 6 / 8 });
  });

  it('breaks ties by the lower row and never returns what training does not know', async () => {
    const constant = scoring('constant', () => [0, 0, 0, 0, 0, 0, 9, 9]);
    const { models } = await evaluate({
      split: splitOf([caseOf(1, [0], [1])]),
      itemCount: ITEMS,
      models: [constant],
      metrics: ['recall@1'],
    });
    expect(models[0].metrics['recall@1'].mean).toBe(1);
  });

  it('pairs differences by user: a model that always adds the same has an interval of no width', async () => {
    const cases = Array.from({ length: 120 }, (_, i) => caseOf(i, [], [i % 2 === 0 ? 0 : 1]));
    const first = scoring('first', () => [2, 1, 0, 0, 0, 0, 0, 0]);
    const { differences, reliable } = await evaluate({
      split: splitOf(cases.slice(0, 70), cases.slice(70)),
      itemCount: ITEMS,
      models: [popularity, first],
      metrics: ['hit@1', 'coverage@1'],
    });
    expect(reliable).toBe(true);
    expect(differences).toEqual([{ a: 'first', b: 'popularity', metric: 'hit@1', mean: 0, low: 0, high: 0 }]);
    const oracle = scoring('oracle', () => [1, 2, 0, 0, 0, 0, 0, 0]);
    const [difference] = (
      await evaluate({
        split: splitOf(cases),
        itemCount: ITEMS,
        models: [first, oracle],
        baseline: 'first',
        metrics: ['mrr'],
      })
    ).differences;
    expect(difference).toMatchObject({ a: 'oracle', b: 'first', metric: 'mrr', mean: 0 });
    expect(difference.low).toBeLessThan(0);
    expect(difference.high).toBeGreaterThan(0);
  });

  it('says that few users cannot rank models, and reports no differences without a baseline', async () => {
    const model = scoring('other', () => [1, 2, 3, 4, 5, 6, 7, 8]);
    const report = await evaluate({ split: oneByOne, itemCount: ITEMS, models: [model] });
    expect(report.reliable).toBe(false);
    expect(report.differences).toEqual([]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('tells how far it is, fold by fold', async () => {
    const seen: EvaluateProgress[] = [];
    const model: Model = {
      name: 'slow',
      train: (_, { onProgress }) => {
        onProgress?.(0.5);
        return { scores: () => new Float32Array(ITEMS) };
      },
    };
    const split = splitOf([caseOf(1, [], [0])], [caseOf(2, [], [0])]);
    await evaluate({
      split,
      itemCount: ITEMS,
      models: [model],
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.map(({ fold, phase, share }) => [fold, phase, share])).toEqual([
      [0, 'train', 0],
      [0, 'train', 0.5],
      [0, 'rank', 1],
      [1, 'train', 0],
      [1, 'train', 0.5],
      [1, 'rank', 1],
    ]);
  });

  it('stops with the reason of its signal, between folds and among users', async () => {
    const reason = { name: 'Stop' };
    const options = { split: oneByOne, itemCount: ITEMS, models: [popularity] };
    await expect(evaluate({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    let scored = 0;
    const slow = scoring('slow', () => {
      scored++;
      if (scored === 3) controller.abort(reason);
      for (const until = performance.now() + 12; performance.now() < until; );
      return [];
    });
    const many = splitOf(Array.from({ length: 50 }, (_, i) => caseOf(i, [], [0])));
    const stopped = evaluate({ ...options, split: many, models: [slow], signal: controller.signal });
    await expect(stopped).rejects.toBe(reason);
    expect(scored).toBe(3);
  });

  it('refuses unknown metrics, unknown baselines, models of one name and splits without users', async () => {
    const options = { split: oneByOne, itemCount: ITEMS, models: [popularity] };
    const invalid = { code: 'ERR_SLUICE_INVALID_ARGUMENT' };
    await expect(evaluate({ ...options, metrics: ['auc'] })).rejects.toMatchObject(invalid);
    await expect(evaluate({ ...options, baseline: 'ease' })).rejects.toMatchObject(invalid);
    await expect(evaluate({ ...options, models: [popularity, popularity] })).rejects.toMatchObject(invalid);
    await expect(evaluate({ ...options, split: splitOf([]) })).rejects.toMatchObject(invalid);
  });
});
