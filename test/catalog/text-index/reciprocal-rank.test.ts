import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reciprocalRank } from '../../../src/catalog/text-index/reciprocal-rank.ts';

describe('reciprocal rank fusion', () => {
  test('sums 1 / (60 + rank) over the rankings, as Cormack and others define it', () => {
    const { rows, scores } = reciprocalRank([[7, 2, 9], Uint32Array.of(2, 5)]);
    expect([...rows]).toEqual([2, 7, 5, 9]);
    const expected = [1 / 62 + 1 / 61, 1 / 61, 1 / 62, 1 / 63];
    expect([...scores]).toEqual(expected.map(Math.fround));
  });

  test('weighs rankings, and leaves out those that weigh nothing', () => {
    const { rows } = reciprocalRank([[1, 2], [3], [4]], [1, 2, 0]);
    expect([...rows]).toEqual([3, 1, 2]);
  });

  test('of one ranking is that ranking, and of none is empty', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000)), (ranking) => {
        expect([...reciprocalRank([ranking]).rows]).toEqual(ranking);
      }),
    );
    expect(reciprocalRank([])).toEqual({ rows: new Uint32Array(0), scores: new Float32Array(0) });
  });

  test('does not depend on the order of the rankings, ties go to the lower row', () => {
    const ranking = fc.uniqueArray(fc.nat(20));
    fc.assert(
      fc.property(ranking, ranking, (a, b) => {
        const fused = reciprocalRank([a, b]);
        expect(reciprocalRank([b, a])).toEqual(fused);
        for (let i = 1; i < fused.rows.length; i++) {
          if (fused.scores[i] === fused.scores[i - 1])
            expect(fused.rows[i]).toBeGreaterThan(fused.rows[i - 1]);
          else expect(fused.scores[i]).toBeLessThan(fused.scores[i - 1]);
        }
      }),
    );
  });

  test.each([
    [[[1, 1]], undefined],
    [[[1]], [1, 2]],
    [[[1]], [-1]],
    [[[1]], [Number.NaN]],
    [undefined, undefined],
  ])('refuses %j with weights %j', (rankings, weights) => {
    expect(() => reciprocalRank(rankings as number[][], weights)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
