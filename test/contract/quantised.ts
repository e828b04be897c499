/** Are searches of so many rows that a backend quantises them still what the definition says? */

import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/numerics/random.ts';
import { Bitset } from '../../src/vectors/bitset.ts';
import { recallByScore } from '../../src/vectors/recall.ts';
import { numbers } from './data.ts';
import type { Create } from './setup.ts';
import { bits, trueScore, trueTopK } from './truth.ts';

const DIMENSION = 48;
/** More than 2^21 numbers, and part of a block at the end. */
const ROWS = 44_011;

/** How a row is filled, given a number that is normal, and another of the row. */
type Fill = (normal: () => number, row: Float32Array, uniform: () => number) => void;

const scaled =
  (size: number): Fill =>
  (normal, row) => {
    row.forEach((_, j) => {
      row[j] = size * normal();
    });
  };

const KINDS: Record<string, Fill> = {
  ordinary: scaled(1),
  'of norms over 70 decades': (normal, row, uniform) =>
    scaled(10 ** (70 * uniform() - 35))(normal, row, uniform),
  'of one dominant component': (normal, row, uniform) => {
    scaled(1)(normal, row, uniform);
    row[7] = 1e6 + normal();
  },
  'of two values': (normal, row) =>
    row.forEach((_, j) => {
      row[j] = normal() < 0 ? -1 : 1;
    }),
  'all equal': (_, row) =>
    row.forEach((_, j) => {
      row[j] = (j % 5) - 2;
    }),
  'of zeros': (_, row) => row.fill(0),
  'of unit norm': (normal, row, uniform) => {
    scaled(1)(normal, row, uniform);
    const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    row.forEach((x, j) => {
      row[j] = x / norm;
    });
  },
  'of denormals': scaled(1e-41),
  'of one least denormal each': (_, row, uniform) => {
    row.fill(0);
    row[Math.floor(uniform() * row.length)] = 1e-45;
  },
  'whose scores overflow': (_, row, uniform) =>
    row.forEach((_, j) => {
      row[j] = 6.8e38 * (uniform() - 0.5);
    }),
};
const NAMES = Object.keys(KINDS);
/** Rows of a kind stand in runs of this many, so that some blocks of a backend hold one kind and some two. */
const RUN = 150;
const kindOf = (row: number) => NAMES[Math.floor(row / RUN) % NAMES.length]!;

function rowsOf(rows: number, kind: (row: number) => string, seed: number): Float32Array {
  const random = new RandomStream(seed, 'quantised');
  const uniform = () => random.uniform();
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const data = new Float32Array(rows * DIMENSION);
  for (let row = 0; row < rows; row++) {
    KINDS[kind(row)]!(normal, data.subarray(row * DIMENSION, (row + 1) * DIMENSION), uniform);
  }
  return data;
}

const keeping = (rows: number, keep: (row: number) => boolean) => {
  const filter = new Bitset(rows);
  for (let row = 0; row < rows; row++) if (keep(row)) filter.add(row);
  return filter;
};

export function quantised(create: Create): void {
  describe('many rows', () => {
    const query = rowsOf(1, () => 'ordinary', 2);

    test('of every kind, side by side, are found as by brute force', async () => {
      const data = rowsOf(ROWS, kindOf, 1);
      using index = await create({ dimension: DIMENSION, data });
      const queries = [1, 1e-30, 1e12].map((size) => query.map((x) => size * x));
      for (const kind of [undefined, ...NAMES]) {
        const filter = kind === undefined ? undefined : keeping(ROWS, (row) => kindOf(row) === kind);
        const own = data
          .subarray(Math.max(0, NAMES.indexOf(kind ?? '')) * RUN * DIMENSION)
          .slice(0, DIMENSION);
        for (const query of kind === undefined ? queries : [...queries, own]) {
          const truth = trueTopK(data, query, 1000, (row) => filter?.has(row) ?? true);
          for (const k of [1, 100, 1000]) {
            const first = { ids: truth.ids.slice(0, k), scores: truth.scores.slice(0, k) };
            expect(bits(index.searchSync(query, { k, filter })), kind).toEqual(bits(first));
          }
        }
      }
    });

    test('in ascending, descending and alternating order of score are found, the best of them twice', async () => {
      const drawn = rowsOf(ROWS, () => 'ordinary', 3);
      const rowOf = (row: number) => drawn.subarray(row * DIMENSION, (row + 1) * DIMENSION);
      const scores = Float64Array.from({ length: ROWS }, (_, row) => trueScore(query, rowOf(row)));
      const ranked = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
      const orders: Record<string, (at: number) => number> = {
        descending: (at) => ranked[at]!,
        ascending: (at) => ranked[ROWS - 1 - at]!,
        // Each run has its best first, and the best of all stand twice, 22,000 rows apart.
        alternating: (at) => ranked[(at % 22_000) * 2]!,
      };
      for (const order of Object.keys(orders)) {
        const data = new Float32Array(drawn.length);
        for (let at = 0; at < ROWS; at++) data.set(rowOf(orders[order]!(at)), at * DIMENSION);
        using index = await create({ dimension: DIMENSION, data });
        const truth = trueTopK(data, query, 3000);
        for (const k of [1, 99, 3000]) {
          const first = { ids: truth.ids.slice(0, k), scores: truth.scores.slice(0, k) };
          expect(bits(await index.search(query, { k })), order).toEqual(bits(first));
        }
      }
    });

    test('are found under filters, beside removed and appended ones, alone and in batches', async () => {
      const data = rowsOf(ROWS, () => 'ordinary', 4);
      const more = rowsOf(333, () => 'ordinary', 5).map((x) => 1.5 * x);
      const all = new Float32Array(data.length + more.length);
      all.set(data);
      all.set(more, data.length);
      const rows = ROWS + 333;
      using index = await create({ dimension: DIMENSION, data });
      index.append(more);
      const removed = (row: number) => row % 7 === 3;
      index.remove([...keeping(rows, removed)]);
      const queries = rowsOf(11, () => 'ordinary', 6);
      // One beyond what any bound of codes holds for.
      queries.subarray(5 * DIMENSION, 6 * DIMENSION).forEach((x, j, row) => {
        row[j] = 1e33 * x;
      });
      const uniform = numbers('ordinary', rows, 7).map((x) => (x + 1) / 2);
      for (const keep of [
        undefined,
        (row: number) => uniform[row]! < 0.001,
        (row: number) => uniform[row]! < 0.1,
        (row: number) => uniform[row]! < 0.99,
        (row: number) => row % 5000 < 400,
      ]) {
        const filter = keep === undefined ? undefined : keeping(rows, keep);
        const found = await index.searchBatch(queries, { k: 100, filter });
        found.forEach((result, i) => {
          const query = queries.subarray(i * DIMENSION, (i + 1) * DIMENSION);
          if (i % 5 !== 0) return;
          const truth = trueTopK(all, query, 100, (row) => !removed(row) && (keep?.(row) ?? true));
          expect(bits(result)).toEqual(bits(truth));
          expect(bits(index.searchSync(query, { k: 100, filter }))).toEqual(bits(truth));
        });
      }
    });

    test('are found approximately with true scores, each once, and as often as calibrated', async () => {
      // Norms over an order of magnitude, and every tenth row twice.
      const data = rowsOf(ROWS, () => 'ordinary', 8);
      const sizes = numbers('ordinary', ROWS, 9);
      data.forEach((x, i) => {
        data[i] = x * 10 ** (sizes[Math.floor(i / DIMENSION)]! / 2);
      });
      for (let row = 10; row < ROWS; row += 10) {
        data.copyWithin(row * DIMENSION, (row - 1) * DIMENSION, row * DIMENSION);
      }
      using index = await create({ dimension: DIMENSION, data });
      const k = 100;
      await index.calibrate({ queries: rowsOf(40, () => 'ordinary', 10), k: [k] });
      const queries = rowsOf(10, () => 'ordinary', 11);
      for (const recallTarget of [0.9, 0.99]) {
        const found = await index.searchBatch(queries, { k, recallTarget });
        const recalls = found.map((result, i) => {
          const query = queries.subarray(i * DIMENSION, (i + 1) * DIMENSION);
          expect(new Set(result.ids).size).toBe(k);
          result.ids.forEach((row, at) => {
            const vector = data.subarray(row * DIMENSION, (row + 1) * DIMENSION);
            expect(result.scores[at]).toBe(trueScore(query, vector));
          });
          return recallByScore(result, trueTopK(data, query, k).scores, k);
        });
        expect(recalls.reduce((a, b) => a + b) / recalls.length).toBeGreaterThanOrEqual(recallTarget - 0.03);
      }
    });
  });
}
