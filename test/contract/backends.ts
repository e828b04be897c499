/** What must every backend do? One suite, run over each of them by the files beside this one. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type ErrorCode, SluiceError } from '../../src/errors.ts';
import type { BackendName, MatrixSource } from '../../src/vectors/backend.ts';
import { Bitset } from '../../src/vectors/bitset.ts';
import { Index } from '../../src/vectors/index.ts';
import { KINDS, type Kind, numbers } from './data.ts';
import { bits, trueScore, trueTopK } from './truth.ts';

/** Runs the suite over one backend. */
export function backendContract(backend: BackendName): void {
  const create = (source: MatrixSource) => Index.create(source, { backend });
  const ordinary = (rows: number, dimension: number, seed = 1) => ({
    dimension,
    data: numbers('ordinary', rows * dimension, seed),
  });

  /** The error, which must be one of Sluice with the code and a remedy. */
  async function refused(code: ErrorCode, act: () => unknown): Promise<SluiceError> {
    const error = await Promise.resolve()
      .then(act)
      .then(
        () => expect.fail(`expected ${code} but nothing was thrown`),
        (thrown) => thrown,
      );
    expect(error).toBeInstanceOf(SluiceError);
    expect(error.code).toBe(code);
    expect(error.remedy).not.toBe('');
    return error;
  }

  describe(`${backend}: exactness`, () => {
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

  describe(`${backend}: filters, removal, growth`, () => {
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

  describe(`${backend}: many searches at once`, () => {
    test('concurrent searches of different k and filters do not disturb each other', async () => {
      const source = ordinary(20_000, 24);
      using index = await create(source);
      const even = new Bitset(20_000);
      for (let row = 0; row < 20_000; row += 2) even.add(row);
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
      const source = ordinary(40_000, 16);
      const query = numbers('ordinary', 16, 2);
      const truth = bits(trueTopK(source.data, query, 20));
      using index = await create(source);
      const filter = Bitset.full(40_000);
      const running = index.search(query, { k: 20, filter });
      query.fill(0);
      filter.not();
      expect(bits(await running)).toEqual(truth);
    });

    test('an abort in flight rejects with its reason, and the index serves on', async () => {
      const source = ordinary(50_000, 32);
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
      const source = ordinary(40_000, 16);
      const query = numbers('ordinary', 16, 2);
      const index = await create(source);
      const running = index.search(query, { k: 20 });
      index.close();
      index.close();
      expect(bits(await running)).toEqual(bits(trueTopK(source.data, query, 20)));
    });
  });

  describe(`${backend}: files`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-contract-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'rows.bin');
    const data = numbers('ordinary', 500 * 12, 4);
    writeFileSync(path, Buffer.concat([Buffer.from('a header, 20 bytes..'), Buffer.from(data.buffer)]));
    const region = { dimension: 12, path, byteOffset: 20, rows: 500 };

    test('a region of a file is searched like rows in memory, and can be appended to', async () => {
      const query = numbers('ordinary', 12, 5);
      using index = await create(region);
      expect(bits(await index.search(query, { k: 30 }))).toEqual(bits(trueTopK(data, query, 30)));
      const more = numbers('ordinary', 12 * 9, 6);
      index.append(more);
      const all = Float32Array.of(...data, ...more);
      expect(bits(index.searchSync(query, { k: 30 }))).toEqual(bits(trueTopK(all, query, 30)));
    });

    test('a region without rows is an empty index', async () => {
      using index = await create({ ...region, rows: 0 });
      expect(index.size).toBe(0);
    });

    test('files that are missing, too short or not finite are refused', async () => {
      await refused('ERR_SLUICE_DATA_NOT_FOUND', () => create({ ...region, path: join(folder, 'none') }));
      await refused('ERR_SLUICE_DATA_INVALID', () => create({ ...region, rows: 501 }));
      await refused('ERR_SLUICE_DATA_INVALID', () => create({ ...region, byteOffset: 1e9 }));
      const damaged = data.slice();
      damaged[12 * 321 + 5] = Number.NaN;
      writeFileSync(join(folder, 'damaged.bin'), Buffer.from(damaged.buffer));
      const source = { ...region, path: join(folder, 'damaged.bin'), byteOffset: 0 };
      const error = await refused('ERR_SLUICE_NON_FINITE', () => create(source));
      expect(error.message).toContain('row 321, component 5');
    });

    test.each([
      ['byteOffset', 2],
      ['byteOffset', -4],
      ['byteOffset', 0.5],
      ['rows', -1],
      ['rows', 1.5],
      ['rows', 2 ** 33],
      ['path', ''],
      ['path', 7],
    ])('a region with %s %s is refused', async (name, value) => {
      await refused('ERR_SLUICE_INVALID_ARGUMENT', () => create({ ...region, [name]: value }));
    });
  });

  describe(`${backend}: refusals`, () => {
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
