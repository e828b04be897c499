/** Does a search return exactly what the definition says? */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitset } from '../../src/vectors/bitset.ts';
import { KINDS, type Kind, numbers } from './data.ts';
import { type Create, ordinary } from './setup.ts';
import { bits, trueScore, trueTopK } from './truth.ts';

export function exactness(create: Create): void {
  describe('exactness', () => {
    const shape = fc.record({
      kind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
      queryKind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
      rows: fc.integer({ min: 1, max: 150 }),
      dimension: fc.integer({ min: 1, max: 257 }),
      k: fc.integer({ min: 1, max: 200 }),
      seed: fc.integer({ min: 0, max: 1e6 }),
      keep: fc.constantFrom(undefined, 0, 0.1, 0.5, 1),
    });

    test('equals the brute force bit for bit on every shape and kind of data, filtered or not', async () => {
      await fc.assert(
        fc.asyncProperty(shape, async ({ kind, queryKind, rows, dimension, k, seed, keep }) => {
          const data = numbers(kind, rows * dimension, seed);
          const query = numbers(queryKind, dimension, seed + 1);
          let filter: Bitset | undefined;
          if (keep !== undefined) {
            filter = new Bitset(rows);
            numbers('ordinary', rows, seed + 2).forEach((x, row) => {
              if ((x + 1) / 2 < keep) filter!.add(row);
            });
          }
          const truth = trueTopK(data, query, k, (row) => filter?.has(row) ?? true);
          using index = await create({ dimension, data });
          expect(bits(await index.search(query, { k, filter }))).toEqual(bits(truth));
          expect(bits(index.searchSync(query, { k, filter }))).toEqual(bits(truth));
        }),
        { numRuns: 150, seed: 42 },
      );
    });

    test.each([1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257])(
      'scores rows of dimension %i as the definition says',
      async (dimension) => {
        const { data } = ordinary(20, dimension);
        const query = numbers('mixed', dimension, 5);
        const rows = Uint32Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
        using index = await create({ dimension, data });
        const expected = Array.from(rows, (row) =>
          trueScore(query, data.subarray(row * dimension, (row + 1) * dimension)),
        );
        expect([...index.score(query, rows)]).toEqual(expected);
      },
    );

    // 30,000 rows of 8 lie in several blocks of every backend, and a reservoir of k = 10 fills many times.
    const rows = 30_000;
    const dimension = 8;
    const orders: Record<string, (row: number) => number> = {
      'ascending scores': (row) => row,
      'descending scores': (row) => rows - row,
      'equal scores': () => 1,
      'pairs of equal scores': (row) => Math.floor(row / 2),
      'ascending scores that differ by one unit in the last place': (row) => 1 + row * 2 ** -23,
      'one huge row among small ones': (row) => (row === 12_345 ? 1e30 : row % 100),
      'negative scores': (row) => -1 - row,
    };
    test.each(Object.keys(orders))('is right for %s', async (order) => {
      const value = orders[order]!;
      const data = new Float32Array(rows * dimension);
      for (let row = 0; row < rows; row++) data[row * dimension + (row % dimension)] = value(row);
      const query = new Float32Array(dimension).fill(1);
      using index = await create({ dimension, data });
      for (const k of [1, 10, 1000, rows]) {
        const truth = bits(trueTopK(data, query, k));
        expect(bits(index.searchSync(query, { k }))).toEqual(truth);
      }
    });

    // Several blocks, so that the threshold of the first is used on the others, where f32 sums are of no use.
    test.each([
      // Half an unit in the last place of 1e6 is 0.03, and the scores lie within 0.01.
      ['terms cancel and f32 loses the score', { large: 1e6, small: 1e-3, weight: 1 }],
      ['partial sums overflow f32 although the score does not', { large: 3e38, small: 1e34, weight: 1 }],
      ['products underflow f32 although the score does not', { large: 0, small: 1e-22, weight: 1e-23 }],
    ])('is right where %s', async (_, { large, small, weight }) => {
      const rows = 8000;
      const dimension = 64;
      const data = numbers('ordinary', rows * dimension, 11).map((x) => x * small);
      for (let row = 0; row < rows && large !== 0; row++) {
        // Components 16 apart are added to the same partial sum in every order that a kernel uses.
        const at = row * dimension + (row % 16);
        const first = row % 2 === 0 ? large : -large;
        data[at] = data[at + 16] = first;
        data[at + 32] = data[at + 48] = -first;
      }
      const query = new Float32Array(dimension).fill(weight);
      using index = await create({ dimension, data });
      for (const k of [1, 10, 500]) {
        expect(bits(index.searchSync(query, { k }))).toEqual(bits(trueTopK(data, query, k)));
      }
    });

    test('returns fewer than k where fewer rows qualify', async () => {
      using index = await create(ordinary(5, 3));
      const query = numbers('ordinary', 3, 2);
      expect((await index.search(query, { k: 5 })).ids).toHaveLength(5);
      expect((await index.search(query, { k: 1000 })).ids).toHaveLength(5);
      expect(index.searchSync(query, { k: 2 ** 31 }).ids).toHaveLength(5);
    });

    test('never returns a row whose score overflows f32', async () => {
      const data = Float32Array.of(3e38, 3e38, -3e38, -3e38, 1, 2);
      using index = await create({ dimension: 2, data });
      expect([...index.searchSync(Float32Array.of(2, 2), { k: 3 }).ids]).toEqual([2]);
    });

    test('answers an empty index with nothing', async () => {
      using index = await create({ dimension: 4, data: new Float32Array(0) });
      expect(index.size).toBe(0);
      expect((await index.search(new Float32Array(4), { k: 10 })).ids).toHaveLength(0);
      expect(index.searchSync(new Float32Array(4), { k: 10 }).scores).toHaveLength(0);
      expect(index.score(new Float32Array(4), [])).toHaveLength(0);
    });
  });
}
