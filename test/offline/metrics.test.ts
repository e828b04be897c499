import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listMetric, METRICS, ndcg, novelty, parseMetric, recall } from '../../src/offline/metrics.ts';

const LISTS = ['recall', 'ndcg', 'hit', 'mrr'] as const;

/** Distinct places, ascending, and how many items were held out in all. */
const anyHits = fc
  .tuple(fc.uniqueArray(fc.nat(60), { maxLength: 12 }), fc.nat(8))
  .map(([places, missed]) => ({
    hits: places.sort((a, b) => a - b),
    held: Math.max(1, places.length + missed),
  }));

describe('list metrics', () => {
  it('have their values by hand: hits at places 1, 3 and 12 of four held-out items', () => {
    const hits = [0, 2, 11];
    expect(recall(hits, 4, 10)).toBe(2 / 4);
    expect(recall(hits, 4, 3)).toBe(2 / 3);
    expect(recall(hits, 4, 20)).toBe(3 / 4);
    const ideal = 1 + 1 / Math.log2(3) + 1 / 2 + 1 / Math.log2(5);
    expect(ndcg(hits, 4, 10)).toBeCloseTo((1 + 1 / 2) / ideal, 14);
    expect(ndcg(hits, 4, 2)).toBeCloseTo(1 / (1 + 1 / Math.log2(3)), 14);
    expect(listMetric('mrr', [2, 5], 2, 100)).toBe(1 / 3);
    expect(listMetric('hit', [9], 1, 10)).toBe(1);
    expect(listMetric('hit', [10], 1, 10)).toBe(0);
  });

  it('lie in [0, 1], are 1 for a perfect list and 0 for one without hits', () => {
    fc.assert(
      fc.property(anyHits, fc.integer({ min: 1, max: 70 }), ({ hits, held }, k) => {
        for (const name of LISTS) {
          const value = listMetric(name, hits, held, k);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          const perfect = Array.from({ length: held }, (_, place) => place);
          expect(listMetric(name, perfect, held, k)).toBe(1);
          expect(listMetric(name, [], held, k)).toBe(0);
        }
      }),
    );
  });

  it('never fall when a hit moves up', () => {
    fc.assert(
      fc.property(anyHits, fc.integer({ min: 1, max: 70 }), fc.nat(), ({ hits, held }, k, pick) => {
        fc.pre(hits.length > 0);
        const i = pick % hits.length;
        fc.pre(hits[i] > (i === 0 ? 0 : hits[i - 1] + 1));
        const better = hits.map((place, j) => (j === i ? place - 1 : place));
        for (const name of LISTS) {
          expect(listMetric(name, better, held, k)).toBeGreaterThanOrEqual(listMetric(name, hits, held, k));
        }
      }),
    );
  });
});

describe('novelty', () => {
  it('is the mean of -log2 of the share of users who have the item', () => {
    const counts = Uint32Array.of(8, 4, 1);
    expect(novelty(Uint32Array.of(0, 1, 2), counts, 8, 2)).toBe(0.5);
    expect(novelty(Uint32Array.of(0, 1, 2), counts, 8, 10)).toBe((0 + 1 + 3) / 3);
    expect(novelty(new Uint32Array(0), counts, 8, 10)).toBe(0);
  });
});

describe('metric keys', () => {
  it('name a metric and how many places count', () => {
    expect(parseMetric('recall@20')).toEqual({ key: 'recall@20', name: 'recall', k: 20 });
    expect(parseMetric('mrr')).toEqual({ key: 'mrr', name: 'mrr', k: 100 });
    expect(METRICS.map((key) => parseMetric(key).key)).toEqual(METRICS);
  });

  it('are refused otherwise', () => {
    for (const key of [
      '',
      'recall',
      'recall@0',
      'recall@-1',
      'recall@1.5',
      'mrr@10',
      'auc@10',
      'recall@20 ',
    ]) {
      expect(() => parseMetric(key)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});
