/** Does a person's state follow from their events alone: no order, no repetition, no crash changes a bit of it? */

import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { LoggedEvent } from '../../src/log/event.ts';
import { foldIn } from '../../src/nearline/fold-in.ts';
import { type FoldInModel, UserStates } from '../../src/nearline/user-state.ts';
import { gram } from '../../src/numerics/products.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import { NOON } from '../log/records.ts';
import { openLogs } from './memory.ts';

const ITEMS = 12;

function modelOf(seed: number, base: number[] = [], hash = `model ${seed}`): FoldInModel {
  const random = new RandomStream(seed);
  const factors = Float32Array.from({ length: ITEMS * 4 }, () => random.normal());
  return {
    hash,
    factors,
    dimension: 4,
    gram: gram(factors, 4),
    regularization: 0.1,
    unobservedWeight: 0.05,
    itemCount: ITEMS,
    rowOf: (item) =>
      /^item \d+$/.test(item) && Number(item.slice(5)) < ITEMS ? Number(item.slice(5)) : undefined,
    baseRows: () => base,
  };
}

const folded = (model: FoldInModel, rows: number[], weights?: number[]) =>
  foldIn({ ...model, rows, weights });

test('the vector is the fold-in of the snapshot’s positives and those since', async () => {
  const { events, users, observe } = openLogs();
  const model = modelOf(1, [2, 5]);
  await observe({ item: 'item 7' });
  await observe({ item: 'item 5', type: 'finish' });
  await observe({ item: 'item 9', type: 'impression' });
  await observe({ item: 'an item that the snapshot does not hold' });
  const states = new UserStates(events);
  const ada = users.lookup('ada')!;
  expect(states.vector(ada, model)).toEqual(folded(model, [2, 5, 7]));
  expect([...states.seenRows(ada, model)]).toEqual([2, 5, 7, 9]);
  expect([...states.touched(ada)]).toEqual([
    'item 7',
    'item 5',
    'item 9',
    'an item that the snapshot does not hold',
  ]);
});

test('somebody without events or history has the zero vector and has seen nothing', () => {
  const states = new UserStates(openLogs().events);
  expect(states.vector(99, modelOf(1))).toEqual(new Float32Array(4));
  expect([...states.seenRows(99, modelOf(1))]).toEqual([]);
});

describe('what events say', () => {
  const vectorAfter = async (...sent: [string, number?, number?][]) => {
    const { events, users, observe } = openLogs();
    for (const [type, value = 1, hours = 0] of sent) {
      await observe({ item: 'item 3', type, value, time: NOON + hours * 3_600_000 });
    }
    return new UserStates(events).vector(users.lookup('ada')!, modelOf(1, [1]));
  };
  const liked = folded(modelOf(1), [1, 3]);
  const neutral = folded(modelOf(1), [1]);

  test.each(['click', 'play', 'finish', 'like', 'save', 'purchase'])('a %s is a positive', async (type) => {
    expect(await vectorAfter([type])).toEqual(liked);
  });

  test('a rating is one from 4, and the later rating is the one that counts', async () => {
    expect(await vectorAfter(['rating', 4])).toEqual(liked);
    expect(await vectorAfter(['rating', 3.5])).toEqual(neutral);
    expect(await vectorAfter(['rating', 5], ['rating', 2])).toEqual(neutral);
    expect(await vectorAfter(['rating', 5, 2], ['rating', 2, 1])).toEqual(liked);
  });

  test('a dismissal takes a click back, one of the snapshot too; an impression changes nothing', async () => {
    expect(await vectorAfter(['click'], ['dismiss'])).toEqual(neutral);
    expect(await vectorAfter(['dismiss'], ['click'])).toEqual(liked);
    expect(await vectorAfter(['click'], ['impression'])).toEqual(liked);
    const { events, users, observe } = openLogs();
    await observe({ item: 'item 1', type: 'dislike' });
    expect(new UserStates(events).vector(users.lookup('ada')!, modelOf(1, [1, 2]))).toEqual(
      folded(modelOf(1), [2]),
    );
  });

  test('a caller’s own reading gives weights, and a wrong one is refused', async () => {
    const { events, users, observe } = openLogs();
    await observe({ item: 'item 3', value: 2.5 });
    const ada = users.lookup('ada')!;
    const states = new UserStates(events, { strength: ({ value }) => value });
    expect(states.vector(ada, modelOf(1, [1]))).toEqual(folded(modelOf(1), [1, 3], [1, 2.5]));
    for (const strength of [-1, Number.NaN, Infinity]) {
      expect(() => new UserStates(events, { strength: () => strength }).vector(ada, modelOf(1))).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});

describe('a state', () => {
  const step = fc.record({
    item: fc.nat(ITEMS).map((item) => `item ${item}`),
    type: fc.constantFrom('click', 'dismiss', 'impression', 'rating'),
    value: fc.integer({ min: 1, max: 5 }),
    time: fc.nat(5).map((minutes) => NOON + minutes * 60_000),
  });

  test('is the same to the last bit for any order and repetition of the events, and after reopening', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), fc.nat(), async (steps, seed) => {
        const { store, events, users, observe } = openLogs();
        const ada = await users.numberOf('ada');
        const model = modelOf(2, [0, 4]);
        const live = new UserStates(events);
        live.vector(ada, model);
        events.onAppended((event) => live.apply(event));
        for (const changes of steps) await observe(changes);

        const logged = [...events.read()];
        const shuffled = new UserStates(openLogs().events);
        shuffled.vector(ada, model);
        for (const event of new RandomStream(seed).shuffle<LoggedEvent[]>([...logged, ...logged]))
          shuffled.apply(event);

        const reopened = new UserStates(openLogs(store.crash()).events);
        const expected = live.vector(ada, model);
        expect(shuffled.vector(ada, model)).toEqual(expected);
        expect(reopened.vector(ada, model)).toEqual(expected);
        for (const states of [shuffled, reopened]) {
          expect(states.seenRows(ada, model)).toEqual(live.seenRows(ada, model));
          expect(new Set(states.touched(ada))).toEqual(new Set(live.touched(ada)));
        }
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  test('changes the vector with the event after which it is asked', async () => {
    const { events, users, observe } = openLogs();
    const states = new UserStates(events);
    events.onAppended((event) => states.apply(event));
    const ada = await users.numberOf('ada');
    const before = states.vector(ada, modelOf(1));
    await observe({ item: 'item 3' });
    expect(states.vector(ada, modelOf(1))).not.toEqual(before);
    expect(states.vector(ada, modelOf(1))).toEqual(folded(modelOf(1), [3]));
  });

  test('is computed once per snapshot until an event comes', async () => {
    const { events, users, observe } = openLogs();
    await observe({ item: 'item 3' });
    const ada = users.lookup('ada')!;
    const states = new UserStates(events);
    const first = states.vector(ada, modelOf(1));
    expect(states.vector(ada, modelOf(1))).toBe(first);
    expect(states.vector(ada, modelOf(2))).toEqual(folded(modelOf(2), [3]));
    expect(states.vector(ada, modelOf(1))).toEqual(first);
  });

  test('of the person who was asked for longest ago is dropped, and read again', async () => {
    const { events, users, observe } = openLogs();
    for (const user of ['ada', 'bob', 'eve']) await observe({ user, item: 'item 3' });
    const [ada, bob, eve] = ['ada', 'bob', 'eve'].map((user) => users.lookup(user)!);
    const states = new UserStates(events, { capacity: 2 });
    const read = vi.spyOn(events, 'ofUser');
    for (const user of [ada, bob, ada, eve, ada]) states.touched(user);
    expect(read.mock.calls).toEqual([[ada], [bob], [eve]]);
    states.apply({ ...[...events.read()][0], userNumber: bob, sequence: 4, item: 'item 5' });
    expect([...states.touched(bob)]).toEqual(['item 3']);
    expect(read).toHaveBeenCalledTimes(4);
  });

  test('needs room for one person', () => {
    for (const capacity of [0, 1.5, Number.NaN]) {
      expect(() => new UserStates(openLogs().events, { capacity })).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });
});
