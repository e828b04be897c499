/** Do the production store and the model of it keep one contract? */

import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLmdbStore } from '../../src/log/lmdb-store.ts';
import type { Store, StoreKey, StoreWrite } from '../../src/log/store.ts';
import { scratchDirectory } from './directories.ts';
import { compareKeys, ForgetfulStore } from './forgetful-store.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const put = (key: StoreKey, value: Uint8Array = bytes(1), table = 't'): StoreWrite => ({ table, key, value });
const keysOf = (store: Store, range = {}): StoreKey[] => [...store.range('t', range)].map(({ key }) => key);

const part = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\u0000', '\uffff', '\u{10000}', 'a', 'a\u0000', 'a\u0000b', 'ab'),
);
const keys = fc.oneof(part, fc.tuple(part, part), fc.tuple(part, part, part));

const stores: [string, () => Promise<Store>][] = [
  ['lmdb', () => openLmdbStore({ directory: scratchDirectory() })],
  ['the forgetful model', async () => new ForgetfulStore()],
];

describe.each(stores)('%s', (_, make) => {
  const open = async (): Promise<Store> => {
    const store = await make();
    onTestFinished(() => store.close());
    return store;
  };

  test('returns what was written, and undefined for what was not', async () => {
    const store = await open();
    expect(await store.write([put('a', bytes(1, 2)), put(['a', 7], bytes(3))])).toBe(true);
    expect(new Uint8Array(store.get('t', 'a')!)).toEqual(bytes(1, 2));
    expect(new Uint8Array(store.get('t', ['a', 7])!)).toEqual(bytes(3));
    expect(store.get('t', 'b')).toBeUndefined();
    expect(store.get('another table', 'a')).toBeUndefined();
  });

  test('orders keys of any kind as the contract says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(keys, { maxLength: 30, selector: (key) => JSON.stringify(key) }),
        async (all) => {
          const store = await make();
          try {
            await store.write(all.map((key, i) => put(key, bytes(i))));
            expect(keysOf(store)).toEqual([...all].sort(compareKeys));
            for (const [i, key] of all.entries()) expect(store.get('t', key)?.[0]).toBe(i);
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: 40, seed: 11 },
    );
  });

  test('walks ranges with the start included and the end excluded, both ways and limited', async () => {
    const store = await open();
    await store.write([1, 2, 3, 4, 5].map((key) => put(key)));
    expect(keysOf(store, { start: 2, end: 4 })).toEqual([2, 3]);
    expect(keysOf(store, { start: 2, end: 4, reverse: true })).toEqual([3, 2]);
    expect(keysOf(store, { start: 4 })).toEqual([4, 5]);
    expect(keysOf(store, { start: 4, reverse: true })).toEqual([5, 4]);
    expect(keysOf(store, { end: 2, reverse: true })).toEqual([1]);
    expect(keysOf(store, { reverse: true, limit: 2 })).toEqual([5, 4]);
    expect(keysOf(store, { limit: 0 })).toEqual([]);
    expect(keysOf(store, { start: 9 })).toEqual([]);
  });

  test('walks the tuples under one prefix', async () => {
    const store = await open();
    await store.write([put(['a', 1]), put(['a', 2]), put(['b', 1]), put(['a\u0000', 1]), put('a')]);
    expect(keysOf(store, { start: ['a', 0], end: ['a', 99] })).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
  });

  test('random ranges agree with a sorted array', async () => {
    const store = await open();
    const all = Array.from({ length: 60 }, (_, i) => [i % 7, (i * 37) % 60] as const);
    await store.write(all.map((key) => put(key)));
    const bound = fc.tuple(fc.integer({ min: -1, max: 8 }), fc.integer({ min: -1, max: 61 }));
    fc.assert(
      fc.property(
        bound,
        bound,
        fc.boolean(),
        fc.option(fc.nat(70), { nil: undefined }),
        (start, end, reverse, limit) => {
          const expected = all
            .filter((key) => compareKeys(key, start) >= 0 && compareKeys(key, end) < 0)
            .sort(compareKeys);
          if (reverse) expected.reverse();
          expect(keysOf(store, { start, end, reverse, limit })).toEqual(expected.slice(0, limit));
        },
      ),
      { seed: 12 },
    );
  });

  test('an iteration sees the store as of its first step', async () => {
    const store = await open();
    await store.write([put(1), put(3)]);
    const seen: StoreKey[] = [];
    for (const { key } of store.range('t')) {
      if (seen.length === 0) await store.write([put(2), put(4), { table: 't', key: 3, value: null }]);
      seen.push(key);
    }
    expect(seen).toEqual([1, 3]);
    expect(keysOf(store)).toEqual([1, 2, 4]);
  });

  test('an iteration that is left early leaves the store in order', async () => {
    const store = await open();
    await store.write([put(1), put(2)]);
    for (const { key } of store.range('t')) {
      expect(key).toBe(1);
      break;
    }
    await store.write([put(3)]);
    expect(keysOf(store)).toEqual([1, 2, 3]);
  });

  test('removes keys; removing what is absent changes nothing', async () => {
    const store = await open();
    await store.write([put('a'), put('b')]);
    await store.write([
      { table: 't', key: 'a', value: null },
      { table: 't', key: 'nothing', value: null },
      put('c'),
    ]);
    expect(keysOf(store)).toEqual(['b', 'c']);
  });

  test('of two writes to one key in a batch the later counts', async () => {
    const store = await open();
    await store.write([put('a', bytes(1)), put('a', bytes(2))]);
    await store.write([put('b', bytes(1)), { table: 't', key: 'b', value: null }]);
    expect(store.get('t', 'a')?.[0]).toBe(2);
    expect(store.get('t', 'b')).toBeUndefined();
  });

  test('keeps empty values, and values of megabytes', async () => {
    const store = await open();
    const big = Uint8Array.from({ length: 3_000_001 }, (_, i) => i % 251);
    await store.write([put('empty', bytes()), put('big', big)]);
    expect(store.get('t', 'empty')).toHaveLength(0);
    expect(Buffer.compare(store.get('t', 'big')!, big)).toBe(0);
  });

  test('values that were handed out or in are nobody else’s memory', async () => {
    const store = await open();
    const value = bytes(1, 2, 3);
    const done = store.write([put('a', value), put('b', bytes(9, 9))]);
    value.fill(0);
    await done;
    const [first] = [...store.range('t')];
    const got = store.get('t', 'a')!;
    store.get('t', 'b');
    expect([...got]).toEqual([1, 2, 3]);
    expect([...first.value]).toEqual([1, 2, 3]);
    got.fill(0);
    expect([...store.get('t', 'a')!]).toEqual([1, 2, 3]);
  });

  test('concurrent batches take effect in the order of the calls', async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 200 }, (_, i) => store.write([put('last', bytes(i)), put(i)])));
    expect(store.get('t', 'last')?.[0]).toBe(199);
    expect(keysOf(store)).toHaveLength(201);
  });

  test('a guarded batch applies when all its places are empty, and else not at all', async () => {
    const store = await open();
    await store.write([put('taken')]);
    const place = (key: StoreKey, table = 't') => ({ table, key });
    const attempts: [StoreKey[], boolean][] = [
      [['free'], true],
      [['free', 'also free'], true],
      [['taken'], false],
      [['taken', 'free'], false],
      [['free', 'taken'], false],
      [['taken', 'taken'], false],
    ];
    for (const [i, [places, applied]] of attempts.entries()) {
      const ifAbsent = places.map((key) => place(key));
      expect(await store.write([put(`n${i}`), put(i, bytes(1), 'u')], { ifAbsent })).toBe(applied);
      expect(store.get('t', `n${i}`) !== undefined).toBe(applied);
      expect(store.get('u', i) !== undefined).toBe(applied);
    }
  });

  test('of concurrent batches that guard one place exactly one applies', async () => {
    const store = await open();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        store.write([put('winner', bytes(i)), put(i)], {
          ifAbsent: [
            { table: 't', key: 'winner' },
            { table: 'u', key: i },
          ],
        }),
      ),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(keysOf(store)).toEqual([results.indexOf(true), 'winner']);
  });

  test('a batch with a key that no store holds is refused whole', async () => {
    const store = await open();
    const bad: unknown[] = [
      ['one'],
      [],
      1.5,
      Number.NaN,
      2 ** 53,
      null,
      undefined,
      'x'.repeat(1901),
      '\ud800',
    ];
    for (const key of bad) {
      await expect(store.write([put('good'), put(key as StoreKey)])).rejects.toMatchObject({
        code: 'ERR_SLUICE_INVALID_ARGUMENT',
      });
    }
    expect(keysOf(store)).toEqual([]);
  });

  test('close waits for what was written, may be repeated, and ends the use', async () => {
    const store = await make();
    const writing = store.write([put('a')]);
    const closing = Promise.all([store.close(), store.close()]);
    expect(await writing).toBe(true);
    await closing;
    expect(() => store.get('t', 'a')).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_CLOSED' }));
    expect(() => [...store.range('t')]).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_CLOSED' }));
    await expect(store.write([put('b')])).rejects.toMatchObject({ code: 'ERR_SLUICE_CLOSED' });
  });
});
