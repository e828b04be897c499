import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bySortedTime, type Interactions, positives, toCsr } from '../../src/offline/dataset.ts';

type Row = [user: number, item: number, value: number, time: number];

function interactionsOf(rows: readonly Row[]): Interactions {
  return {
    users: Uint32Array.from(rows, ([user]) => user),
    items: Uint32Array.from(rows, ([, item]) => item),
    values: Float32Array.from(rows, ([, , value]) => value),
    times: Float64Array.from(rows, ([, , , time]) => time),
  };
}

function rowsOf({ users, items, values, times }: Interactions): Row[] {
  return Array.from(users, (user, e) => [user, items[e], values[e], times[e]]);
}

const anyRows = fc.array(fc.tuple(fc.nat(6), fc.nat(9), fc.integer({ min: 1, max: 5 }), fc.nat(4)), {
  maxLength: 60,
});

describe('positives', () => {
  it('keeps the interactions of at least a value, in order', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(rowsOf(positives(interactionsOf(rows), { from: 4 }))).toEqual(
          rows.filter(([, , value]) => value >= 4),
        );
      }),
    );
    expect(() => positives(interactionsOf([]), { from: Number.NaN })).toThrow(/finite number for from/);
  });
});

describe('bySortedTime', () => {
  it('orders by time, then item, then user, whatever the order of the input', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const expected = [...rows].sort((a, b) => a[3] - b[3] || a[1] - b[1] || a[0] - b[0]);
        const keys = (list: Row[]) => list.map(([user, item, , time]) => [time, item, user]);
        expect(keys(rowsOf(bySortedTime(interactionsOf(rows))))).toEqual(keys(expected));
      }),
    );
  });
});

describe('toCsr', () => {
  it('holds the distinct items of each user, ascending', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { offsets, items } = toCsr(interactionsOf(rows), 8);
        expect(offsets).toHaveLength(9);
        expect(items).toHaveLength(offsets[8]);
        for (let user = 0; user < 8; user++) {
          const expected = [...new Set(rows.filter((row) => row[0] === user).map((row) => row[1]))];
          expect([...items.subarray(offsets[user], offsets[user + 1])]).toEqual(
            expected.sort((a, b) => a - b),
          );
        }
      }),
    );
  });

  it('refuses a user beyond the count', () => {
    expect(() => toCsr(interactionsOf([[3, 0, 1, 0]]), 3)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
