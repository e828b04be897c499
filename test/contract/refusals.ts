/** Is every wrong input refused with a code and a remedy? */

import { describe, expect, test } from 'vitest';
import type { MatrixSource } from '../../src/vectors/backend.ts';
import { Bitset } from '../../src/vectors/bitset.ts';
import { numbers } from './data.ts';
import { type Create, ordinary, refused } from './setup.ts';
import { bits, trueTopK } from './truth.ts';

export function refusals(create: Create): void {
  describe('refusals', () => {
    test.each([0, -1, 1.5, 65_537, Number.NaN, '8', undefined])(
      'dimension %s is refused',
      async (dimension) => {
        await refused('ERR_SLUICE_INVALID_ARGUMENT', () =>
          create({ dimension: dimension as number, data: new Float32Array(0) }),
        );
      },
    );

    test('data of another type, in part rows or detached is refused', async () => {
      const load = (data: unknown) => create({ dimension: 4, data: data as Float32Array });
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => load([1, 2, 3, 4]));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => load(new Float64Array(4)));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => load(undefined));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => create(null as unknown as MatrixSource));
      await refused('ERR_SLUICE_DIMENSION_MISMATCH', () => load(new Float32Array(6)));
      await refused('ERR_SLUICE_DETACHED_BUFFER', () => load(detached(4)));
    });

    test('rows that are transferred away while they are loaded are refused', async () => {
      const { data } = ordinary(1000, 4);
      // A first index, so that the backend is there and loading begins at once.
      (await create(ordinary(1, 4))).close();
      const loading = create({ dimension: 4, data });
      structuredClone(data.buffer, { transfer: [data.buffer] });
      await refused('ERR_SLUICE_DETACHED_BUFFER', () => loading);
    });

    test('rows and queries in shared memory are taken', async () => {
      const shared = (values: Float32Array) => {
        const view = new Float32Array(new SharedArrayBuffer(values.byteLength));
        view.set(values);
        return view;
      };
      const { data } = ordinary(300, 6);
      const query = numbers('ordinary', 6, 2);
      using index = await create({ dimension: 6, data: shared(data) });
      const truth = bits(trueTopK(data, query, 8));
      expect(bits(index.searchSync(shared(query), { k: 8 }))).toEqual(truth);
      expect(bits(await index.search(shared(query), { k: 8 }))).toEqual(truth);
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
      'rows with %s are refused by their number and nothing is appended',
      async (value) => {
        const { data } = ordinary(40_000, 3);
        data[3 * 39_999 + 1] = value;
        const error = await refused('ERR_SLUICE_NON_FINITE', () => create({ dimension: 3, data }));
        expect(error.message).toContain('row 39999, component 1');

        const good = ordinary(1000, 3);
        using index = await create(good);
        const more = numbers('ordinary', 30_000 * 3, 9);
        more[3 * 20_000 + 2] = value;
        const onAppend = await refused('ERR_SLUICE_NON_FINITE', () => index.append(more));
        expect(onAppend.message).toContain('row 21000, component 2');
        expect(index.size).toBe(1000);
        const query = numbers('ordinary', 3, 2);
        expect(bits(index.searchSync(query, { k: 7 }))).toEqual(bits(trueTopK(good.data, query, 7)));
      },
    );

    test('queries of another type or length, not finite or detached are refused', async () => {
      using index = await create(ordinary(10, 4));
      const ask = (query: unknown) => index.search(query as Float32Array, { k: 1 });
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => ask([1, 2, 3, 4]));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => ask(new Int32Array(4)));
      await refused('ERR_SLUICE_DIMENSION_MISMATCH', () => ask(new Float32Array(3)));
      await refused('ERR_SLUICE_DIMENSION_MISMATCH', () => ask(new Float32Array(0)));
      await refused('ERR_SLUICE_DIMENSION_MISMATCH', () => index.searchBatch(new Float32Array(6), { k: 1 }));
      await refused('ERR_SLUICE_DETACHED_BUFFER', () => ask(detached(4)));
      const error = await refused('ERR_SLUICE_NON_FINITE', () => ask(Float32Array.of(0, 1, Number.NaN, 1)));
      expect(error.message).toContain('query[2]');
      const batch = Float32Array.of(0, 1, 2, 3, 4, Number.POSITIVE_INFINITY, 6, 7);
      const inBatch = await refused('ERR_SLUICE_NON_FINITE', () => index.searchBatch(batch, { k: 1 }));
      expect(inBatch.message).toContain('queries[5]');
    });

    test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', undefined])(
      'k = %s is refused',
      async (k) => {
        using index = await create(ordinary(10, 4));
        const options = { k: k as number };
        await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.search(new Float32Array(4), options));
        await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.searchSync(new Float32Array(4), options));
      },
    );

    test('options, filters, signals and rows that do not fit are refused', async () => {
      using index = await create(ordinary(10, 4));
      const query = new Float32Array(4);
      const ask = (options: object) => index.search(query, { k: 1, ...options });
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.search(query, undefined as never));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => ask({ filter: [1, 2] }));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => ask({ filter: new Bitset(11) }));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => ask({ signal: {} }));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.score(query, [10]));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.score(query, [0.5]));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.remove([0, 10]));
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => index.remove([-1]));
      expect(index.searchSync(query, { k: 99 }).ids).toHaveLength(10);
    });

    test('nothing but close can be called after close', async () => {
      const index = await create(ordinary(10, 4));
      const query = new Float32Array(4);
      index.close();
      await refused('ERR_SLUICE_CLOSED', () => index.search(query, { k: 1 }));
      await refused('ERR_SLUICE_CLOSED', () => index.searchSync(query, { k: 1 }));
      await refused('ERR_SLUICE_CLOSED', () => index.searchBatch(query, { k: 1 }));
      await refused('ERR_SLUICE_CLOSED', () => index.score(query, [0]));
      await refused('ERR_SLUICE_CLOSED', () => index.append(query));
      await refused('ERR_SLUICE_CLOSED', () => index.remove([0]));
      index.close();
      index[Symbol.dispose]();
    });
  });
}

/** A view whose buffer was transferred away. */
function detached(length: number): Float32Array {
  const view = new Float32Array(length);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}
