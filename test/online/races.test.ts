import { renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  BetaThompson,
  DEFAULT_FUNNEL,
  DecisionLog,
  Engine,
  type Policy,
  type QueryHydrator,
} from '../../src/index.ts';
import { Memory } from '../../src/online/memory.ts';
import { PolicyHost } from '../../src/online/policy-host.ts';
import { engineFor, ITEMS, idOf, NOW, snapshotIn } from './trained.ts';

type Fixture = Awaited<ReturnType<typeof engineFor>>;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Shows a slate, has its first item played, and lets its window pass; the next event settles it. */
async function showAndPlay({ engine, clock }: Pick<Fixture, 'engine' | 'clock'>, name: string) {
  const slate = await engine.recommend({ user: 'user-1' });
  await engine.flush();
  await engine.observe({
    id: `${name} ${slate.decisionId}`,
    user: `${name}-${slate.decisionId}`,
    item: slate.items[0].id,
    type: 'play',
    time: clock.now,
    decisionId: slate.decisionId,
  });
  clock.now += 5000;
  return slate;
}

const settle = (engine: Engine, now: number) =>
  engine.observe({ id: `settle ${now}`, user: 'nobody', item: idOf(0), type: 'impression', time: now });

async function expectReplay(engine: Engine, stateSequence: number) {
  const { decisionId } = await engine.recommend({ user: 'judge' });
  expect(await engine.explain(decisionId)).toMatchObject({ stateSequence, replayed: true });
}

describe('the policy learns every settled slate once and in order', () => {
  test('when they settle while a swap is under way', async () => {
    const made: { learned: number }[] = [];
    const { engine, store, directory, clock, snapshot } = await engineFor({
      attributionWindowMs: 1000,
      policy: (arms) => {
        const policy = new BetaThompson({ arms });
        const update = policy.update.bind(policy);
        const counted = Object.assign(policy, { learned: 0 });
        policy.update = (feedback) => {
          update(feedback);
          counted.learned++;
        };
        made.push(counted);
        return policy;
      },
    });
    const reversed = Array.from({ length: ITEMS }, (_, item) => idOf(ITEMS - 1 - item));
    const second = await snapshotIn(directory, 'second', store, { ids: reversed });
    const slates = 60;
    for (let i = 0; i < slates; i++) {
      await engine.recommend({ user: `user-${i % 40}` });
      clock.now += 10;
    }
    await engine.flush();
    clock.now = NOW + 1001;
    // While the new snapshot is being noted, a slate falls due: events settle it before the swap is through.
    const write = store.write.bind(store);
    store.write = (writes, options) => {
      if (writes.some(({ table }) => table === 'snapshots')) clock.now += 10;
      return write(writes, options);
    };
    for (const path of [second, snapshot, second]) {
      let swapped = false;
      const swap = engine.swap(path).then(() => {
        swapped = true;
      });
      for (let i = 0; !swapped; i++) {
        void engine.observe({ id: `${path} ${i}`, user: 'x', item: idOf(0), type: 'impression', time: NOW });
        await turn();
      }
      await swap;
    }
    clock.now = NOW + 10 * slates + 1001;
    await settle(engine, clock.now);
    await engine.flush();
    expect(made.at(-1)?.learned).toBe(slates);
    await expectReplay(engine, slates);
  });

  test('although a settlement failed once on a full disk', async () => {
    const fixture = await engineFor({ attributionWindowMs: 1000 });
    const { engine, store, directory, clock } = fixture;
    await showAndPlay(fixture, 'first');
    await settle(engine, clock.now);
    // The event is durable, and the next flush is that of its settlement.
    store.failNextFlush = new Error('no space left');
    await expect(engine.flush()).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED' });
    await settle(engine, clock.now + 1);
    await engine.flush();
    await expectReplay(engine, 1);
    await engine.swap(await snapshotIn(directory, 'second', store));
    await expectReplay(engine, 1);
  });

  test('when two engines share a state', async () => {
    const fixture = await engineFor({ attributionWindowMs: 1000 });
    const { engine, clock, settings } = fixture;
    let decisions = 0;
    const other = await Engine.open({ ...settings, decisionId: () => `other-${decisions++}` });
    for (let i = 0; i < 6; i++) {
      await showAndPlay(i % 2 === 0 ? fixture : { engine: other, clock }, `slate-${i}`);
      await Promise.all([
        settle(engine, clock.now),
        other.observe({ id: `o${i}`, user: 'x', item: idOf(1), type: 'play', time: clock.now }),
      ]);
      await engine.flush();
      await other.flush();
    }
    await settle(engine, clock.now + 1);
    await other.observe({ id: 'last', user: 'x', item: idOf(1), type: 'play', time: clock.now });
    await engine.flush();
    await other.flush();
    await expectReplay(engine, 6);
    await expectReplay(other, 6);
  });

  test('and a request never sees the one without the number of the other', async () => {
    const fixture = await engineFor({ attributionWindowMs: 1000 });
    const { engine, store, clock } = fixture;
    for (let i = 0; i < 3; i++) await showAndPlay(fixture, `slate-${i}`);
    await settle(engine, clock.now);
    await engine.flush();
    const memory = await Memory.open({ state: store });
    const policy: Policy = new BetaThompson({ arms: ITEMS });
    const host = new PolicyHost(policy, engine.catalog, engine.snapshot, memory);
    const numbers: number[] = [];
    const update = policy.update.bind(policy);
    policy.update = (feedback) => {
      update(feedback);
      queueMicrotask(() => numbers.push(host.stateSequence));
    };
    await host.catchUp();
    expect(numbers).toEqual([1, 2, 3]);
  });
});

describe('swaps that overlap', () => {
  test('take effect in the order of the calls, and all end with the requests before them', async () => {
    const nap: QueryHydrator = {
      name: 'nap',
      onFailure: 'open',
      provides: [],
      hydrateQuery: () => new Promise((resolve) => setTimeout(resolve, 100)),
      toJSON: () => ({ use: 'nap' }),
    };
    const { engine, store, directory, snapshot } = await engineFor({
      stages: () => ({ queryHydrators: { nap: () => nap } }),
      funnel: { ...DEFAULT_FUNNEL, queryHydrators: [{ use: 'user' }, { use: 'nap' }] },
    });
    const first = engine.snapshot;
    const second = await snapshotIn(directory, 'second', store, { seed: 2 });
    const third = await snapshotIn(directory, 'third', store, { seed: 3 });
    const request = engine.recommend({ user: 'user-1', deadlineMs: 10_000 });
    await Promise.all([engine.swap(second), engine.swap(third), engine.swap(snapshot)]);
    expect((await request).snapshot).toBe(first);
    expect(engine.snapshot).toBe(first);
    expect((await engine.recommend({ user: 'user-1', deadlineMs: 10_000 })).items).toHaveLength(12);
  });
});

describe('closing', () => {
  test('waits for the requests and events under way, and loses no record of them', async () => {
    const { engine, store } = await engineFor();
    const requests = Array.from({ length: 30 }, (_, i) => engine.recommend({ user: `user-${i}` }));
    const events = Array.from({ length: 30 }, (_, i) =>
      engine.observe({ id: `e${i}`, user: `new-${i}`, item: idOf(i), type: 'play', time: NOW }),
    );
    await engine.close();
    const slates = await Promise.all(requests);
    expect((await Promise.all(events)).map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
    const log = new DecisionLog(store.crash());
    for (const { decisionId } of slates) expect(log.get(decisionId)?.propensityState).toBe('estimated');
  });

  test('waits for a swap under way and frees what it opened', async () => {
    const { engine, store, directory } = await engineFor();
    const swap = engine.swap(await snapshotIn(directory, 'second', store));
    await engine.close();
    await swap;
    await expect(engine.recommend({ user: 'a' })).rejects.toMatchObject({ code: 'ERR_SLUICE_CLOSED' });
  });

  test('releases the store although the policy could not be saved, and says so', async () => {
    const { engine, store } = await engineFor();
    await engine.flush();
    store.failNextFlush = new Error('no space left');
    await expect(engine.close()).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED' });
    expect(() => store.get('policy', 'x')).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_CLOSED' }),
    );
  });
});

describe('under requests that never pause', () => {
  test('flush and explain end, since they wait for what was before them', async () => {
    const { engine } = await engineFor();
    const { decisionId } = await engine.recommend({ user: 'user-1' });
    let stop = false;
    const load = (async () => {
      while (!stop) {
        await engine.recommend({ user: 'user-2' });
        await turn();
      }
    })();
    await engine.flush();
    expect(await engine.explain(decisionId)).toMatchObject({ propensityState: 'estimated' });
    stop = true;
    await load;
  });
});

describe('a failure after the answer', () => {
  test('is kept for flush when the listener for failures fails as well', async () => {
    const { engine, store } = await engineFor({
      onError: () => {
        throw new Error('the listener is broken');
      },
    });
    await engine.recommend({ user: 'user-1' });
    await engine.flush();
    store.failNextFlush = new Error('no space left');
    await engine.recommend({ user: 'user-1' });
    await expect(engine.flush()).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED' });
    await engine.flush();
  });

  test('of one pending decision does not keep the engine from opening', async () => {
    const { engine, store, settings } = await engineFor({
      policy: (arms) => {
        const policy = new BetaThompson({ arms });
        const choose = policy.choose.bind(policy);
        policy.choose = (...given) => ({
          ...choose(...given),
          estimate: () => {
            throw new Error('no estimate');
          },
          deferred: undefined,
        });
        return policy;
      },
    });
    await engine.recommend({ user: 'user-1' });
    await expect(engine.flush()).rejects.toThrow('no estimate');
    const heard: unknown[] = [];
    const again = await Engine.open({
      ...settings,
      state: store.crash(),
      onError: (error) => heard.push(error),
    });
    onTestFinished(() => again.close().catch(() => {}));
    expect(heard).toMatchObject([{ message: 'no estimate' }]);
    await expect(again.flush()).rejects.toThrow('no estimate');
  });
});

describe('a snapshot that was opened through a link', () => {
  test('is still found when the link leads elsewhere', async () => {
    const { engine, store, directory, snapshot, settings } = await engineFor();
    const latest = join(directory, 'latest');
    symlinkSync(snapshot, latest);
    await engine.swap(latest);
    const { decisionId } = await engine.recommend({ user: 'user-1' });
    await engine.flush();
    const second = await snapshotIn(directory, 'second', store, { seed: 2 });
    unlinkSync(latest);
    symlinkSync(second, latest);
    const again = await Engine.open({ ...settings, snapshot: latest, state: store.crash() });
    onTestFinished(() => again.close());
    expect(await again.explain(decisionId)).toMatchObject({ replayed: true });
  });
});

describe('a snapshot that cannot be read for the moment', () => {
  test('does not cost the outcomes of its slates', async () => {
    const fixture = await engineFor({ attributionWindowMs: 1000 });
    const { engine, store, directory, snapshot, clock, settings } = fixture;
    const slate = await showAndPlay(fixture, 'first');
    const second = await snapshotIn(directory, 'second', store, { seed: 2 });
    await engine.flush();
    // A link to itself: the system refuses to read it, as it does with too many files open.
    renameSync(snapshot, `${snapshot}-away`);
    symlinkSync(snapshot, snapshot);
    const again = await Engine.open({ ...settings, snapshot: second, state: store.crash() });
    onTestFinished(() => again.close().catch(() => {}));
    await settle(again, clock.now);
    await expect(again.flush()).rejects.toMatchObject({ code: 'ERR_SLUICE_SNAPSHOT_NOT_FOUND' });
    unlinkSync(snapshot);
    renameSync(`${snapshot}-away`, snapshot);
    await settle(again, clock.now + 1);
    await again.flush();
    expect(await again.explain(slate.decisionId)).toMatchObject({ replayed: true });
    const { decisionId } = await again.recommend({ user: 'judge' });
    expect(await again.explain(decisionId)).toMatchObject({ stateSequence: 1, replayed: true });
  });
});
