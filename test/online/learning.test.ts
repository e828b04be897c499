import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BetaThompson, DecisionLog, Engine, EpsilonGreedy, KeyMap, type Policy } from '../../src/index.ts';
import { engineFor, ITEMS, idOf, NOW, snapshotIn } from './trained.ts';

const greedy = (arms: number) => new EpsilonGreedy({ arms, epsilon: 0 });

/** The default policy in a process that dies before the draws that complete its propensities. */
function dyingBeforeDraws(arms: number): Policy {
  const policy = new BetaThompson({ arms });
  const choose = policy.choose.bind(policy);
  policy.choose = (...given) => ({
    ...choose(...given),
    estimate: () => {
      throw new Error('the process died');
    },
    deferred: undefined,
  });
  return policy;
}

const ids = ({ items }: { items: readonly { id: string }[] }) => items.map(({ id }) => id);

describe('the decision log', () => {
  test('takes every slate, with propensities in (0, 1] once the draws are through', async () => {
    const { engine, store } = await engineFor();
    const slate = await engine.recommend({ user: 'user-1', surface: 'billboard' });
    await engine.flush();
    const record = new DecisionLog(store).get(slate.decisionId);
    expect(record).toMatchObject({
      surface: 'billboard',
      time: NOW,
      snapshot: engine.snapshot,
      propensityState: 'estimated',
      draws: 32,
      degraded: false,
      userNumber: new KeyMap(store).lookup('user-1'),
    });
    expect(record?.shown.propensities.every((p) => p > 0 && p <= 1)).toBe(true);
    expect(Array.from(record?.shown.rows ?? [], (row) => engine.catalog.idOf(row))).toEqual(ids(slate));
    expect(JSON.stringify(record)).not.toContain('user-1');
  });

  test('explains a decision, with outcomes, and its choice replays bit for bit', async () => {
    const { engine, clock } = await engineFor({ attributionWindowMs: 1000 });
    // Enough settled slates that the state matters for what is chosen.
    for (let i = 0; i < 30; i++) {
      const slate = await engine.recommend({ user: `user-${i}` });
      await engine.flush();
      await engine.observe({
        id: `p${i}`,
        user: `user-${i}`,
        item: slate.items[0].id,
        type: 'play',
        time: clock.now,
        decisionId: slate.decisionId,
      });
      clock.now += 2000;
    }
    await engine.flush();
    const slate = await engine.recommend({ user: 'user-5' });
    await engine.observe({
      id: 'e',
      user: 'user-5',
      item: slate.items[2].id,
      type: 'play',
      time: clock.now,
      decisionId: slate.decisionId,
    });
    const explanation = await engine.explain(slate.decisionId);
    expect(explanation).toMatchObject({
      user: 'user-5',
      replayed: true,
      propensityState: 'estimated',
      poolSize: expect.any(Number),
    });
    expect(explanation.stateSequence).toBeGreaterThan(20);
    expect(explanation.items[2].outcomes).toEqual([{ type: 'play', time: clock.now, value: 1 }]);
    expect(explanation.items.map(({ id }) => id)).toEqual(ids(slate));
  });

  test('does not explain what it does not know', async () => {
    const { engine } = await engineFor();
    for (const id of ['nobody', '', 7 as never]) {
      await expect(engine.explain(id)).rejects.toMatchObject({ code: 'ERR_SLUICE_UNKNOWN_DECISION' });
    }
  });

  test('that fails is told to onError and to flush, and the answer stands', async () => {
    const heard: unknown[] = [];
    const { engine, store } = await engineFor({ onError: (error) => heard.push(error) });
    await engine.recommend({ user: 'user-1' });
    await engine.flush();
    const failure = new Error('no space left');
    store.failNextFlush = failure;
    expect((await engine.recommend({ user: 'user-1' })).items).toHaveLength(12);
    await expect(engine.flush()).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED', cause: failure });
    expect(heard).toMatchObject([{ code: 'ERR_SLUICE_STORE_FAILED' }]);
    await engine.flush();
  });

  test('completes after a crash what was left pending, as it would have been', async () => {
    const { engine, store } = await engineFor();
    const slate = await engine.recommend({ user: 'user-1' });
    await engine.flush();
    const complete = new DecisionLog(store).get(slate.decisionId);

    const { engine: dying, store: second, settings } = await engineFor({ policy: dyingBeforeDraws });
    const same = await dying.recommend({ user: 'user-1' });
    expect(ids(same)).toEqual(ids(slate));
    await expect(dying.flush()).rejects.toThrow('the process died');
    const survivor = second.crash();
    expect(new DecisionLog(survivor).get(same.decisionId)?.propensityState).toBe('pending');
    const reopened = await Engine.open({ ...settings, state: survivor, policy: undefined });
    const recovered = new DecisionLog(survivor).get(same.decisionId);
    expect(recovered?.propensityState).toBe('estimated');
    expect(recovered?.shown.propensities).toEqual(complete?.shown.propensities);
    await reopened.close();
  });
});

describe('the policy', () => {
  test('learns when the window of a slate has closed, and remembers after reopening', async () => {
    const { engine, store, clock, settings } = await engineFor({ attributionWindowMs: 1000 });
    // Somebody new likes nothing but one item, again and again.
    for (let i = 0; i < 40; i++) {
      const slate = await engine.recommend({ user: `visitor-${i}` });
      await engine.flush();
      await engine.observe({
        id: `i${i}`,
        user: `visitor-${i}`,
        item: slate.items[0].id,
        type: 'impression',
        time: clock.now,
      });
      clock.now += 5000;
    }
    await engine.flush();
    const before = await engine.recommend({ user: 'judge' });
    await engine.flush();
    const { stateSequence } = await engine.explain(before.decisionId);
    expect(stateSequence).toBe(39);
    await engine.close();
    const copy = store.crash();
    const reopened = await Engine.open({ ...settings, state: copy, decisionId: () => 'after' });
    const after = await reopened.recommend({ user: 'judge' });
    const explanation = await reopened.explain(after.decisionId);
    expect(explanation.stateSequence).toBeGreaterThanOrEqual(39);
    expect(explanation.replayed).toBe(true);
    await reopened.close();
  });
});

describe('a loop of requests that never gives way', () => {
  test('is slowed down to the log, and loses no record', async () => {
    const { engine, store } = await engineFor({ policy: greedy });
    for (let i = 0; i < 3000; i++) await engine.recommend({ user: 'user-1', count: 1 });
    await engine.flush();
    expect([...new DecisionLog(store).range()]).toHaveLength(3000);
  });
});

describe('a swap', () => {
  test('serves the new snapshot without dropping a request', async () => {
    const { engine, store, directory } = await engineFor();
    const second = await snapshotIn(directory, 'second', store, { seed: 9 });
    let stop = false;
    const answers: string[] = [];
    const load = Promise.all(
      Array.from({ length: 4 }, async (_, caller) => {
        for (let i = 0; !stop; i++) {
          const slate = await engine.recommend({ user: `user-${(caller + i) % 40}` });
          expect(slate.items).toHaveLength(12);
          answers.push(slate.snapshot);
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    const first = engine.snapshot;
    await engine.swap(second);
    await new Promise((resolve) => setTimeout(resolve, 30));
    stop = true;
    await load;
    expect(engine.snapshot).not.toBe(first);
    expect(answers.at(-1)).toBe(engine.snapshot);
    expect(answers).toContain(first);
    await engine.flush();
  });

  test('keeps what was observed and learned, by item id, although rows have changed', async () => {
    const { engine, store, directory, clock } = await engineFor({
      policy: greedy,
      attributionWindowMs: 1000,
    });
    const slate = await engine.recommend({ user: 'user-2' });
    await engine.flush();
    await engine.observe({
      id: 'e',
      user: 'user-2',
      item: slate.items[3].id,
      type: 'play',
      time: NOW,
      decisionId: slate.decisionId,
    });
    clock.now += 10_000;
    // The same items, in the opposite order.
    const reversed = Array.from({ length: ITEMS }, (_, item) => idOf(ITEMS - 1 - item));
    await engine.swap(await snapshotIn(directory, 'reversed', store, { ids: reversed }));
    await engine.observe({ id: 'f', user: 'user-3', item: idOf(0), type: 'impression', time: clock.now });
    await engine.flush();
    const next = await engine.recommend({ user: 'user-2', count: 40 });
    expect(ids(next)).not.toContain(slate.items[3].id);
    expect(await engine.explain(slate.decisionId)).toMatchObject({ replayed: true });
    const { stateSequence } = await engine.explain(next.decisionId);
    expect(stateSequence).toBe(1);
  });

  test('to a damaged snapshot is refused and the old one goes on', async () => {
    const { engine, store, directory } = await engineFor();
    const damaged = await snapshotIn(directory, 'damaged', store, { seed: 3 });
    const file = join(damaged, 'items.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(file, bytes);
    const before = engine.snapshot;
    await expect(engine.swap(damaged)).rejects.toMatchObject({ code: 'ERR_SLUICE_SNAPSHOT_DAMAGED' });
    await expect(engine.swap(join(directory, 'nowhere'))).rejects.toMatchObject({
      code: 'ERR_SLUICE_SNAPSHOT_NOT_FOUND',
    });
    expect(engine.snapshot).toBe(before);
    expect((await engine.recommend({ user: 'user-1' })).items).toHaveLength(12);
  });
});
