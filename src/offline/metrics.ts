/** How good is one ranked list for one person? Ranking metrics over the places where held-out items stand. */

import { unexpected } from '../errors.ts';

/** Metrics of one list; the mean over users is reported. */
export type ListMetric = 'recall' | 'ndcg' | 'hit' | 'mrr';
/** Metrics of what all lists recommend. */
export type CatalogMetric = 'coverage' | 'novelty';

/** A metric as named in reports, e.g. `recall@20`. */
export interface Metric {
  readonly key: string;
  readonly name: ListMetric | CatalogMetric;
  /** How many items from the top count. */
  readonly k: number;
}

/** The metrics of every report. */
export const METRICS: readonly string[] = [
  'recall@20',
  'ndcg@10',
  'ndcg@100',
  'mrr',
  'hit@10',
  'coverage@10',
  'novelty@10',
];

/** `mrr` looks no further: a first hit beyond is worth less than .01. */
const MRR_DEPTH = 100;

/**
 * The metric of a key: `recall@k`, `ndcg@k`, `hit@k`, `coverage@k`, `novelty@k`, or `mrr`, which looks at the first 100.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another key.
 */
export function parseMetric(key: string): Metric {
  if (key === 'mrr') return { key, name: 'mrr', k: MRR_DEPTH };
  const match = /^(recall|ndcg|hit|coverage|novelty)@([1-9]\d{0,5})$/.exec(key);
  if (match === null) {
    throw unexpected('recall@k, ndcg@k, hit@k, mrr, coverage@k or novelty@k', 'metric', key);
  }
  return { key, name: match[1] as Metric['name'], k: Number(match[2]) };
}

/**
 * The value of a list metric.
 *
 * @param hits places from 0, ascending, at which held-out items stand in the list.
 * @param held how many items were held out; at least 1.
 * @returns a number in [0, 1].
 */
export function listMetric(name: ListMetric, hits: ArrayLike<number>, held: number, k: number): number {
  switch (name) {
    case 'recall':
      return recall(hits, held, k);
    case 'ndcg':
      return ndcg(hits, held, k);
    case 'hit':
      return hits.length > 0 && hits[0] < k ? 1 : 0;
    case 'mrr':
      return hits.length > 0 && hits[0] < k ? 1 / (hits[0] + 1) : 0;
  }
}

/** The share found of what k places could hold: hits in the first k over min(k, held). */
export function recall(hits: ArrayLike<number>, held: number, k: number): number {
  let found = 0;
  while (found < hits.length && hits[found] < k) found++;
  return found / Math.min(k, held);
}

/** Binary NDCG (Järvelin and Kekäläinen 2002): gain 1 / log2(place + 2), over that of the best list of k places. */
export function ndcg(hits: ArrayLike<number>, held: number, k: number): number {
  let gain = 0;
  for (let i = 0; i < hits.length && hits[i] < k; i++) gain += 1 / Math.log2(hits[i] + 2);
  let ideal = 0;
  for (let place = 0; place < Math.min(k, held); place++) ideal += 1 / Math.log2(place + 2);
  return gain / ideal;
}

/**
 * Mean self-information of the first k items of a list (Zhou et al. 2010): -log2 of the share of training users who
 * have the item, in bits.
 *
 * @param counts training users by item row. @returns 0 for an empty list.
 */
export function novelty(ranked: Uint32Array, counts: Uint32Array, users: number, k: number): number {
  const length = Math.min(k, ranked.length);
  let bits = 0;
  for (let i = 0; i < length; i++) bits -= Math.log2(counts[ranked[i]] / users);
  return length === 0 ? 0 : bits / length;
}
