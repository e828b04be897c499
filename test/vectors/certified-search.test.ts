/** Is an answer that was called proven the brute force's, whatever an f32 runtime may do? */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitset } from '../../src/vectors/bitset.ts';
import { normFromSquares } from '../../src/vectors/bound.ts';
import type { Arithmetic, Estimate } from '../../src/vectors/certificate.ts';
import { certifiedTopK, type Question } from '../../src/vectors/certified-search.ts';
import { KINDS, type Kind, numbers } from '../contract/data.ts';
import { ordinary } from '../contract/setup.ts';
import { bits, trueScore, trueTopK } from '../contract/truth.ts';

/** How a runtime scores a row. */
type Score = (query: Float32Array, row: Float32Array) => number;

const { fround } = Math;

/** Backwards, rounded after every step. */
const backwards: Score = (query, row) => {
  let sum = 0;
  for (let j = query.length - 1; j >= 0; j--) sum = fround(sum + fround(query[j]! * row[j]!));
  return sum;
};

const flush = (x: number) => (Math.abs(x) < 2 ** -126 ? 0 : x);

/** A number with the ten bits of fraction that TF32 keeps, the others cut off. */
function tf32(x: number): number {
  const word = new Uint32Array(Float32Array.of(x).buffer);
  word[0]! &= 0xffffe000;
  return new Float32Array(word.buffer)[0]!;
}

/** What a device may do: short factors, denormals flushed. */
const onDevice: Score = (query, row) => {
  let sum = 0;
  for (let j = 0; j < query.length; j++) {
    sum = flush(fround(sum + flush(fround(tf32(query[j]!) * tf32(row[j]!)))));
  }
  return sum;
};

/** A runtime in a few lines: among equal scores, higher rows first, to be unhelpful. */
function estimateWith(score: Score, data: Float32Array, dimension: number, held: number) {
  return ({ queries, count, penalty }: Question): Estimate => {
    const rows: number[] = [];
    const scores: number[] = [];
    for (let at = 0; at < queries.length; at += dimension) {
      const query = queries.subarray(at, at + dimension);
      const all = Array.from({ length: held }, (_, row) => {
        const exact = score(query, data.subarray(row * dimension, (row + 1) * dimension));
        return fround(exact + (penalty?.[row] ?? 0));
      });
      const order = all
        .map((_, row) => row)
        .sort((a, b) => (all[b]! > all[a]! ? 1 : all[b]! < all[a]! ? -1 : b - a));
      rows.push(...order.slice(0, count));
      scores.push(...order.slice(0, count).map((row) => all[row]!));
    }
    return { rows, scores: Float32Array.from(scores) };
  };
}

interface Case {
  readonly data: Float32Array;
  readonly dimension: number;
  readonly queries: Float32Array;
  readonly k: number;
  readonly filter?: Bitset;
  readonly held?: number;
  readonly arithmetic?: Arithmetic;
  readonly ask?: (question: Question) => Estimate;
}

/** Runs a search; returns the answers and how often the runtime was asked for how many. */
function search(given: Case) {
  const { data, dimension, queries, k, filter, arithmetic = 'f32' } = given;
  const rows = data.length / dimension;
  const held = given.held ?? rows;
  const ask = given.ask ?? estimateWith(backwards, data, dimension, held);
  let largest = 0;
  for (let at = 0; at < data.length; at += dimension) {
    const row = data.subarray(at, at + dimension);
    largest = Math.max(
      largest,
      row.reduce((sum, x) => sum + x * x, 0),
    );
  }
  const norm = normFromSquares(largest);
  const asked: number[] = [];
  const steps = certifiedTopK(
    { data, rows, dimension, norm, held, arithmetic },
    { queries, k, mask: filter?.words },
  );
  let step = steps.next();
  while (!step.done) {
    if (step.value !== undefined) asked.push(step.value.count);
    step = steps.next(step.value && ask(step.value));
  }
  return { results: step.value, asked };
}

function truth({ data, dimension, queries, k, filter }: Case) {
  const eligible = (row: number) => filter?.has(row) ?? true;
  return Array.from({ length: queries.length / dimension }, (_, i) =>
    bits(trueTopK(data, queries.subarray(i * dimension, (i + 1) * dimension), k, eligible)),
  );
}

describe('a certified search', () => {
  const kinds = fc.constantFrom(...(Object.keys(KINDS) as Kind[]));
  const cases = fc.record({
    kind: kinds,
    queryKind: kinds,
    rows: fc.integer({ min: 30, max: 300 }),
    dimension: fc.integer({ min: 1, max: 40 }),
    k: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
    keep: fc.constantFrom(undefined, 0.05, 0.5, 1),
    heldShare: fc.constantFrom(0, 0.5, 1),
  });

  test.each([
    ['f32', backwards],
    ['tf32', onDevice],
  ] as const)('is exact over a runtime of %s on every kind of data', (arithmetic, score) => {
    let asked = 0;
    fc.assert(
      fc.property(cases, ({ kind, queryKind, rows, dimension, k, seed, keep, heldShare }) => {
        const data = numbers(kind, rows * dimension, seed);
        const queries = numbers(queryKind, 2 * dimension, seed + 1);
        const chosen = numbers('ordinary', rows, seed + 2);
        const filter =
          keep === undefined
            ? undefined
            : Bitset.of(
                rows,
                [...chosen.keys()].filter((row) => (chosen[row]! + 1) / 2 < keep),
              );
        const held = Math.floor(rows * heldShare);
        const ask = estimateWith(score, data, dimension, held);
        const given: Case = { data, dimension, queries, k, filter, held, arithmetic, ask };
        const found = search(given);
        asked += found.asked.length;
        expect(found.results.map(bits)).toEqual(truth(given));
      }),
      { numRuns: 300 },
    );
    expect(asked).toBeGreaterThan(100);
  });

  test('asks an f32 runtime once where scores differ, for an eighth more than k', () => {
    const given = { ...ordinary(4000, 32), queries: numbers('ordinary', 3 * 32, 2), k: 200 };
    const { results, asked } = search(given);
    expect(asked).toEqual([200 + 16 + 25]);
    expect(results.map(bits)).toEqual(truth(given));
  });

  test('asks for more where many rows tie, and scores all where all do', () => {
    const data = numbers('ordinary', 2000 * 4, 1);
    for (let row = 0; row < 100; row++) data.set([9, 9, 9, 9], row * 17 * 4);
    const queries = new Float32Array(4).fill(1);
    const some = { data, dimension: 4, queries, k: 10 };
    expect(search(some).asked).toEqual([27, 108]);
    expect(search(some).results.map(bits)).toEqual(truth(some));
    const all = { ...some, data: new Float32Array(8000).fill(1) };
    expect(search(all).asked).toEqual([27, 108, 432, 1728]);
    expect(search(all).results.map(bits)).toEqual(truth(all));
  });

  test('does not ask where f32 may overflow, nor for the few rows of a narrow filter', () => {
    const { data } = ordinary(1000, 4);
    data[4 * 500] = 3e38;
    const given = { data, dimension: 4, queries: Float32Array.of(1, 1, 1, 1), k: 5 };
    expect(search(given)).toEqual({ results: [trueTopK(data, given.queries, 5)], asked: [] });
    const filter = Bitset.of(1000, [1, 2, 3, 999]);
    const filtered = { ...given, data: ordinary(1000, 4).data, filter };
    expect(search(filtered).asked).toEqual([]);
    expect(search(filtered).results.map(bits)).toEqual(truth(filtered));
  });

  describe('does not believe a runtime', () => {
    const { data, dimension } = ordinary(500, 16);
    const queries = numbers('ordinary', 16, 2);
    const honest = estimateWith(backwards, data, dimension, 500);
    const given = { data, dimension, queries, k: 10 };

    test.each<[string, (estimate: Estimate) => Estimate]>([
      [
        'whose scores are off',
        ({ rows, scores }) => ({ rows, scores: scores.map((score) => score + 0.001) }),
      ],
      ['that keeps fewer bits than it should', ({ rows, scores }) => ({ rows, scores: scores.map(tf32) })],
      ['that answers NaN', ({ rows, scores }) => ({ rows, scores: scores.fill(Number.NaN) })],
      [
        'that answers rows that are not there',
        ({ rows, scores }) => ({ rows: Array.from(rows, () => 1e6), scores }),
      ],
      [
        'that answers a row twice',
        ({ rows, scores }) => {
          const twice = Array.from(rows, Number);
          twice[1] = twice[0]!;
          scores[1] = scores[0]!;
          return { rows: twice, scores };
        },
      ],
    ])('%s', (_, spoil) => {
      const { results, asked } = search({ ...given, ask: (question) => spoil(honest(question)) });
      expect(results.map(bits)).toEqual(truth(given));
      // It asked on, in vain, and scored all rows.
      expect(asked).toEqual([27, 108, 432]);
    });
  });

  test('the scores of the fake runtimes do err, else nothing was shown', () => {
    const [query, row] = [numbers('ordinary', 32, 1), numbers('ordinary', 32, 2)];
    const exact = trueScore(query, row);
    expect(Math.abs(backwards(query, row) - exact)).toBeGreaterThan(0);
    expect(Math.abs(onDevice(query, row) - exact)).toBeGreaterThan(1e-4);
  });
});
