import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  Catalog,
  DEFAULT_FUNNEL,
  Engine,
  EpsilonGreedy,
  type Scorer,
  TextColumn,
  writeSnapshot,
} from '../../src/index.ts';
import { ForgetfulStore } from '../log/forgetful-store.ts';
import { directoryWith } from '../offline/temporary.ts';
import { engineFor, ITEMS, idOf, NOW, snapshotIn } from './trained.ts';

const ids = ({ items }: { items: readonly { id: string }[] }) => items.map(({ id }) => id);
const refused = (name: string) => ({
  code: 'ERR_SLUICE_INVALID_ARGUMENT',
  message: expect.stringContaining(name),
  remedy: expect.any(String),
});

describe('a request is refused before it is answered, since its record would be refused after,', () => {
  test.each([
    ['surface', { surface: 'home \ud800' }],
    ['user', { user: '\udc00' }],
    ['time', { time: -1 }],
    ['time', { time: 1e300 }],
    ['budget', { budget: 2 ** 53 }],
  ])('for its %s', async (name, wrong) => {
    const { engine } = await engineFor();
    await expect(engine.recommend({ user: 'user-1', ...wrong })).rejects.toMatchObject(refused(name));
    await engine.flush();
  });

  test.each([
    ['empty', ''],
    ['long', 'x'.repeat(257)],
    ['torn', '\ud800'],
  ])('for a decision id that is %s', async (_, id) => {
    const { engine } = await engineFor({ decisionId: () => id });
    await expect(engine.recommend({ user: 'user-1' })).rejects.toMatchObject(refused('decisionId'));
    await engine.flush();
  });

  test('for a seed that is no number, when the engine is opened', async () => {
    const { settings } = await engineFor();
    await expect(Engine.open({ ...settings, seed: Number.NaN })).rejects.toMatchObject(refused('seed'));
  });
});

describe('somebody who', () => {
  const near = { ...DEFAULT_FUNNEL, sources: [{ use: 'nearest', with: { k: 20 } }] };

  test('has seen all that is nearest to them is shown what comes after it', async () => {
    const { engine } = await engineFor({ funnel: near });
    for (let item = 0; item < ITEMS - 15; item++) {
      await engine.observe({ id: `e${item}`, user: 'reader', item: idOf(item), type: 'play', time: NOW });
    }
    const slate = await engine.recommend({ user: 'reader' });
    const unseen = Array.from({ length: 15 }, (_, i) => idOf(ITEMS - 15 + i));
    expect(slate.items).toHaveLength(12);
    expect(unseen).toEqual(expect.arrayContaining(ids(slate)));
    expect(slate.items[0].receipt.sources).toEqual(['nearest']);
  });

  test('has seen everything gets an empty slate, which is logged', async () => {
    const { engine } = await engineFor();
    for (let item = 0; item < ITEMS; item++) {
      await engine.observe({ id: `e${item}`, user: 'reader', item: idOf(item), type: 'play', time: NOW });
    }
    const slate = await engine.recommend({ user: 'reader' });
    expect(slate).toMatchObject({ items: [], degraded: false });
    await engine.flush();
    expect(await engine.explain(slate.decisionId)).toMatchObject({ items: [], replayed: true });
  });

  test('wants more than the pool of the policy is given all that there are', async () => {
    const funnel = { ...DEFAULT_FUNNEL, selector: { use: 'policy', with: { pool: 5 } } };
    const { engine } = await engineFor({ funnel });
    const slate = await engine.recommend({ user: 'new', count: 40 });
    expect(new Set(ids(slate)).size).toBe(40);
    expect((await engine.recommend({ user: 'new', count: 1000 })).items).toHaveLength(ITEMS);
    await engine.flush();
  });

  test('asks where nothing is available gets an empty slate', async () => {
    const { engine, store, directory } = await engineFor();
    const availableTo = new Float64Array(ITEMS).fill(1);
    await engine.swap(await snapshotIn(directory, 'gone', store, { availableTo }));
    expect(await engine.recommend({ user: 'new' })).toMatchObject({ items: [], degraded: false });
  });
});

/** A snapshot of so many items, `item-0` the most popular, that knows nobody. */
async function snapshotOf(items: number): Promise<string> {
  const ids = Array.from({ length: items }, (_, item) => `item-${item}`);
  const { path } = await writeSnapshot(join(directoryWith(), 'small'), {
    catalog: new Catalog(ids, { title: TextColumn.of(ids) }),
    items: {
      dimension: 2,
      factors: Float32Array.from({ length: 2 * items }, (_, i) => 1 / (i + 1)),
      gram: Float64Array.of(2, 1, 1, 1),
      popularity: Uint32Array.from(ids, (_, item) => items - item),
    },
    users: {
      numbers: new Uint32Array(0),
      factors: new Float32Array(0),
      history: { offsets: new Uint32Array(1), rows: new Uint32Array(0) },
    },
    data: { interactions: 0, users: 0, items, from: null, to: null },
    model: {
      regularization: 0.1,
      unobservedWeight: 0.1,
      knownItems: items,
      calibration: { slope: 1, intercept: 0 },
    },
    metrics: {},
  });
  return path;
}

describe('a snapshot', () => {
  const open = async (items: number) => {
    const engine = await Engine.open({
      snapshot: await snapshotOf(items),
      state: new ForgetfulStore(),
      clock: () => NOW,
    });
    onTestFinished(() => engine.close());
    return engine;
  };
  const play = { id: 'e', user: 'new', item: 'item-0', type: 'play', time: NOW };

  test('without users has the popular items for everybody, until they like something', async () => {
    const engine = await open(30);
    const sources = async () => (await engine.recommend({ user: 'new' })).items[0].receipt.sources;
    expect(await sources()).toEqual(['popular']);
    await engine.observe(play);
    expect(await sources()).toEqual(['nearest']);
  });

  test('of one item recommends it until it is seen', async () => {
    const engine = await open(1);
    expect(ids(await engine.recommend({ user: 'new' }))).toEqual(['item-0']);
    await engine.observe(play);
    expect(ids(await engine.recommend({ user: 'new' }))).toEqual([]);
    await engine.flush();
  });

  test('of no item has nothing to recommend, and takes events all the same', async () => {
    const engine = await open(0);
    expect(await engine.recommend({ user: 'new' })).toMatchObject({ items: [], degraded: false });
    expect(await engine.observe(play)).toMatchObject({ known: false });
    await engine.flush();
  });
});

describe('a funnel of the caller', () => {
  const constant = (value: number): Scorer => ({
    name: 'constant',
    onFailure: 'closed',
    reads: [],
    writes: 'probability',
    score: (_, { size }) => new Float32Array(size).fill(value),
    toJSON: () => ({ use: 'constant' }),
  });

  test.each([0, 1, -0.5, Number.POSITIVE_INFINITY])(
    'that scores %s fails the request instead of poisoning the log',
    async (value) => {
      const { engine } = await engineFor({
        stages: () => ({ scorers: { constant: () => constant(value) } }),
        funnel: { ...DEFAULT_FUNNEL, scorers: [{ use: 'constant' }] },
      });
      await expect(engine.recommend({ user: 'a' })).rejects.toMatchObject({
        code: 'ERR_SLUICE_STAGE_FAILED',
        cause: { code: 'ERR_SLUICE_NON_FINITE' },
      });
      await engine.flush();
    },
  );

  test('that filters what was seen without asking who it is for is refused', async () => {
    const { settings } = await engineFor();
    const { queryHydrators: _, ...funnel } = { ...DEFAULT_FUNNEL, sources: [{ use: 'popular' }] };
    const { fallback: __, ...rest } = funnel;
    await expect(Engine.open({ ...settings, funnel: rest })).rejects.toMatchObject({
      code: 'ERR_SLUICE_FUNNEL_INVALID',
    });
  });

  test('whose hydrator of the person is late shows nothing that may have been seen', async () => {
    const { engine } = await engineFor({
      stages: () => ({
        queryHydrators: {
          user: () => ({
            name: 'user',
            onFailure: 'open',
            provides: ['vector', 'seen'],
            hydrateQuery: () => new Promise((resolve) => setTimeout(resolve, 200)),
            toJSON: () => ({ use: 'user' }),
          }),
        },
      }),
    });
    await expect(engine.recommend({ user: 'user-1', deadlineMs: 10 })).rejects.toMatchObject({
      code: 'ERR_SLUICE_STAGE_FAILED',
      details: { stage: 'seen' },
    });
  });
});

describe('a slate', () => {
  test('is the plain data of its moment, whatever happens after the answer', async () => {
    const { engine } = await engineFor({
      stages: () => ({
        sideEffects: {
          broken: () => ({
            name: 'broken',
            onFailure: 'open',
            run: () => {
              throw new Error('nobody listens');
            },
            toJSON: () => ({ use: 'broken' }),
          }),
        },
      }),
      funnel: { ...DEFAULT_FUNNEL, sideEffects: [{ use: 'broken' }] },
    });
    const slate = await engine.recommend({ user: 'user-1' });
    const before = structuredClone(slate);
    await engine.flush();
    expect(slate).toEqual(before);
    expect(await engine.explain(slate.decisionId)).toMatchObject({ degraded: false });
  });

  test('says of an item that is not among the best by score why it is there', async () => {
    const worst = (explores: boolean) => (arms: number) => {
      const policy = new EpsilonGreedy({ arms, epsilon: explores ? 0.1 : 0 });
      const choose = policy.choose.bind(policy);
      policy.choose = (pool, size, random) => {
        const choice = choose(pool, size, random);
        return { ...choice, picks: choice.picks.map((_, place) => pool.rows.length - 1 - place) };
      };
      return policy;
    };
    for (const [explores, reason] of [
      [true, 'explored'],
      [false, 'learned'],
    ] as const) {
      const { engine } = await engineFor({ policy: worst(explores) });
      const { items } = await engine.recommend({ user: 'user-1', count: 3 });
      expect(items.map(({ receipt }) => receipt.reasons)).toEqual([[reason], [reason], [reason]]);
    }
  });
});
