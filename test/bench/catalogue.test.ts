import { describe, expect, test } from 'vitest';
import { Catalogue, SHAPES, type Shape } from '../../bench/data/catalogue.mjs';
import { FastRandom } from '../../bench/data/random.mjs';
import { symmetricEigen } from '../../src/numerics/eigen.ts';

const dimension = 16;

function rowsOf(shape: Shape, rows: number, seed = 7): Float32Array {
  const catalogue = new Catalogue({ shape, rows, dimension, seed });
  const data = new Float32Array(rows * dimension);
  for (let row = 0; row < rows; row += 8192) {
    catalogue.fillRows(data.subarray(row * dimension, Math.min(rows, row + 8192) * dimension), row);
  }
  return data;
}

const rowAt = (data: Float32Array, row: number) => data.subarray(row * dimension, (row + 1) * dimension);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, j) => sum + x * b[j], 0);
const norm = (row: Float32Array) => Math.sqrt(dot(row, row));

describe('the random numbers', () => {
  test('repeat for a seed and differ between seeds and streams', () => {
    const draw = (seed: number, stream: number) => {
      const random = new FastRandom(seed, stream);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(draw(7, 1)).toEqual(draw(7, 1));
    expect(draw(7, 1)).not.toEqual(draw(8, 1));
    expect(draw(7, 1)).not.toEqual(draw(7, 2));
  });

  test('have the moments of uniform and normal numbers', () => {
    const random = new FastRandom(3, 1);
    const moments = (draw: () => number) => {
      const powers = [0, 0, 0];
      for (let i = 0; i < 200_000; i++) {
        const x = draw();
        powers[0] += x / 200_000;
        powers[1] += x ** 2 / 200_000;
        powers[2] += x ** 4 / 200_000;
      }
      return powers;
    };
    const uniform = moments(() => random.uniform());
    const normal = moments(() => random.normal());
    [1 / 2, 1 / 3, 1 / 5].forEach((expected, i) => {
      expect(uniform[i]).toBeCloseTo(expected, 2);
    });
    expect(normal[0]).toBeCloseTo(0, 1);
    expect(Math.abs(normal[1] - 1)).toBeLessThan(0.02);
    expect(Math.abs(normal[2] - 3)).toBeLessThan(0.1);
  });

  test('take places as often as they weigh', () => {
    const random = new FastRandom(5, 1);
    const counts = [0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[random.place(Float64Array.of(1, 3, 6))]++;
    [10_000, 20_000, 30_000].forEach((expected, i) => {
      expect(Math.abs(counts[i] - expected)).toBeLessThan(600);
    });
  });
});

describe('a catalogue', () => {
  test.each(SHAPES)('%s is the same for the same seed, another for another', (shape) => {
    expect(rowsOf(shape, 300)).toEqual(rowsOf(shape, 300));
    expect(rowsOf(shape, 300)).not.toEqual(rowsOf(shape, 300, 8));
  });

  test('has a spectrum that falls as a power law, in directions that no axis shows', () => {
    const rows = 40_000;
    const data = rowsOf('unit', rows);
    const covariance = new Float64Array(dimension * dimension);
    for (let row = 0; row < rows; row++) {
      const x = rowAt(data, row);
      for (let i = 0; i < dimension; i++) {
        for (let j = 0; j < dimension; j++) covariance[i * dimension + j] += (x[i] * x[j]) / rows;
      }
    }
    const values = symmetricEigen(covariance, dimension).values.sort().reverse();
    const slope = Math.log(values[dimension - 2] / values[1]) / Math.log((dimension - 1) / 2);
    // Squares of j^-0.35, made a little flatter by the norms of 1 and uneven by the clusters drawn.
    expect(slope).toBeGreaterThan(-0.95);
    expect(slope).toBeLessThan(-0.45);
    const diagonal = Array.from({ length: dimension }, (_, j) => covariance[j * dimension + j]);
    expect(Math.max(...diagonal) / Math.min(...diagonal)).toBeLessThan(values[0] / values[dimension - 1]);
  });

  test('has norms of log-normal spread where skewed, and of 1 where unit', () => {
    const spread = (data: Float32Array) => {
      const logs = Array.from({ length: 10_000 }, (_, row) => Math.log(norm(rowAt(data, row))));
      const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
      return Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
    };
    expect(spread(rowsOf('skewed', 10_000))).toBeGreaterThan(0.35);
    expect(spread(rowsOf('unit', 10_000))).toBeLessThan(1e-6);
  });

  test('has one copy in ten rows where there are duplicates, some rows many times', () => {
    const data = rowsOf('duplicates', 20_000);
    const counts = new Map<string, number>();
    for (let row = 0; row < 20_000; row++) {
      const key = rowAt(data, row).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Math.abs(20_000 - counts.size - 2000)).toBeLessThan(150);
    expect(Math.max(...counts.values())).toBeGreaterThan(4);
  });

  test('stores tight clusters one after another where clustered', () => {
    const cosine = (data: Float32Array) => {
      let sum = 0;
      for (let row = 1; row < 5000; row++) {
        const [a, b] = [rowAt(data, row - 1), rowAt(data, row)];
        sum += dot(a, b) / norm(a) / norm(b) / 4999;
      }
      return sum;
    };
    expect(cosine(rowsOf('clustered', 5000))).toBeGreaterThan(0.5);
    expect(Math.abs(cosine(rowsOf('skewed', 5000)))).toBeLessThan(0.3);
  });

  test('has queries near its clusters that are none of its rows', () => {
    const catalogue = new Catalogue({ shape: 'skewed', rows: 100, dimension, seed: 7 });
    const queries = new Float32Array(50 * dimension);
    catalogue.fillQueries(queries);
    const rows = rowsOf('skewed', 100);
    expect(queries.every(Number.isFinite)).toBe(true);
    expect(queries.some((x) => x !== 0 && rows.includes(x))).toBe(false);
  });
});
