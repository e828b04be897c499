import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bitset } from '../../src/vectors/bitset.ts';

const rows = fc.integer({ min: 1, max: 200 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    a: fc.uniqueArray(fc.integer({ min: 0, max: size - 1 })),
    b: fc.uniqueArray(fc.integer({ min: 0, max: size - 1 })),
  }),
);

test('a bitset agrees with a Set of numbers under every operation', () => {
  fc.assert(
    fc.property(rows, ({ size, a, b }) => {
      const [setA, setB] = [new Set(a), new Set(b)];
      const all = Array.from({ length: size }, (_, i) => i);
      const [bitsA, bitsB] = [Bitset.of(size, a), Bitset.of(size, b)];
      expect([...bitsA]).toEqual(all.filter((i) => setA.has(i)));
      expect(bitsA.count()).toBe(a.length);
      expect([...bitsA.clone().and(bitsB)]).toEqual(all.filter((i) => setA.has(i) && setB.has(i)));
      expect([...bitsA.clone().or(bitsB)]).toEqual(all.filter((i) => setA.has(i) || setB.has(i)));
      expect([...bitsA.clone().andNot(bitsB)]).toEqual(all.filter((i) => setA.has(i) && !setB.has(i)));
      expect([...bitsA.clone().not()]).toEqual(all.filter((i) => !setA.has(i)));
      for (const row of b) bitsA.delete(row);
      expect([...bitsA]).toEqual(all.filter((i) => setA.has(i) && !setB.has(i)));
    }),
    { seed: 1 },
  );
});

test('the bits beyond the size stay zero', () => {
  expect([...Bitset.full(33).words]).toEqual([0xffffffff, 1]);
  expect([...Bitset.full(64).words]).toEqual([0xffffffff, 0xffffffff]);
  expect(Bitset.full(0).count()).toBe(0);
});

test('rows and sizes out of range are refused', () => {
  const set = new Bitset(10);
  for (const row of [-1, 10, 0.5, Number.NaN]) {
    expect(() => set.add(row)).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
    expect(() => set.delete(row)).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
    expect(set.has(row)).toBe(false);
  }
  for (const size of [-1, 1.5, 2 ** 32]) {
    expect(() => new Bitset(size)).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
  }
  expect(() => set.and(new Bitset(11))).toThrow(
    expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
  );
});
