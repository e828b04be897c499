import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Engine, openLmdbStore } from '../../src/index.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/online/checkpoint.ts';
import { CheckpointPace } from '../../src/online/checkpoint-pace.ts';
import { directoryWith } from '../offline/temporary.ts';
import { engineFor, idOf, NOW, snapshotIn } from './trained.ts';

const checkpoint = {
  stateSequence: 7,
  state: {
    observed: Float64Array.of(1, 0.5, Number.MIN_VALUE),
    totals: Float64Array.of(1, 2),
    empty: new Float64Array(0),
  },
};

describe('a policy checkpoint', () => {
  test('comes back bit for bit, from any alignment and from a Buffer that shares its memory', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let shift = 0; shift < 9; shift++) {
      const shared = Buffer.alloc(bytes.length + 20);
      shared.set(bytes, shift);
      expect(decodeCheckpoint(shared.subarray(shift, shift + bytes.length))).toEqual(checkpoint);
    }
  });

  test('that is cut short or changed anywhere is refused as damaged', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const damaged = expect.objectContaining({
      code: expect.stringMatching(/^ERR_SLUICE_RECORD_(DAMAGED|TOO_NEW)$/),
    });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrowError(damaged);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = bytes.slice();
        broken[at] ^= flip;
        expect(() => decodeCheckpoint(broken)).toThrowError(damaged);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('carries what was learned through lmdb to the next process', async () => {
    const directory = directoryWith();
    const state = `${directory}/state`;
    const store = await openLmdbStore({ directory: state });
    const snapshot = await snapshotIn(directory, 'first', store);
    await store.close();
    let now = NOW;
    const open = () => Engine.open({ snapshot, state, clock: () => now, attributionWindowMs: 1000 });
    const engine = await open();
    const slate = await engine.recommend({ user: 'user-1' });
    await engine.flush();
    now += 5000;
    await engine.observe({ id: 'e', user: 'user-1', item: slate.items[0].id, type: 'impression', time: now });
    await engine.close();
    const again = await open();
    const next = await again.recommend({ user: 'user-1' });
    expect(await again.explain(next.decisionId)).toMatchObject({ stateSequence: 1, replayed: true });
    await again.close();
  });
});

describe('the pace of checkpoints', () => {
  test('is one for a thousand settlements, and one a minute for fewer', () => {
    const pace = new CheckpointPace(10, NOW);
    expect(pace.isDue(10, NOW + 1e9)).toBe(false);
    expect(pace.isDue(11, NOW + 59_999)).toBe(false);
    expect(pace.isDue(11, NOW + 60_000)).toBe(true);
    expect(pace.isDue(10 + 1023, NOW)).toBe(false);
    expect(pace.isDue(10 + 1024, NOW)).toBe(true);
    pace.saved(1034, NOW + 60_000, 2);
    expect(pace.isDue(1035, NOW + 60_000)).toBe(false);
  });

  test('never spends more than a fiftieth of the time on them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5000), fc.nat(100_000), fc.nat(10_000))), (steps) => {
        const pace = new CheckpointPace(0, NOW);
        let [sequence, now, spent, lastCost] = [0, NOW, 0, 0];
        for (const [settlements, passed, cost] of steps) {
          sequence += settlements;
          now += passed;
          if (!pace.isDue(sequence, now)) continue;
          pace.saved(sequence, now, cost);
          spent += cost;
          lastCost = cost;
        }
        expect(spent - lastCost).toBeLessThanOrEqual((now - NOW) / 50);
      }),
      { seed: 3 },
    );
  });
});

/** Shows a slate and closes its window, so that the next look settles it. */
async function showOne({ engine, clock }: Pick<Awaited<ReturnType<typeof engineFor>>, 'engine' | 'clock'>) {
  const { decisionId } = await engine.recommend({ user: 'user-1' });
  await engine.flush();
  clock.now += 2000;
  return decisionId;
}

describe('after a crash', () => {
  test.each([
    ['all is learned again where nothing was saved yet', 0, 5],
    ['only what settled since the last checkpoint is learned again', 60_000, 1],
  ])('%s', async (_, passed, learned) => {
    const fixture = await engineFor({ attributionWindowMs: 1000 });
    const { engine, store, clock, settings } = fixture;
    const look = async () => {
      const event = { user: 'x', item: idOf(0), type: 'impression', time: NOW };
      await engine.observe({ ...event, id: `look ${clock.now}` });
      await engine.flush();
    };
    for (let i = 0; i < 4; i++) await showOne(fixture);
    clock.now += passed;
    await look();
    await showOne(fixture);
    await look();
    const again = await Engine.open({ ...settings, state: store.crash() });
    onTestFinished(() => again.close());
    expect(again.counters.policy.learned).toBe(learned);
    const { decisionId } = await again.recommend({ user: 'judge' });
    expect(await again.explain(decisionId)).toMatchObject({ stateSequence: 5, replayed: true });
  });

  test('in the middle of a checkpoint the one before it counts', async () => {
    const fixture = await engineFor({ attributionWindowMs: 1000 });
    const { engine, store, clock, settings } = fixture;
    await showOne(fixture);
    clock.now += 60_000;
    const write = store.write.bind(store);
    store.write = (writes, options) => {
      if (writes.some(({ table }) => table === 'policy')) store.failNextFlush = new Error('the power failed');
      return write(writes, options);
    };
    await engine.observe({ id: 'e', user: 'x', item: idOf(0), type: 'impression', time: NOW });
    await expect(engine.flush()).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED' });
    expect(engine.counters.policy.learned).toBe(1);
    const again = await Engine.open({ ...settings, state: store.crash() });
    onTestFinished(() => again.close());
    expect(again.counters.policy.learned).toBe(1);
  });
});

describe('on a quiet service', () => {
  test('windows close and the policy learns, although no event comes', async () => {
    const fixture = await engineFor({ attributionWindowMs: 1000, settleEveryMs: 2 });
    const { engine, clock } = fixture;
    const { decisionId } = await engine.recommend({ user: 'user-1' });
    await engine.flush();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(engine.counters.settlement.settled).toBe(0);
    clock.now += 1001;
    await vi.waitFor(() => expect(engine.counters.policy.learned).toBe(1));
    expect(engine.counters.settlement.settled).toBe(1);
    expect(await engine.explain(decisionId)).toMatchObject({ replayed: true });
  });

  test('a closed engine looks no more', async () => {
    const heard: unknown[] = [];
    const fixture = await engineFor({ settleEveryMs: 1, onError: (error) => heard.push(error) });
    await fixture.engine.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([]);
  });

  test.each([0, -1, Number.NaN, 2 ** 31])('every %s milliseconds is refused', async (settleEveryMs) => {
    const { settings } = await engineFor();
    await expect(Engine.open({ ...settings, settleEveryMs })).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
    });
  });
});
