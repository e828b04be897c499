/** Do searches at once, aborted or overtaken, leave each other alone? */

import { describe, expect, test } from 'vitest';
import { Bitset } from '../../src/vectors/bitset.ts';
import { numbers } from './data.ts';
import { type Create, ordinary } from './setup.ts';
import { bits, trueTopK } from './truth.ts';

/** `scale` makes the matrices smaller where they are slow to load. */
export function concurrency(create: Create, scale = 1): void {
  const [small, middle, large] = [50_000, 100_000, 150_000].map((rows) => rows * scale) as [
    number,
    number,
    number,
  ];
  describe('many searches at once', () => {
    test('concurrent searches of different k and filters do not disturb each other', async () => {
      const source = ordinary(middle, 24);
      using index = await create(source);
      const even = new Bitset(middle);
      for (let row = 0; row < middle; row += 2) even.add(row);
      const results = await Promise.all(
        Array.from({ length: 12 }, async (_, i) => {
          const query = numbers('ordinary', 24, 100 + i);
          const filter = i % 2 === 0 ? even : undefined;
          const k = 1 + i * 40;
          return { query, k, filter, found: await index.search(query, { k, filter }) };
        }),
      );
      for (const { query, k, filter, found } of results) {
        expect(bits(found)).toEqual(bits(trueTopK(source.data, query, k, (row) => filter?.has(row) ?? true)));
      }
    });

    test('a batch gives each query its own result', async () => {
      const source = ordinary(3000, 20);
      const queries = numbers('ordinary', 70 * 20, 3);
      using index = await create(source);
      const results = await index.searchBatch(queries, { k: 5 });
      expect(results).toHaveLength(70);
      results.forEach((result, i) => {
        const query = queries.subarray(i * 20, (i + 1) * 20);
        expect(bits(result)).toEqual(bits(trueTopK(source.data, query, 5)));
      });
      expect(await index.searchBatch(new Float32Array(0), { k: 5 })).toEqual([]);
    });

    test('the caller may overwrite query and filter as soon as the call has returned', async () => {
      const source = ordinary(large, 16);
      const query = numbers('ordinary', 16, 2);
      const truth = bits(trueTopK(source.data, query, 20));
      using index = await create(source);
      const filter = Bitset.full(large);
      const running = index.search(query, { k: 20, filter });
      query.fill(0);
      filter.not();
      expect(bits(await running)).toEqual(truth);
    });

    test('an abort in flight rejects with its reason, and the index serves on', async () => {
      const source = ordinary(small, 32);
      using index = await create(source);
      const controller = new AbortController();
      const reason = new Error('nobody waits any more');
      const running = index.searchBatch(numbers('ordinary', 3000 * 32, 2), {
        k: 100,
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(reason), 5);
      await expect(running).rejects.toBe(reason);
      const query = numbers('ordinary', 32, 3);
      expect(bits(await index.search(query, { k: 3 }))).toEqual(bits(trueTopK(source.data, query, 3)));
    });

    test('a signal that was raised before rejects with its reason', async () => {
      using index = await create(ordinary(10, 2));
      const reason = { code: 'mine' };
      const signal = AbortSignal.abort(reason);
      await expect(index.search(new Float32Array(2), { k: 1, signal })).rejects.toBe(reason);
    });

    test('closing while a search runs lets it end', async () => {
      const source = ordinary(large, 16);
      const query = numbers('ordinary', 16, 2);
      const index = await create(source);
      const running = index.search(query, { k: 20 });
      index.close();
      index.close();
      expect(bits(await running)).toEqual(bits(trueTopK(source.data, query, 20)));
    });
  });
}
