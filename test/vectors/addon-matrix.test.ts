/** Does the addon bear arguments that only a caller beside `Index` could hand it? */

import { beforeAll, describe, expect, test } from 'vitest';
import { type Addon, type AddonMatrix, probeAddon } from '../../src/vectors/addon.ts';
import { numbers } from '../contract/data.ts';

const probe = probeAddon();
const ROWS = 40_000;
const DIMENSION = 64;

describe.skipIf(!probe.ok)('a matrix of the addon', () => {
  let matrix: AddonMatrix;
  const data = numbers('ordinary', ROWS * DIMENSION, 1);
  const query = numbers('ordinary', DIMENSION, 2);
  beforeAll(async () => {
    matrix = await ((probe as { addon: Addon }).addon.loadRows(data, DIMENSION) as Promise<AddonMatrix>);
  });

  /** Searches both ways, which must agree. */
  async function search(k: number, candidates: number | undefined): Promise<number[]> {
    const places = Math.min(k >>> 0, ROWS);
    const [ids, scores] = [new Uint32Array(places), new Float32Array(places)];
    matrix.topKSync(query, k, undefined, candidates, ids, scores);
    const answer = await matrix.topK(query, k, undefined, candidates, undefined);
    expect([...answer!.ids]).toEqual([...ids]);
    expect([...answer!.scores]).toEqual([...scores]);
    return [...ids];
  }

  test.each([0, 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 1e20])(
    'searches with %s candidates, taken modulo 2^32, or at least k',
    async (candidates) => {
      const exact = await search(100, undefined);
      const found = await search(100, candidates);
      expect(new Set(found).size).toBe(100);
      // Large numbers are more than there are rows.
      if (candidates >>> 0 >= ROWS) expect(found).toEqual(exact);
      expect(found.filter((row) => exact.includes(row)).length).toBeGreaterThan(30);
      expect(await search(0, candidates)).toEqual([]);
      expect(new Set(await search(-1, candidates)).size).toBe(ROWS);
    },
  );

  const detached = <T extends Float32Array | Uint32Array>(array: T): T => {
    structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
    return array;
  };
  const wrong: Record<string, () => [Float32Array, Uint32Array | undefined, Uint32Array, Float32Array]> = {
    'a part of a query': () => [query.subarray(1), undefined, new Uint32Array(5), new Float32Array(5)],
    'a detached query': () => [detached(query.slice()), undefined, new Uint32Array(5), new Float32Array(5)],
    'a short mask': () => [query, new Uint32Array(ROWS / 32 - 1), new Uint32Array(5), new Float32Array(5)],
    'a detached mask': () => [
      query,
      detached(new Uint32Array(ROWS / 32)),
      new Uint32Array(5),
      new Float32Array(5),
    ],
    'too few places': () => [query, undefined, new Uint32Array(4), new Float32Array(5)],
    'too many places': () => [query, undefined, new Uint32Array(5), new Float32Array(6)],
    'detached places': () => [query, undefined, detached(new Uint32Array(5)), new Float32Array(5)],
  };
  test.each(Object.keys(wrong))('refuses %s', (kind) => {
    for (const candidates of [undefined, 9]) {
      const [queries, mask, ids, scores] = wrong[kind]!();
      expect(() => matrix.topKSync(queries, 5, mask, candidates, ids, scores)).toThrow('ERR_SLUICE_INTERNAL');
    }
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 3e38])('finds nothing for a query of %s', (value) => {
    for (const candidates of [undefined, 9]) {
      const [ids, scores] = [new Uint32Array(5), new Float32Array(5)];
      const queries = new Float32Array(DIMENSION).fill(value);
      queries[0] = Number.isFinite(value) ? Number.NaN : value;
      matrix.topKSync(queries, 5, undefined, candidates, ids, scores);
      expect([...ids]).toEqual(Array(5).fill(0xffffffff));
    }
  });
});
