import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openNpy, writeNpy } from '../../bench/data/npy.mjs';
import { kthScores, recall } from '../../bench/data/truth.mjs';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();

/** A data set of these rows and queries of one dimension each. */
function dataset(name: string, rows: number[], queries: number[]) {
  const file = (part: string, values: number[]) => {
    const path = join(folder, `${name}-${part}.npy`);
    writeNpy(path, { rows: values.length, dimension: 1 }, (block, first) => {
      block.set(values.slice(first, first + block.length));
    });
    return openNpy(path);
  };
  return { name, base: file('base', rows), queries: file('queries', queries) };
}

describe('the truth', () => {
  test('is the score of the k-th best row for each query', () => {
    const files = dataset('order', [5, 1, 4, 2, 3], [1, -2]);
    expect([...kthScores(files, { rows: 5, count: 2, k: 2 })]).toEqual([4, -4]);
    expect([...kthScores(files, { rows: 3, count: 1, k: 2 })]).toEqual([4]);
  });

  test('of more rows than there are is the score of the last', () => {
    const files = dataset('few', [5, 1, 4], [1]);
    expect([...kthScores(files, { rows: 3, count: 1, k: 10 })]).toEqual([1]);
  });

  test('holds over blocks and many rows above the threshold', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_011);
    const sorted = rows.toSorted((a, b) => b - a);
    const files = dataset('many', rows, [1]);
    expect([...kthScores(files, { rows: rows.length, count: 1, k: 100 })]).toEqual([sorted[99]]);
  });
});

describe('recall', () => {
  const files = dataset('ties', [9, 7, 7, 7, 1], [1]);
  const options = { rows: 5, k: 2 };
  const kth = kthScores(files, { ...options, count: 1 });

  test('counts every row that ties with the k-th as right', () => {
    expect(recall(files, kth, [[0, 1]], options)).toBe(1);
    expect(recall(files, kth, [[0, 3]], options)).toBe(1);
    expect(recall(files, kth, [[2, 3]], options)).toBe(1);
    expect(recall(files, kth, [[0, 4]], options)).toBe(0.5);
  });

  test('counts a row given twice once, and what is no row not at all', () => {
    expect(recall(files, kth, [[0, 0]], options)).toBe(0.5);
    expect(recall(files, kth, [[0, -1]], options)).toBe(0.5);
    expect(recall(files, kth, [[0, 99]], options)).toBe(0.5);
    expect(recall(files, kth, [[0]], options)).toBe(0.5);
  });

  test('counts the first k of an answer only', () => {
    expect(recall(files, kth, [[4, 4, 0, 1]], options)).toBe(0);
  });

  test('is the mean over queries, each of as many as there can be', () => {
    const two = dataset('two', [3, 2, 1], [1, -1]);
    const kth = kthScores(two, { rows: 3, count: 2, k: 10 });
    expect(recall(two, kth, [[0, 1, 2], [2]], { rows: 3, k: 10 })).toBeCloseTo(2 / 3, 12);
  });
});
