import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Engine, EpsilonGreedy } from '../../src/index.ts';
import { engineFor, ITEMS, idOf, isEven, NOW, snapshotIn } from './trained.ts';

const greedy = (arms: number) => new EpsilonGreedy({ arms, epsilon: 0 });

const ids = ({ items }: { items: readonly { id: string }[] }) => items.map(({ id }) => id);

describe('a recommendation', () => {
  test('holds distinct items of the taste of the person, none of them seen', async () => {
    const { engine } = await engineFor({ policy: greedy });
    const slate = await engine.recommend({ user: 'user-2', count: 5 });
    expect(slate.items).toHaveLength(5);
    expect(new Set(ids(slate)).size).toBe(5);
    expect(ids(slate).every(isEven)).toBe(true);
    expect(slate.degraded).toBe(false);
    await engine.observe({ id: 'e', user: 'user-2', item: slate.items[0].id, type: 'impression', time: NOW });
    expect(ids(await engine.recommend({ user: 'user-2', count: 12 }))).not.toContain(slate.items[0].id);
  });

  test('carries a receipt per item and the times of the stages', async () => {
    const { engine } = await engineFor();
    const { items, stages, ms } = await engine.recommend({ user: 'user-1' });
    expect(items[0].receipt).toMatchObject({
      sources: ['nearest'],
      filters: ['seen', 'available'],
      propensity: 'pending',
    });
    expect(items[0].receipt.scores['probability']).toBeGreaterThan(0);
    expect(stages.map(({ stage }) => stage)).toEqual([
      'user',
      'nearest',
      'seen',
      'available',
      'probability',
      'policy',
    ]);
    expect(stages.reduce((sum, stage) => sum + stage.ms, 0)).toBeLessThanOrEqual(ms);
  });

  test('leaves out what is not available at the time of the request', async () => {
    const { engine, store, directory } = await engineFor();
    const availableTo = new Float64Array(ITEMS).fill(Number.NaN);
    for (let item = 10; item < ITEMS; item++) availableTo[item] = NOW;
    await engine.swap(await snapshotIn(directory, 'leaving', store, { availableTo }));
    const before = await engine.recommend({ user: 'new', count: 50, time: NOW - 1 });
    const after = await engine.recommend({ user: 'new', count: 50, time: NOW });
    expect(before.items).toHaveLength(50);
    expect(ids(after).sort()).toEqual(Array.from({ length: 10 }, (_, item) => idOf(item)).sort());
  });

  test('is the same for the same seed and decision id, and explores with another', async () => {
    const { engine, settings } = await engineFor();
    const first = ids(await engine.recommend({ user: 'user-1' }));
    await engine.close();
    const { engine: again } = await engineFor();
    expect(ids(await again.recommend({ user: 'user-1' }))).toEqual(first);
    const { engine: other } = await engineFor({ seed: 2 });
    expect(ids(await other.recommend({ user: 'user-1' }))).not.toEqual(first);
    expect(settings.seed).toBeUndefined();
  });

  test('at a deadline of zero is the popular items, filtered, and says that it is degraded', async () => {
    const { engine } = await engineFor();
    await engine.observe({ id: 'e', user: 'user-1', item: idOf(3), type: 'play', time: NOW });
    const slate = await engine.recommend({ user: 'user-1', deadlineMs: 0 });
    expect(slate.degraded).toBe(true);
    expect(slate.items).toHaveLength(12);
    expect(ids(slate)).not.toContain(idOf(3));
    await engine.flush();
    expect(await engine.explain(slate.decisionId)).toMatchObject({
      degraded: true,
      policy: 'none',
      replayed: null,
    });
  });

  test.each([
    ['no person', {}],
    ['an empty key', { user: '' }],
    ['a number for a key', { user: 7 }],
    ['a key of 257 characters', { user: 'x'.repeat(257) }],
    ['a count of 0', { user: 'a', count: 0 }],
    ['a fractional count', { user: 'a', count: 1.5 }],
    ['a count of NaN', { user: 'a', count: Number.NaN }],
    ['a negative deadline', { user: 'a', deadlineMs: -1 }],
    ['a deadline in words', { user: 'a', deadlineMs: 'soon' }],
    ['half a nano-dollar', { user: 'a', budget: 0.5 }],
    ['a time that is no number', { user: 'a', time: '2026' }],
    ['a signal that is none', { user: 'a', signal: {} }],
    ['nothing at all', undefined],
  ])('is refused for %s, with a code and a remedy', async (_, request) => {
    const { engine } = await engineFor();
    await expect(engine.recommend(request as never)).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      remedy: expect.any(String),
    });
  });

  test('rejects with the reason of a signal that has fired', async () => {
    const { engine } = await engineFor();
    const reason = new Error('gone');
    await expect(engine.recommend({ user: 'a', signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('an event', () => {
  test('changes the next slate of somebody new', async () => {
    const { engine } = await engineFor({ policy: greedy });
    const before = ids(await engine.recommend({ user: 'new' }));
    for (const item of [1, 3, 5]) {
      await engine.observe({ id: `e${item}`, user: 'new', item: idOf(item), type: 'play', time: NOW });
    }
    const after = ids(await engine.recommend({ user: 'new' }));
    const odd = (slate: string[]) => slate.filter((id) => !isEven(id)).length;
    expect(after).not.toEqual(before);
    expect(odd(after)).toBeGreaterThan(odd(before));
    expect(odd(after)).toBeGreaterThanOrEqual(9);
  });

  test('of an id that was there is acknowledged as a duplicate and changes nothing', async () => {
    const { engine } = await engineFor({ policy: greedy });
    const event = { id: 'e', user: 'new', item: idOf(1), type: 'play', time: NOW };
    const [first, second] = await Promise.all([engine.observe(event), engine.observe(event)]);
    const slate = ids(await engine.recommend({ user: 'new' }));
    const third = await engine.observe({ ...event, item: idOf(2) });
    expect([first.duplicate, second.duplicate, third.duplicate]).toEqual([false, true, true]);
    expect(third.sequence).toBe(first.sequence);
    expect(ids(await engine.recommend({ user: 'new' }))).toEqual(slate);
  });

  test('says whether the catalogue knows its item', async () => {
    const { engine } = await engineFor();
    const event = { user: 'new', type: 'play', time: NOW };
    expect(await engine.observe({ ...event, id: 'a', item: idOf(0) })).toMatchObject({ known: true });
    expect(await engine.observe({ ...event, id: 'b', item: 'unheard of' })).toMatchObject({ known: false });
  });

  test('from the future is refused, a late one is flagged', async () => {
    const { engine } = await engineFor();
    const event = { user: 'new', item: idOf(0), type: 'play' };
    await expect(engine.observe({ ...event, id: 'a', time: NOW + 6 * 60_000 })).rejects.toMatchObject({
      code: 'ERR_SLUICE_EVENT_IN_FUTURE',
    });
    expect(await engine.observe({ ...event, id: 'b', time: NOW - 25 * 3_600_000 })).toMatchObject({
      late: true,
    });
  });

  test('is not acknowledged when the disk fails, and the engine goes on', async () => {
    const { engine, store } = await engineFor();
    const event = { user: 'user-1', item: idOf(0), type: 'play', time: NOW };
    store.failNextFlush = new Error('no space left');
    await expect(engine.observe({ ...event, id: 'a' })).rejects.toMatchObject({
      code: 'ERR_SLUICE_STORE_FAILED',
    });
    expect(await engine.observe({ ...event, id: 'a' })).toMatchObject({ duplicate: false, sequence: 1 });
  });
});

describe('opening', () => {
  test('refuses what cannot be served, with its code', async () => {
    const { settings, directory } = await engineFor();
    const refused = [
      [{ snapshot: join(directory, 'nowhere') }, 'ERR_SLUICE_SNAPSHOT_NOT_FOUND'],
      [{ state: '' }, 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ backend: 'abacus' as never }, 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ propensityDraws: 0 }, 'ERR_SLUICE_INVALID_ARGUMENT'],
      [
        { funnel: { sources: [{ use: 'nowhere' }], selector: { use: 'policy' } } },
        'ERR_SLUICE_FUNNEL_INVALID',
      ],
      [
        {
          funnel: {
            queryHydrators: [{ use: 'user' }],
            sources: [{ use: 'nearest', with: { K: 9 } }],
            selector: { use: 'policy' },
          },
        },
        'ERR_SLUICE_FUNNEL_INVALID',
      ],
    ] as const;
    for (const [wrong, code] of refused) {
      await expect(Engine.open({ ...settings, ...wrong })).rejects.toMatchObject({ code });
    }
  });

  test('with its own funnel JSON gives the same funnel', async () => {
    const { engine, settings } = await engineFor();
    const funnel = JSON.parse(JSON.stringify(engine.funnel));
    await engine.close();
    const { engine: again } = await engineFor({ funnel });
    expect(again.funnel).toEqual(funnel);
    expect(settings.funnel).toBeUndefined();
  });

  test('after close everything is refused, and closing twice is fine', async () => {
    const { engine } = await engineFor();
    await engine.close();
    await engine.close();
    const closed = { code: 'ERR_SLUICE_CLOSED' };
    await expect(engine.recommend({ user: 'a' })).rejects.toMatchObject(closed);
    await expect(
      engine.observe({ id: 'e', user: 'a', item: 'b', type: 'play', time: NOW }),
    ).rejects.toMatchObject(closed);
    await expect(engine.explain('d')).rejects.toMatchObject(closed);
    await expect(engine.swap('x')).rejects.toMatchObject(closed);
  });
});
