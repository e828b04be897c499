import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../src/numerics/rank.ts';
import { Bitset } from '../../src/vectors/bitset.ts';

/** Few distinct scores, so that ties abound, and what must never be returned. */
const anyScore = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0),
);

describe('rank', () => {
  it('equals sorting all eligible finite scores, ties by lower row', () => {
    fc.assert(
      fc.property(
        fc.array(anyScore, { maxLength: 60 }),
        fc.integer({ min: 0, max: 70 }),
        fc.nat(),
        (scores, k, bits) => {
          const eligible = new Bitset(scores.length);
          scores.forEach((_, row) => {
            if (((bits >>> (row % 31)) & 1) === 0) eligible.add(row);
          });
          const truth = (kept: (row: number) => boolean) =>
            [...scores.keys()]
              .filter((row) => Number.isFinite(scores[row]) && kept(row))
              .sort((a, b) => scores[b] - scores[a] || a - b)
              .slice(0, k);
          expect([...rank(scores, k)]).toEqual(truth(() => true));
          expect([...rank(scores, k, eligible)]).toEqual(truth((row) => eligible.has(row)));
        },
      ),
      { numRuns: 500 },
    );
  });
});
