/** Does an approximate search keep the recall that was calibrated, and miss rows but never misstate them? */

import { describe, expect, test } from 'vitest';
import type { TopK } from '../../src/vectors/backend.ts';
import { Bitset } from '../../src/vectors/bitset.ts';
import { recallByScore } from '../../src/vectors/recall.ts';
import { numbers } from './data.ts';
import { type Create, refused } from './setup.ts';
import { bits, trueScore, trueTopK } from './truth.ts';

const ROWS = 12_000;
const DIMENSION = 24;
const ASKED = 30;

export function approximate(create: Create): void {
  describe('approximate searches', () => {
    // Like factors of a model: some dimensions matter more, norms differ tenfold, some rows stand twice.
    const data = shaped(ROWS, 1);
    for (let row = 0; row < ROWS; row += 50) {
      const at = row * DIMENSION;
      data.copyWithin(at + DIMENSION, at, at + DIMENSION);
    }
    const queries = shaped(64, 2);
    const others = shaped(ASKED, 3);
    const query = (i: number) => others.subarray(i * DIMENSION, (i + 1) * DIMENSION);

    const sound = ({ ids, scores }: TopK, i: number, k: number, allowed = (_: number) => true) => {
      expect(ids.length).toBeLessThanOrEqual(k);
      expect(new Set(ids).size).toBe(ids.length);
      const order = Array.from(ids, (row, at) => ({ row, score: scores[at]! }));
      for (const { row, score } of order) {
        expect(allowed(row)).toBe(true);
        expect(score).toBe(trueScore(query(i), data.subarray(row * DIMENSION, (row + 1) * DIMENSION)));
      }
      expect(order).toEqual([...order].sort((a, b) => b.score - a.score || a.row - b.row));
    };

    test.each([10, 100, 300])(
      'reach the calibrated recall on other queries for k = %i, all scores true',
      async (k) => {
        using index = await create({ dimension: DIMENSION, data });
        await index.calibrate({ queries, k: [10, 100] });
        const truth = Array.from({ length: ASKED }, (_, i) => trueTopK(data, query(i), k));
        for (const recallTarget of [0.9, 0.99]) {
          const found = await index.searchBatch(others, { k, recallTarget });
          found.forEach((result, i) => {
            sound(result, i, k);
          });
          const recalls = found.map((result, i) => recallByScore(result, truth[i]!.scores, k));
          expect(recalls.reduce((a, b) => a + b) / ASKED).toBeGreaterThanOrEqual(recallTarget - 0.02);
          sound(index.searchSync(query(0), { k, recallTarget }), 0, k);
        }
        const exact = await index.searchBatch(others, { k, recallTarget: 1 });
        expect(exact.map(bits)).toEqual(truth.map(bits));
      },
    );

    test('return only rows that the filter allows and that were not removed', async () => {
      using index = await create({ dimension: DIMENSION, data });
      await index.calibrate({ queries, k: [10, 100] });
      index.remove(Array.from({ length: ROWS / 3 }, (_, i) => 3 * i));
      for (const share of [2, 10, 1000]) {
        const filter = new Bitset(ROWS);
        for (let row = 0; row < ROWS; row += share) filter.add(row);
        const allowed = (row: number) => row % share === 0 && row % 3 !== 0;
        const options = { k: 50, filter, recallTarget: 0.95 };
        for (let i = 0; i < 5; i++) sound(await index.search(query(i), options), i, 50, allowed);
        sound(index.searchSync(query(0), options), 0, 50, allowed);
      }
    });

    test('find rows that were appended after the calibration', async () => {
      using index = await create({ dimension: DIMENSION, data });
      await index.calibrate({ queries, k: [10] });
      const best = query(0).map((x) => 100 * x);
      expect(index.append(best)).toBe(ROWS);
      const { ids, scores } = await index.search(query(0), { k: 10, recallTarget: 0.9 });
      expect([ids[0], scores[0]]).toEqual([ROWS, trueScore(query(0), best)]);
    });

    test('are calibrated when the index is created, if asked, and refuse queries of another dimension', async () => {
      const source = { dimension: DIMENSION, data };
      using index = await create(source, { calibration: { queries, k: [10] } });
      expect(index.calibration).toMatchObject({ backend: index.backend, calibratedRows: ROWS, stale: false });
      await refused('ERR_SLUICE_DIMENSION_MISMATCH', () =>
        create(source, { calibration: { queries: queries.subarray(1) } }),
      );
    });
  });
}

/** Rows of falling spectrum and of norms over an order of magnitude. */
function shaped(rows: number, seed: number): Float32Array {
  const norms = numbers('ordinary', rows, seed + 100);
  return numbers('ordinary', rows * DIMENSION, seed).map((x, i) => {
    const component = i % DIMENSION;
    return (x * 10 ** ((norms[Math.floor(i / DIMENSION)]! - 1) / 2)) / Math.sqrt(1 + component);
  });
}
