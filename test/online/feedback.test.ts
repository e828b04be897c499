/** What if outcomes are wrong? They are refused or passed by, counted, and change nothing that was learned. */

import { describe, expect, test } from 'vitest';
import {
  BetaThompson,
  type Engine,
  type EngineCounters,
  type EngineOptions,
  type Event,
  SluiceError,
} from '../../src/index.ts';
import { Memory } from '../../src/online/memory.ts';
import { engineFor, ITEMS, idOf, NOW, snapshotIn } from './trained.ts';

const MINUTE = 60_000;
const WINDOW = MINUTE;

/** A strength that is no number for the type `odd`. */
const strength = ({ type }: { type: string }) => {
  if (type === 'odd') return Number.NaN;
  return type === 'play' ? 1 : undefined;
};

type Send = (changes: Partial<Event>) => ReturnType<Engine['observe']>;

/**
 * Shows a slate whose first item is played, sends what else is told, and closes the window; then what was learned: the
 * rewards, a slate for somebody else, and the counts.
 */
async function learnedWith(wrong: (send: Send, items: string[]) => Promise<unknown> = async () => {}) {
  const { engine, store, clock } = await engineFor({ attributionWindowMs: WINDOW, strength });
  const slate = await engine.recommend({ user: 'user-1' });
  await engine.flush();
  const items = slate.items.map(({ id }) => id);
  let sent = 0;
  const send: Send = (changes) =>
    engine.observe({
      id: `event-${sent++}`,
      user: 'stranger',
      item: items[0],
      type: 'play',
      time: NOW + 1,
      decisionId: slate.decisionId,
      ...changes,
    });
  await send({ id: 'right' });
  await wrong(send, items);
  clock.now += 2 * MINUTE;
  await send({ type: 'impression' });
  await engine.flush();
  const next = await engine.recommend({ user: 'judge' });
  expect(await engine.explain(next.decisionId)).toMatchObject({ stateSequence: 1, replayed: true });
  const { settlement } = await Memory.open({ state: store });
  return {
    rewards: [...settlement.replay()].map(({ rewards }) => [...rewards]),
    next: next.items.map(({ id }) => id),
    counters: engine.counters,
  };
}

const refused = (code: string) => async (sending: Promise<unknown>) =>
  expect(sending).rejects.toMatchObject({ code, remedy: expect.any(String) });

type Counts = { readonly [Part in keyof EngineCounters]?: Partial<EngineCounters[Part]> };

const wrong: [string, (send: Send, items: string[]) => Promise<unknown>, Counts][] = [
  [
    'of a value that is no number is refused',
    (send) => refused('ERR_SLUICE_INVALID_ARGUMENT')(send({ value: Number.NaN })),
    { events: { refused: 1, appended: 2 } },
  ],
  [
    'whose strength is no number is refused, and not logged',
    (send) => refused('ERR_SLUICE_NON_FINITE')(send({ type: 'odd' })),
    { events: { refused: 1, appended: 2 } },
  ],
  [
    'from the future is refused',
    (send) => refused('ERR_SLUICE_EVENT_IN_FUTURE')(send({ time: NOW + 6 * MINUTE })),
    { events: { refused: 1, future: 1, appended: 2 } },
  ],
  [
    'of an item that nobody knows is passed by',
    async (send) => expect(await send({ item: 'unheard of' })).toMatchObject({ known: false }),
    { settlement: { unmatched: 1 } },
  ],
  [
    'of an item that was not shown is passed by',
    (send, items) =>
      send({ item: Array.from({ length: ITEMS }, (_, i) => idOf(i)).find((id) => !items.includes(id)) }),
    { settlement: { unmatched: 1 } },
  ],
  [
    'sent again is acknowledged as a duplicate',
    async (send, items) =>
      expect(await send({ id: 'right', item: items[1] })).toMatchObject({ duplicate: true }),
    { events: { duplicates: 1 } },
  ],
  [
    'of an item that was played before is passed by',
    (send) => Promise.all([send({}), send({})]),
    { settlement: { repeated: 2 } },
  ],
  [
    'from long before the decision is passed by',
    (send, items) => send({ item: items[1], time: NOW - 6 * MINUTE }),
    { settlement: { early: 1 } },
  ],
  [
    'from after the window is passed by',
    (send, items) => send({ item: items[1], time: NOW + WINDOW + 1 }),
    { settlement: { late: 1 } },
  ],
  [
    'of a decision that nobody made is passed by',
    (send, items) => send({ item: items[1], decisionId: 'nobody' }),
    { settlement: { unrecorded: 1 } },
  ],
];

describe('an outcome', () => {
  test.each(wrong)('%s', async (_, send, counts) => {
    const right = await learnedWith();
    expect(right.rewards).toEqual([[1, ...new Array(11).fill(0)]]);
    const { counters, ...learned } = await learnedWith(send);
    const { counters: __, ...expected } = right;
    expect(learned).toEqual(expected);
    expect(counters).toMatchObject({ policy: { learned: 1, refused: 0 }, ...counts });
  });

  test('that arrives after the settlement is counted as late, and the settlement stands', async () => {
    const { engine, store, clock } = await engineFor({ attributionWindowMs: WINDOW });
    const { decisionId, items } = await engine.recommend({ user: 'user-1' });
    await engine.flush();
    clock.now += 2 * MINUTE;
    const event = { user: 'user-1', item: items[0].id, time: NOW + 1, decisionId };
    await engine.observe({ ...event, id: 'a', type: 'impression' });
    await engine.flush();
    await engine.observe({ ...event, id: 'b', type: 'play' });
    await engine.flush();
    expect(engine.counters).toMatchObject({ settlement: { settled: 1, late: 1 }, policy: { learned: 1 } });
    const { settlement } = await Memory.open({ state: store });
    expect([...settlement.replay()].map(({ rewards }) => rewards[0])).toEqual([0]);
  });

  test('that arrives before the record of its decision is durable is credited', async () => {
    const { engine, store, clock } = await engineFor({ attributionWindowMs: WINDOW });
    const { decisionId, items } = await engine.recommend({ user: 'user-1' });
    await engine.observe({ id: 'a', user: 'x', item: items[3].id, type: 'play', time: NOW, decisionId });
    clock.now += 2 * MINUTE;
    await engine.observe({ id: 'b', user: 'x', item: items[3].id, type: 'impression', time: NOW });
    await engine.flush();
    const { settlement } = await Memory.open({ state: store });
    expect([...settlement.replay()].map(({ rewards }) => rewards[3])).toEqual([1]);
  });
});

describe('a settled slate', () => {
  /** Shows a slate and lets its window pass. */
  async function settleOne({ engine, clock }: Pick<Fixture, 'engine' | 'clock'>) {
    const { decisionId } = await engine.recommend({ user: 'user-1' });
    await engine.flush();
    clock.now += 2 * MINUTE;
    const event = { user: 'x', item: idOf(0), type: 'impression', time: clock.now };
    await engine.observe({ ...event, id: `after ${decisionId}` });
  }
  type Fixture = Awaited<ReturnType<typeof engineFor>>;

  test('that the policy refuses is counted and told, and those after it are learned', async () => {
    const heard: unknown[] = [];
    const policy: EngineOptions['policy'] = (arms) => {
      const refusing = new BetaThompson({ arms });
      const update = refusing.update.bind(refusing);
      let slates = 0;
      refusing.update = (feedback) => {
        if (slates++ === 1) throw new SluiceError('ERR_SLUICE_NON_FINITE', 'not this one');
        update(feedback);
      };
      return refusing;
    };
    const fixture = await engineFor({
      attributionWindowMs: WINDOW,
      policy,
      onError: (error) => heard.push(error),
    });
    const { engine } = fixture;
    await settleOne(fixture);
    await settleOne(fixture);
    await expect(engine.flush()).rejects.toMatchObject({ code: 'ERR_SLUICE_NON_FINITE' });
    await settleOne(fixture);
    await engine.flush();
    expect(heard).toHaveLength(1);
    expect(engine.counters.policy).toMatchObject({ learned: 2, refused: 1 });
    const { decisionId } = await engine.recommend({ user: 'judge' });
    expect(await engine.explain(decisionId)).toMatchObject({ stateSequence: 3, replayed: true });
  });

  test('is learned but for the items that have left the catalogue', async () => {
    const fixture = await engineFor({ attributionWindowMs: WINDOW });
    const { engine, store, directory } = fixture;
    const { items, decisionId } = await engine.recommend({ user: 'user-1' });
    await settleOne(fixture);
    await engine.flush();
    const gone = items.slice(0, 5).map(({ id }) => id);
    const ids = Array.from({ length: ITEMS }, (_, i) => idOf(i)).map((id) =>
      gone.includes(id) ? `new ${id}` : id,
    );
    await engine.swap(await snapshotIn(directory, 'second', store, { ids }));
    const { unknownArms, ...counts } = engine.counters.policy;
    expect(counts).toEqual({ learned: 2, missing: 0, refused: 0, otherAxes: 0 });
    expect(unknownArms).toBeGreaterThanOrEqual(5);
    expect(await engine.explain(decisionId)).toMatchObject({ replayed: true });
  });
});
