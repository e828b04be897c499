import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { type Dataset, type Interactions, positives, toCsr } from '../../src/offline/dataset.ts';
import { loadMovieLens } from '../../src/offline/movielens.ts';
import { readSplitFile } from '../../src/offline/split-file.ts';
import {
  globalTimeSplit,
  perUserLastSplit,
  type Split,
  strongGeneralisationSplit,
} from '../../src/offline/splits.ts';
import { describeOnPublicData, publicData } from './public-data.ts';
import { directoryWith } from './temporary.ts';

const interactionsOf = (
  rows: readonly (readonly [user: number, item: number, time: number])[],
): Interactions => ({
  users: Uint32Array.from(rows, ([user]) => user),
  items: Uint32Array.from(rows, ([, item]) => item),
  values: new Float32Array(rows.length).fill(5),
  times: Float64Array.from(rows, ([, , time]) => time),
});

const anyHistory = fc
  .array(fc.tuple(fc.nat(8), fc.nat(12), fc.nat(20)), { maxLength: 150 })
  .map((rows) => interactionsOf(rows));

const pairsOf = ({ users, items }: Interactions) =>
  new Set(Array.from(users, (user, e) => `${user}/${items[e]}`));

/** What every split promises, whatever its way. */
function expectSound(split: Split): void {
  for (const { train, cases } of split.folds) {
    const trained = pairsOf(train);
    const known = new Set(train.items);
    expect(cases.map(({ user }) => user)).toEqual(
      [...new Set(cases.map(({ user }) => user))].sort((a, b) => a - b),
    );
    for (const { user, foldIn, heldOut } of cases) {
      expect(heldOut.length).toBeGreaterThan(0);
      for (const item of heldOut) {
        expect(trained.has(`${user}/${item}`)).toBe(false);
        expect(known.has(item)).toBe(true);
        expect(foldIn.includes(item)).toBe(false);
      }
      for (const rows of [foldIn, heldOut])
        expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
    }
  }
}

describe('globalTimeSplit', () => {
  it('trains on what was before every held-out positive, and tests only users and items that it trained on', () => {
    fc.assert(
      fc.property(anyHistory, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (history, fraction) => {
        const split = globalTimeSplit(history, fraction);
        expectSound(split);
        const [{ train, cases }] = split.folds;
        const end = Math.max(...train.times, Number.NEGATIVE_INFINITY);
        const trained = toCsr(train, 10);
        for (const { user, foldIn, heldOut } of cases) {
          expect([...foldIn]).toEqual([
            ...trained.items.subarray(trained.offsets[user], trained.offsets[user + 1]),
          ]);
          for (const item of heldOut) {
            const times = history.times.filter(
              (_, e) => history.users[e] === user && history.items[e] === item,
            );
            expect(Math.min(...times)).toBeGreaterThan(end);
          }
        }
      }),
    );
  });

  it('holds out the stated share where times differ', () => {
    const rows = Array.from({ length: 100 }, (_, i) => [i % 2, i % 7, 1000 - i] as const);
    expect(globalTimeSplit(interactionsOf(rows), 0.25).folds[0].train.users).toHaveLength(75);
  });

  it('refuses a share that leaves nothing', () => {
    for (const fraction of [0, 1, -1, Number.NaN]) {
      expect(() => globalTimeSplit(interactionsOf([]), fraction)).toThrow(/between 0 and 1/);
    }
  });
});

describe('perUserLastSplit', () => {
  it('holds out the last positive of each user, of several the highest row, and keeps the rest for training', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const split = perUserLastSplit(history, { fewest: 2 });
        expectSound(split);
        const [{ train, cases }] = split.folds;
        const users = new Map<number, [time: number, item: number][]>();
        for (let e = 0; e < history.users.length; e++) {
          const rows = users.get(history.users[e]) ?? [];
          users.set(history.users[e], rows);
          rows.push([history.times[e], history.items[e]]);
        }
        const expected = new Map<number, number>();
        const remaining = new Set<string>();
        for (const [user, rows] of users) {
          if (new Set(rows.map(([, item]) => item)).size < 2) continue;
          rows.sort((a, b) => b[0] - a[0] || b[1] - a[1]);
          expected.set(user, rows[0][1]);
          for (const [, item] of rows) if (item !== rows[0][1]) remaining.add(`${user}/${item}`);
        }
        expect(pairsOf(train)).toEqual(remaining);
        const known = new Set(train.items);
        const testable = [...expected].filter(([, item]) => known.has(item)).sort((a, b) => a[0] - b[0]);
        expect(cases.map(({ user, heldOut }) => [user, ...heldOut])).toEqual(testable);
      }),
    );
  });
});

describe('strongGeneralisationSplit', () => {
  it('tests each user once, by training that never saw them, with the stated share held out', () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 2, max: 4 }), fc.nat(1000), (history, folds, seed) => {
        const split = strongGeneralisationSplit(history, { folds, seed, heldOutShare: 0.3, fewest: 3 });
        expectSound(split);
        const { offsets } = toCsr(history, 10);
        const tested = split.folds.flatMap(({ cases }) => cases.map(({ user }) => user));
        expect(new Set(tested).size).toBe(tested.length);
        for (const { train, cases } of split.folds) {
          for (const { user, foldIn, heldOut } of cases) {
            expect(train.users.includes(user)).toBe(false);
            const count = offsets[user + 1] - offsets[user];
            expect(foldIn.length).toBe(count - Math.max(1, Math.round(count * 0.3)));
            expect(heldOut.length).toBeLessThanOrEqual(count - foldIn.length);
          }
        }
      }),
    );
  });

  it('is the same for a seed and another for the next', () => {
    const rows = Array.from({ length: 400 }, (_, i) => [i % 20, (i * 7) % 31, i] as const);
    const of = (seed: number) =>
      strongGeneralisationSplit(interactionsOf(rows), { seed }).folds.map(({ cases }) => cases);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('refuses one fold and shares outside (0, 1)', () => {
    expect(() => strongGeneralisationSplit(interactionsOf([]), { folds: 1 })).toThrow(/at least 2 for folds/);
    expect(() => strongGeneralisationSplit(interactionsOf([]), { heldOutShare: 1 })).toThrow(/heldOutShare/);
  });
});

describe('readSplitFile', () => {
  const dataset: Dataset = {
    interactions: {
      ...interactionsOf([
        [0, 0, 1],
        [0, 1, 1],
        [1, 0, 1],
        [1, 1, 1],
        [2, 1, 1],
      ]),
      values: Float32Array.of(5, 4, 5, 5, 5),
    },
    userKeys: ['7', '8', '9'],
    catalog: new Catalog(['a', 'b']),
    rejects: { count: 0, details: [] },
  };
  const header = 'fold,userId,movieId,part\n';
  const read = (rows: string) =>
    readSplitFile(join(directoryWith({ 's.csv': header + rows }), 's.csv'), dataset);

  it('trains a fold on the positives of the other folds, and leaves users outside the file alone', async () => {
    const { name, folds } = await read('0,7,a,fold-in\n0,7,b,held-out\n1,8,b,fold-in\n1,8,a,held-out\n');
    expect(name).toBe('strong-generalisation');
    expect(folds.map(({ train }) => [...train.users])).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(folds[0].cases).toEqual([{ user: 0, foldIn: Uint32Array.of(0), heldOut: Uint32Array.of(1) }]);
  });

  it.each([
    ['x,7,a,fold-in', /line 2/],
    ['0.5,7,a,fold-in', /line 2: expected a whole number for fold/],
    ['0,7,a,fold-in\n0,1,a,fold-in', /line 3: user 1 is not/],
    ['0,7,c,fold-in', /item c is not/],
    ['0,7,a,train', /fold-in or held-out for part but received train/],
    ['0,7,a,fold-in\n1,7,b,held-out', /user 7 is in fold 0 too/],
    ['0,7,a,fold-in\n0,7,a,held-out', /stand on an earlier line/],
  ])('refuses a file that does not fit the data set: %j', async (rows, message) => {
    await expect(read(rows)).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_INVALID',
      message: expect.stringMatching(message),
    });
  });
});

describeOnPublicData('splits of ml-latest-small', async () => {
  const dataset = loadMovieLens(join(publicData, 'ml-latest-small'));
  const liked = async () => positives((await dataset).interactions, { from: 4 });

  it('leaves 28 users after a global time split of the last 10 %, and says that this is too few', async () => {
    const split = globalTimeSplit(await liked(), 0.1);
    expectSound(split);
    expect(split.folds[0].cases).toHaveLength(28);
    expect(split.notes.join(' ')).toMatch(/Only 28 users remain to be tested: too few to rank models/);
  });

  it('tests 568 of 603 users by their last positive', async () => {
    const split = perUserLastSplit(await liked());
    expectSound(split);
    expect(split.folds[0].cases).toHaveLength(568);
    expect(split.notes).toEqual(['568 of 603 users have a last positive that the training knows.']);
  });

  it('reads the published strong-generalisation split of 603 users in five folds', async () => {
    const split = await readSplitFile(join(publicData, 'splits/strong-generalisation.csv'), await dataset);
    expectSound(split);
    expect(split.folds.map(({ cases }) => cases.length)).toEqual([121, 121, 121, 120, 120]);
    const all = await liked();
    const { offsets } = toCsr(all, (await dataset).userKeys.length);
    const fivers = all.users.filter((user) => offsets[user + 1] - offsets[user] >= 5);
    // Every positive of the 603 users is trained on in four of the five folds.
    expect(split.folds.reduce((sum, { train }) => sum + train.users.length, 0)).toBe(4 * fivers.length);
  });
});
