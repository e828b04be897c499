import { beforeAll, describe, expect, it } from 'vitest';
import { gram } from '../../src/numerics/products.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import { solveRow } from '../../src/numerics/row-solve.ts';
import type { Csr } from '../../src/offline/dataset.ts';
import { type IalsModel, type IalsOptions, ialsRecommender, trainIals } from '../../src/offline/ials.ts';
import { popularity, trainPopularity } from '../../src/offline/popularity.ts';
import { itemCounts, rowsByUser, transpose } from '../../src/offline/sparse-rows.ts';
import { probeAddon } from '../../src/vectors/addon.ts';

const USERS = 120;
const ITEMS = 200;

/** Two crowds of people who like two halves of the items; the last item and one person have no interactions. */
function sample(): Csr {
  const random = new RandomStream(1, 'crowds');
  const offsets = [0];
  const items: number[] = [];
  for (let user = 0; user < USERS; user++) {
    const eagerness = user === 7 ? 0 : 0.9 * (user / USERS) ** 2 + 0.02;
    for (let item = 0; item < ITEMS - 1; item++) {
      const own = item % 2 === user % 2;
      if (random.uniform() < (own ? eagerness : eagerness / 20)) items.push(item);
    }
    offsets.push(items.length);
  }
  return { offsets: Uint32Array.from(offsets), items: Uint32Array.from(items) };
}

const rows = sample();
const rowOf = (user: number) => rows.items.subarray(rows.offsets[user], rows.offsets[user + 1]);
const train = (options: IalsOptions = {}) =>
  trainIals(rows, ITEMS, { factors: 24, iterations: 4, backend: 'typescript', ...options });

/** The loss by its definition, over every pair. */
function lossOf({ dimension: d, ...model }: IalsModel): number {
  const { userFactors, itemFactors, regularization, unobservedWeight } = model;
  const counts = itemCounts(rows, ITEMS);
  const knownUsers = Array.from({ length: USERS }, (_, u) => rowOf(u)).filter((row) => row.length > 0).length;
  let loss = 0;
  const square = (factors: Float32Array, row: number) =>
    factors.subarray(row * d, (row + 1) * d).reduce((sum, x) => sum + x * x, 0);
  for (let user = 0; user < USERS; user++) {
    const own = new Set(rowOf(user));
    loss += regularization * (own.size + unobservedWeight * model.knownItems) * square(userFactors, user);
    for (let item = 0; item < ITEMS; item++) {
      let y = 0;
      for (let f = 0; f < d; f++) y += userFactors[user * d + f] * itemFactors[item * d + f];
      loss += unobservedWeight * y * y + (own.has(item) ? (y - 1) ** 2 : 0);
    }
  }
  for (let item = 0; item < ITEMS; item++) {
    loss += regularization * (counts[item] + unobservedWeight * knownUsers) * square(itemFactors, item);
  }
  return loss;
}

describe('sparse rows', () => {
  it('transpose twice to themselves, ascending', () => {
    const byItem = transpose(rows, ITEMS);
    expect(transpose(byItem, USERS)).toEqual(rows);
    for (let item = 0; item < ITEMS; item++) {
      const users = byItem.items.subarray(byItem.offsets[item], byItem.offsets[item + 1]);
      expect([...users]).toEqual([...Array(USERS).keys()].filter((user) => rowOf(user).includes(item)));
    }
    expect(() => transpose(rows, 10)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });

  it('reach up to the highest user of a training set', () => {
    const column = Float64Array.of(0, 0);
    const interactions = { users: Uint32Array.of(3, 1), items: Uint32Array.of(5, 2) };
    const made = rowsByUser({ ...interactions, values: Float32Array.from(column), times: column });
    expect([...made.offsets]).toEqual([0, 0, 1, 1, 2]);
  });
});

describe('popularity', () => {
  it('scores every item by its users, for everybody alike', () => {
    const counts = Array.from({ length: ITEMS }, (_, item) => rows.items.filter((i) => i === item).length);
    const { scores } = trainPopularity(rows, ITEMS);
    expect([...scores(rowOf(3))]).toEqual(counts);
    expect([...scores(new Uint32Array(0))]).toEqual(counts);
    expect(popularity.name).toBe('popularity');
  });
});

describe('iALS in TypeScript', () => {
  let model: IalsModel;
  beforeAll(async () => {
    model = await train();
  });

  it('ends with users who are the exact fold-in of their rows, short and long', () => {
    const { dimension: d, itemFactors, itemGram, regularization, unobservedWeight, knownItems } = model;
    expect(itemGram).toEqual(gram(itemFactors, d));
    const lengths = [];
    for (let user = 0; user < USERS; user++) {
      lengths.push(rowOf(user).length);
      const w = solveRow({
        factors: itemFactors,
        dimension: d,
        gram: itemGram,
        rows: rowOf(user),
        regularization,
        unobservedWeight,
        itemCount: knownItems,
      });
      for (let f = 0; f < d; f++) expect(model.userFactors[user * d + f]).toBeCloseTo(w[f], 5);
    }
    // Both ways of solving were taken, and the empty row.
    expect(Math.min(...lengths)).toBe(0);
    expect(lengths.some((n) => n > 0 && n < d)).toBe(true);
    expect(lengths.some((n) => n >= d)).toBe(true);
  });

  it('lowers the loss of the paper in every iteration', async () => {
    const losses = [];
    for (const iterations of [1, 2, 3, 8]) losses.push(lossOf(await train({ iterations })));
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1] * (1 + 1e-6));
    expect(losses[3]).toBeLessThan(0.98 * losses[0]);
  });

  it('gives who and what was never seen the zero vector', () => {
    const { dimension: d, userFactors, itemFactors, knownItems } = model;
    expect(knownItems).toBe(ITEMS - 1);
    expect(userFactors.subarray(7 * d, 8 * d).every((x) => x === 0)).toBe(true);
    expect(itemFactors.subarray((ITEMS - 1) * d).every((x) => x === 0)).toBe(true);
  });

  it('recommends to either crowd its own half', () => {
    const { scores } = ialsRecommender(model);
    for (const half of [0, 1]) {
      const foldIn = Uint32Array.of(half, half + 10, half + 20);
      const affinities = Array.from(scores(foldIn));
      const mean = (parity: number) =>
        affinities.filter((_, item) => item % 2 === parity).reduce((a, b) => a + b, 0) / (ITEMS / 2);
      expect(mean(half)).toBeGreaterThan(2 * mean(1 - half));
    }
  });

  it('ignores what training never saw when it folds a person in', () => {
    const { scores } = ialsRecommender(model);
    const known = Float32Array.from(scores(Uint32Array.of(0, 10)));
    expect(scores(Uint32Array.of(0, 10, ITEMS - 1))).toEqual(known);
    expect(scores(new Uint32Array(0)).every((score) => score === 0)).toBe(true);
  });

  it('repeats itself for the same seed and differs for another', async () => {
    expect((await train()).itemFactors).toEqual(model.itemFactors);
    expect((await train({ seed: 2 })).itemFactors).not.toEqual(model.itemFactors);
  });

  it('refuses options out of their range, and rows without interactions', async () => {
    const wrong: IalsOptions[] = [
      { factors: 0 },
      { factors: 1.5 },
      { factors: 1025 },
      { iterations: 0 },
      { regularization: 0 },
      { regularization: Number.POSITIVE_INFINITY },
      { unobservedWeight: -1 },
      { unobservedWeight: Number.NaN },
      { seed: Number.NaN },
      { backend: 'gpu' as 'native' },
    ];
    const invalid = { code: 'ERR_SLUICE_INVALID_ARGUMENT' };
    for (const options of wrong) await expect(train(options)).rejects.toMatchObject(invalid);
    const empty = { offsets: new Uint32Array(4), items: new Uint32Array(0) };
    await expect(trainIals(empty, 5)).rejects.toMatchObject(invalid);
    await expect(trainIals(rows, 10)).rejects.toMatchObject(invalid);
  });
});

const backends = probeAddon().ok ? (['typescript', 'native'] as const) : (['typescript'] as const);

describe.each(backends)('a training by %s', (backend) => {
  it('tells of its progress up to the end', async () => {
    const shares: number[] = [];
    const model = await train({ backend, onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((half) => half / 8));
    expect(model.backend).toBe(backend);
  });

  it('stops with the reason of its signal, before it starts and under way', async () => {
    const reason = { name: 'Stop' };
    await expect(train({ backend, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    let halves = 0;
    const onProgress = () => {
      halves++;
      controller.abort(reason);
    };
    const stopped = train({ backend, iterations: 1000, signal: controller.signal, onProgress });
    await expect(stopped).rejects.toBe(reason);
    expect(halves).toBe(1);
  });

  it('leaves the event loop turning', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await train({ backend, factors: 64, iterations: 16 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(4);
  });
});

describe.skipIf(!probeAddon().ok)('iALS in the addon', () => {
  it.each([1, 7, 16, 24, 130])(
    'equals TypeScript to 1e-4 of the largest factor, in %d dimensions',
    async (factors) => {
      const truth = await train({ factors });
      const model = await train({ factors, backend: 'native' });
      for (const side of ['userFactors', 'itemFactors'] as const) {
        const largest = truth[side].reduce((max, x) => Math.max(max, Math.abs(x)), 0);
        const apart = truth[side].reduce((max, x, i) => Math.max(max, Math.abs(x - model[side][i])), 0);
        expect(apart).toBeLessThan(1e-4 * largest);
      }
      expect(model.knownItems).toBe(truth.knownItems);
    },
  );

  it('repeats itself bit for bit, and is what auto takes', async () => {
    const model = await train({ backend: 'native' });
    const again = await train({ backend: 'auto' });
    expect(again.backend).toBe('native');
    expect(again.itemFactors).toEqual(model.itemFactors);
    expect(again.userFactors).toEqual(model.userFactors);
  });
});
