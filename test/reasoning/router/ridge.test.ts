import { describe, expect, test } from 'vitest';
import { cholesky, choleskySolve } from '../../../src/numerics/cholesky.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { denseRidge, linearValue } from '../../../src/reasoning/router/dense-ridge.ts';
import { textRidge } from '../../../src/reasoning/router/text-ridge.ts';

const random = new RandomStream(1, 'ridge');
const n = 80;
const d = 6;
const x = Array.from({ length: n }, () => Float64Array.from({ length: d }, () => random.normal()));
const targets = Float64Array.from(x, (row) => row[0] - 2 * row[3] + 0.5 * random.normal() + 3);
const weights = Float64Array.from(x, () => 0.2 + random.uniform());
const rows = Uint32Array.from(x, (_, i) => i).filter((i) => i % 4 !== 0);

describe('ridge on features', () => {
  test('has a gradient of zero at its solution', () => {
    for (const [p, solution] of denseRidge({ features: x, rows, targets, weights }, [30, 3]).entries()) {
      const penalty = [30, 3][p];
      const total = rows.reduce((sum, row) => sum + weights[row], 0);
      let level = 0;
      for (const row of rows) level += weights[row] * (targets[row] - linearValue(solution, x[row]));
      expect(level).toBeCloseTo(0, 8);
      for (let j = 0; j < d; j++) {
        const mean = rows.reduce((sum, row) => sum + weights[row] * x[row][j], 0) / total;
        const variance = rows.reduce((sum, row) => sum + weights[row] * (x[row][j] - mean) ** 2, 0) / total;
        let pull = 0;
        for (const row of rows)
          pull += weights[row] * (targets[row] - linearValue(solution, x[row])) * x[row][j];
        expect(pull).toBeCloseTo(penalty * variance * solution.weights[j], 8);
      }
    }
  });

  test('gives no weight to a column that does not vary', () => {
    const features = x.map((row) => Float64Array.of(...row, 0.7));
    const [solution] = denseRidge({ features, rows, targets, weights }, [1]);
    expect(solution.weights[d]).toBe(0);
    expect(linearValue(solution, features[1])).toBeCloseTo(
      linearValue(denseRidge({ features: x, rows, targets, weights }, [1])[0], x[1]),
      10,
    );
  });
});

describe('ridge on words', () => {
  /** Each row holds three of twenty columns. */
  const columns = Uint16Array.from({ length: 3 * n }, (_, at) => 7 * (at % 3) + random.below(7));
  const values = Float32Array.from(columns, () => 0.3 + random.uniform());
  const starts = Uint32Array.from({ length: n + 1 }, (_, i) => 3 * i);
  const text = { starts, columns, counts: new Uint16Array(3 * n).fill(1) };

  test('equals the solution of the normal equations', () => {
    const size = 21;
    const penalties = [30, 10, 3];
    let p = 0;
    for (const solution of textRidge({ text, values, rows, targets, weights }, penalties)) {
      const gram = new Float64Array(size * size);
      const right = new Float64Array(size);
      for (const row of rows) {
        for (let a = 3 * row; a < 3 * row + 3; a++) {
          right[columns[a]] += weights[row] * values[a] * targets[row];
          for (let b = 3 * row; b < 3 * row + 3; b++) {
            gram[columns[a] * size + columns[b]] += weights[row] * values[a] * values[b];
          }
        }
      }
      for (let j = 0; j < size; j++) gram[j * size + j] += penalties[p];
      cholesky(gram, size);
      choleskySolve(gram, size, right);
      for (let j = 0; j < size; j++) expect(Math.abs(solution[j] - right[j])).toBeLessThan(0.01);
      p++;
    }
    expect(p).toBe(3);
  });
});
