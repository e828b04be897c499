/** Do filters, removal and appended rows change just the searches they should? */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitset } from '../../src/vectors/bitset.ts';
import { numbers } from './data.ts';
import { type Create, ordinary } from './setup.ts';
import { bits, trueTopK } from './truth.ts';

export function updates(create: Create): void {
  describe('filters, removal, growth', () => {
    test('a filter that keeps none, one or all rows does just that', async () => {
      const source = ordinary(1000, 16);
      const query = numbers('ordinary', 16, 2);
      using index = await create(source);
      expect((await index.search(query, { k: 9, filter: new Bitset(1000) })).ids).toHaveLength(0);
      expect([...index.searchSync(query, { k: 9, filter: Bitset.of(1000, [977]) }).ids]).toEqual([977]);
      expect(bits(await index.search(query, { k: 9, filter: Bitset.full(1000) }))).toEqual(
        bits(trueTopK(source.data, query, 9)),
      );
    });

    test('removed rows are found no more, also after more rows were appended and under a filter', async () => {
      const first = numbers('ordinary', 100 * 5, 1);
      const more = numbers('ordinary', 61 * 5, 2);
      const query = numbers('ordinary', 5, 3);
      using index = await create({ dimension: 5, data: first });
      index.remove([3, 50, 99, 3]);
      expect(index.append(more)).toBe(100);
      index.remove([130]);
      const gone = new Set([3, 50, 99, 130]);
      const data = Float32Array.of(...first, ...more);
      expect(index.size).toBe(161);
      expect(bits(index.searchSync(query, { k: 200 }))).toEqual(
        bits(trueTopK(data, query, 200, (row) => !gone.has(row))),
      );
      const filter = Bitset.of(161, [3, 4, 99, 100, 130, 131]);
      expect([...(await index.search(query, { k: 9, filter })).ids].sort((a, b) => a - b)).toEqual([
        4, 100, 131,
      ]);
    });

    test('rows appended in pieces of any size are found as if they had been loaded together', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 20 }),
          fc.integer({ min: 1, max: 40 }),
          async (sizes, dimension) => {
            const rows = sizes.reduce((sum, n) => sum + n, 0);
            const data = numbers('mixed', rows * dimension, rows);
            const query = numbers('ordinary', dimension, 8);
            using index = await create({ dimension, data: new Float32Array(0) });
            let at = 0;
            for (const size of sizes) {
              expect(index.append(data.slice(at * dimension, (at + size) * dimension))).toBe(at);
              at += size;
            }
            expect(index.size).toBe(rows);
            expect(bits(index.searchSync(query, { k: 50 }))).toEqual(bits(trueTopK(data, query, 50)));
          },
        ),
        { numRuns: 30, seed: 7 },
      );
    });

    test('a search does not see rows appended after it began', async () => {
      const source = ordinary(50_000, 8);
      const query = numbers('ordinary', 8, 2);
      const before = bits(trueTopK(source.data, query, 10));
      using index = await create(source);
      const running = Array.from({ length: 8 }, () => index.search(query, { k: 10 }));
      for (let i = 0; i < 100; i++) index.append(query.map((x) => x * 1000));
      for (const result of await Promise.all(running)) expect(bits(result)).toEqual(before);
      expect((await index.search(query, { k: 100 })).ids.every((id) => id >= 50_000)).toBe(true);
    });
  });
}
