import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gram } from '../../src/numerics/products.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import { type RowProblem, solveRow } from '../../src/numerics/row-solve.ts';

const anyProblem = fc
  .record({
    dimension: fc.integer({ min: 1, max: 12 }),
    items: fc.integer({ min: 1, max: 300 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    regularization: fc.double({ min: 1e-3, max: 1, noNaN: true }),
    unobservedWeight: fc.double({ min: 0, max: 2, noNaN: true }),
    weighted: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ dimension, items, share, weighted, seed, ...loss }): RowProblem => {
    const random = new RandomStream(seed, 'problem');
    const factors = Float32Array.from({ length: items * dimension }, () => random.normal());
    const rows = Array.from({ length: items }, (_, i) => i).filter(() => random.uniform() < share);
    const weights = weighted ? rows.map(() => 0.1 + random.uniform()) : undefined;
    return { factors, dimension, gram: gram(factors, dimension), rows, weights, itemCount: items, ...loss };
  });

/** The gradient of the loss by its definition, and the size of its terms. */
function gradient(problem: RowProblem, w: Float64Array): { gradient: number[]; size: number } {
  const { factors, dimension: d, rows, weights, regularization, unobservedWeight, itemCount } = problem;
  const n = weights === undefined ? rows.length : Array.from(weights).reduce((a, b) => a + b, 0);
  const parts: number[] = new Array(d).fill(0);
  let size = 0;
  const add = (f: number, value: number) => {
    parts[f] += value;
    size += Math.abs(value);
  };
  const inner = (row: number) => w.reduce((sum, x, f) => sum + x * factors[row * d + f], 0);
  for (let f = 0; f < d; f++) add(f, 2 * regularization * (n + unobservedWeight * itemCount) * w[f]);
  for (let row = 0; row < factors.length / d; row++) {
    const y = inner(row);
    for (let f = 0; f < d; f++) add(f, 2 * unobservedWeight * y * factors[row * d + f]);
  }
  Array.from(rows).forEach((row, i) => {
    const y = inner(row);
    for (let f = 0; f < d; f++) add(f, 2 * (weights?.[i] ?? 1) * (y - 1) * factors[row * d + f]);
  });
  return { gradient: parts, size };
}

describe('solveRow', () => {
  it('leaves no gradient of the loss, whatever the weights and the length of the row', () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const w = solveRow(problem);
        const { gradient: parts, size } = gradient(problem, w);
        for (const part of parts) expect(Math.abs(part)).toBeLessThanOrEqual(1e-9 * (1 + size));
      }),
    );
  });

  it('is the closed form in one dimension', () => {
    const factors = Float32Array.of(2, 1);
    const w = solveRow({
      factors,
      dimension: 1,
      gram: gram(factors, 1),
      rows: [0],
      regularization: 0.5,
      unobservedWeight: 0.1,
      itemCount: 2,
    });
    // h = 2: (4 + .1 (4 + 1) + .5 (1 + .1 x 2)) w = 2.
    expect(w[0]).toBeCloseTo(2 / (4 + 0.5 + 0.6), 14);
  });

  it('counts a row of weight two as two interactions', () => {
    const factors = Float32Array.of(1, 2, 3, -1);
    const base = {
      factors,
      dimension: 2,
      gram: gram(factors, 2),
      regularization: 0.1,
      unobservedWeight: 0.3,
    };
    const twice = solveRow({ ...base, rows: [0, 0, 1], itemCount: 2 });
    const weighted = solveRow({ ...base, rows: [0, 1], weights: [2, 1], itemCount: 2 });
    for (const f of [0, 1]) expect(weighted[f]).toBeCloseTo(twice[f], 12);
  });

  it('is zero without interactions', () => {
    const factors = Float32Array.of(1, 2);
    const problem = { factors, dimension: 2, gram: gram(factors, 2), regularization: 1, unobservedWeight: 1 };
    expect([...solveRow({ ...problem, rows: [], itemCount: 1 })]).toEqual([0, 0]);
  });

  it('refuses rows that the factors do not have, and systems without a solution', () => {
    const factors = Float32Array.of(1, 2);
    const problem = {
      factors,
      dimension: 2,
      gram: gram(factors, 2),
      regularization: 1,
      unobservedWeight: 1,
      itemCount: 1,
    };
    for (const row of [1, -1, Number.NaN]) {
      expect(() => solveRow({ ...problem, rows: [row] })).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
    const nonFinite = expect.objectContaining({ code: 'ERR_SLUICE_NON_FINITE' });
    expect(() => solveRow({ ...problem, rows: [0], weights: [Number.NaN] })).toThrow(nonFinite);
    expect(() => solveRow({ ...problem, rows: [0], regularization: -100 })).toThrow(nonFinite);
  });
});
