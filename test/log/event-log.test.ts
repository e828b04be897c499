/** Is an acknowledged event kept, once, in order, whatever fails? */

import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Event } from '../../src/log/event.ts';
import { EventLog, type EventLogOptions } from '../../src/log/event-log.ts';
import { KeyMap } from '../../src/log/key-map.ts';
import type { Store } from '../../src/log/store.ts';
import { ForgetfulStore } from './forgetful-store.ts';
import { event, NOON } from './records.ts';

const MINUTE = 60_000;
const clock = () => NOON;
const logOver = (store: Store, options: EventLogOptions = {}) =>
  new EventLog(store, new KeyMap(store), { clock, ...options });
const idsOf = (events: Iterable<{ id: string }>) => [...events].map(({ id }) => id);
const turn = () => new Promise(setImmediate);

describe('acknowledgement', () => {
  test('comes only after the flush', async () => {
    const store = new ForgetfulStore({ flushes: 'held' });
    const users = new KeyMap(store);
    const naming = users.numberOf('ada');
    store.flush();
    await naming;
    const acknowledged = vi.fn();
    const appending = new EventLog(store, users, { clock }).append(event('e1')).then(acknowledged);
    await turn();
    expect(store.unflushed).toBe(1);
    expect(acknowledged).not.toHaveBeenCalled();
    store.flush();
    await appending;
    expect(acknowledged).toHaveBeenCalledOnce();
  });

  /** Crashes at the given number of flushes and says which acknowledged events the machine forgot. */
  async function forgottenAfterCrash(wrap: (store: ForgetfulStore) => Store, flushes: number) {
    const store = new ForgetfulStore({ flushes: 'held' });
    const log = logOver(wrap(store));
    const acknowledged: string[] = [];
    for (let i = 0; i < 30; i++) {
      void log.append(event(`e${i}`, { user: `u${i % 4}` })).then(() => acknowledged.push(`e${i}`));
      if (i % 3 === 0 && flushes-- > 0) store.flush();
      await turn();
    }
    const kept = new Set(idsOf(logOver(store.crash()).read()));
    return { acknowledged, forgotten: acknowledged.filter((id) => !kept.has(id)) };
  }

  test('is never forgotten by a machine that crashes', async () => {
    for (let flushes = 0; flushes < 10; flushes++) {
      expect((await forgottenAfterCrash((store) => store, flushes)).forgotten).toEqual([]);
    }
    expect((await forgottenAfterCrash((store) => store, 9)).acknowledged.length).toBeGreaterThan(10);
  });

  test('that came before the flush would be caught by the test above', async () => {
    const early = (store: ForgetfulStore): Store => ({
      get: (...args) => store.get(...args),
      range: (...args) => store.range(...args),
      close: () => store.close(),
      async write(...args) {
        void store.write(...args);
        return true;
      },
    });
    expect((await forgottenAfterCrash(early, 3)).forgotten.length).toBeGreaterThan(0);
  });
});

describe('a repeated id', () => {
  test('is acknowledged as a duplicate with the first sequence and changes nothing', async () => {
    const log = logOver(new ForgetfulStore());
    await log.append(event('e1'));
    await log.append(event('e2'));
    expect(await log.append(event('e1', { item: 'another' }))).toEqual({
      sequence: 1,
      duplicate: true,
      late: false,
    });
    expect([...log.read()].map(({ item }) => item)).toEqual(['alien', 'alien']);
    expect(log.counters).toMatchObject({ appended: 2, duplicates: 1 });
  });

  test('is one event when both are in flight, and the second waits for the first', async () => {
    const store = new ForgetfulStore({ flushes: 'held' });
    const log = logOver(store);
    const results: unknown[] = [];
    const both = Promise.all(
      [1, 2].map(() => log.append(event('e1')).then((result) => results.push(result))),
    );
    for (let i = 0; i < 2; i++) {
      await turn();
      expect(results).toEqual([]);
      store.flush();
    }
    await both;
    expect(results).toEqual([
      { sequence: 1, duplicate: false, late: false },
      { sequence: 1, duplicate: true, late: false },
    ]);
    expect(log.lastSequence).toBe(1);
  });

  test('is not acknowledged when the first fails', async () => {
    const store = new ForgetfulStore();
    const log = logOver(store);
    await log.append(event('e0'));
    store.failNextFlush = new Error('disk full');
    const attempts = await Promise.allSettled([log.append(event('e1')), log.append(event('e1'))]);
    expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await log.append(event('e1'))).toEqual({ sequence: 2, duplicate: false, late: false });
  });

  test('is found again after reopening', async () => {
    const store = new ForgetfulStore();
    await logOver(store).append(event('e1'));
    expect(await logOver(store.crash()).append(event('e1'))).toMatchObject({ sequence: 1, duplicate: true });
  });
});

describe('sequences', () => {
  test('run from 1 without gaps through failures, duplicates and reopening', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.nat(15), fc.constantFrom('fail', 'reopen', 'wait')), { maxLength: 60 }),
        async (steps) => {
          let store = new ForgetfulStore();
          let log = logOver(store);
          const acknowledged = new Map<string, number>();
          for (const step of steps) {
            if (step === 'fail') store.failNextFlush = new Error('disk full');
            else if (step === 'wait') await turn();
            else if (step === 'reopen') {
              store = store.crash();
              log = logOver(store);
            } else {
              const id = `e${step}`;
              const attempt = log.append(event(id, { user: `u${(step as number) % 3}` }));
              attempt.then(
                ({ sequence }) => acknowledged.set(id, sequence),
                () => {},
              );
            }
          }
          for (let i = 0; i < 10; i++) await turn();
          const events = [...log.read()];
          expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
          expect(new Set(idsOf(events)).size).toBe(events.length);
          for (const [id, sequence] of acknowledged) expect(events[sequence - 1].id).toBe(id);
          const users = [...new Set(events.map(({ userNumber }) => userNumber))];
          for (const user of users) {
            expect([...log.ofUser(user)]).toEqual(events.filter(({ userNumber }) => userNumber === user));
          }
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  test('are shared without loss by two logs that append at once, as two processes do', async () => {
    const store = new ForgetfulStore();
    const logs = [logOver(store), logOver(store)];
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) => logs[i % 2].append(event(`e${i >> 2}-${(i % 4) >> 1}`))),
    );
    const events = [...logs[0].read()];
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(new Set(idsOf(events)).size).toBe(20);
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(20);
    for (const [i, { sequence }] of results.entries()) {
      expect(events[sequence - 1].id).toBe(`e${i >> 2}-${(i % 4) >> 1}`);
    }
  });

  test('of events that come in one turn share a flush', async () => {
    const store = new ForgetfulStore();
    const log = logOver(store);
    await log.append(event('first'));
    const write = vi.spyOn(store, 'write');
    await Promise.all(Array.from({ length: 100 }, (_, i) => log.append(event(`e${i}`))));
    expect(write).toHaveBeenCalledOnce();
  });
});

describe('time', () => {
  const at = (time: number, options?: EventLogOptions) =>
    logOver(new ForgetfulStore(), options).append(event('e1', { time }));

  test('ahead of the clock is kept as it is within the skew, and refused beyond', async () => {
    const store = new ForgetfulStore();
    const log = logOver(store);
    await log.append(event('e1', { time: NOON + 5 * MINUTE }));
    expect([...log.read()][0]).toMatchObject({ time: NOON + 5 * MINUTE, receivedAt: NOON });
    await expect(log.append(event('e2', { time: NOON + 5 * MINUTE + 1 }))).rejects.toMatchObject({
      code: 'ERR_SLUICE_EVENT_IN_FUTURE',
    });
    expect(log.counters).toMatchObject({ appended: 1, refused: 1, future: 1 });
    await expect(at(NOON + 2, { maxClockSkewMs: 1 })).rejects.toMatchObject({
      code: 'ERR_SLUICE_EVENT_IN_FUTURE',
    });
  });

  test('of any age is accepted, and flagged late beyond a day', async () => {
    expect(await at(NOON - 24 * 60 * MINUTE)).toMatchObject({ late: false });
    expect(await at(NOON - 24 * 60 * MINUTE - 1)).toMatchObject({ late: true });
    expect(await at(Date.UTC(1990, 0, 1))).toMatchObject({ late: true });
    expect(await at(NOON - 2, { lateAfterMs: 1 })).toMatchObject({ late: true });
  });

  test('in seconds is refused with the remedy', async () => {
    await expect(at(NOON / 1000)).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      remedy: expect.stringContaining('multiply seconds by 1000'),
    });
  });

  test('in microseconds is refused as of the future', async () => {
    await expect(at(NOON * 1000)).rejects.toMatchObject({ code: 'ERR_SLUICE_EVENT_IN_FUTURE' });
  });
});

describe('events as callers send them wrongly', () => {
  const good = event('e1') as unknown as Record<string, unknown>;
  const wrong: [string, unknown, string][] = [
    ['nothing', undefined, 'event'],
    ['null', null, 'event'],
    ['text', 'click', 'event'],
    ['an empty id', { ...good, id: '' }, 'id'],
    ['no id', { ...good, id: undefined }, 'id'],
    ['an id of 257 characters', { ...good, id: 'x'.repeat(257) }, 'id'],
    ['an id that UTF-8 cannot hold', { ...good, id: 'a\ud83d' }, 'id'],
    ['no user', { ...good, user: undefined }, 'user'],
    ['a number for the user', { ...good, user: 17 }, 'user'],
    ['a bigint for the item', { ...good, item: 17n }, 'item'],
    ['a number for the item', { ...good, item: 17 }, 'item'],
    ['an object for the item', { ...good, item: {} }, 'item'],
    ['no type', { ...good, type: undefined }, 'type'],
    ['a type of 65 characters', { ...good, type: 'x'.repeat(65) }, 'type'],
    ['a value that is no number', { ...good, value: Number.NaN }, 'value'],
    ['an infinite value', { ...good, value: Infinity }, 'value'],
    ['text for the value', { ...good, value: '4.5' }, 'value'],
    ['null for the value', { ...good, value: null }, 'value'],
    ['a time that is no number', { ...good, time: Number.NaN }, 'time'],
    ['a Date for the time', { ...good, time: new Date(NOON) }, 'time'],
    ['text for the time', { ...good, time: '2026-05-01' }, 'time'],
    ['an empty decision id', { ...good, decisionId: '' }, 'decisionId'],
    ['null for the decision id', { ...good, decisionId: null }, 'decisionId'],
  ];

  test.each(wrong)('%s is refused, naming the field', async (_, sent, field) => {
    const store = new ForgetfulStore();
    const log = logOver(store);
    await expect(log.append(sent as Event)).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
      message: expect.stringContaining(` for ${field} but received`),
    });
    expect(log.counters).toMatchObject({ appended: 0, refused: 1 });
    expect(log.lastSequence).toBe(0);
  });

  test('numbers where text belongs are told how to be sent', async () => {
    const sent = { ...event('e1'), user: 17 } as unknown as Event;
    await expect(logOver(new ForgetfulStore()).append(sent)).rejects.toThrow('String(user)');
  });

  test('a caller that changes the object after the call changes nothing', async () => {
    const log = logOver(new ForgetfulStore());
    const sent = { ...event('e1') } as { -readonly [K in keyof Event]: Event[K] };
    const appending = log.append(sent);
    sent.item = 'changed';
    sent.id = 'changed';
    await appending;
    expect([...log.read()]).toMatchObject([{ id: 'e1', item: 'alien' }]);
  });
});

describe('reading', () => {
  test('gives every field, with a user number in place of the key and 1 as the usual value', async () => {
    const store = new ForgetfulStore();
    const log = logOver(store);
    await log.append(event('e1', { type: 'rating', value: -2.5, decisionId: 'd1' }));
    await log.append(event('e2'));
    const userNumber = new KeyMap(store).lookup('ada');
    expect([...log.read()]).toEqual([
      {
        sequence: 1,
        id: 'e1',
        userNumber,
        item: 'alien',
        type: 'rating',
        time: NOON,
        value: -2.5,
        decisionId: 'd1',
        receivedAt: NOON,
      },
      {
        sequence: 2,
        id: 'e2',
        userNumber,
        item: 'alien',
        type: 'click',
        time: NOON,
        value: 1,
        receivedAt: NOON,
      },
    ]);
  });

  test('starts after a sequence and stops at a limit', async () => {
    const log = logOver(new ForgetfulStore());
    for (let i = 1; i <= 5; i++) await log.append(event(`e${i}`));
    expect(idsOf(log.read({ after: 2 }))).toEqual(['e3', 'e4', 'e5']);
    expect(idsOf(log.read({ after: 1, limit: 2 }))).toEqual(['e2', 'e3']);
    expect(idsOf(log.read({ after: 5 }))).toEqual([]);
  });

  test('by person and by decision gives theirs alone, in the order of arrival', async () => {
    const store = new ForgetfulStore();
    const log = logOver(store);
    const sent: [string, string, string?][] = [
      ['e1', 'ada', 'd1'],
      ['e2', 'bob', 'd1'],
      ['e3', 'ada', 'd10'],
      ['e4', 'ada'],
    ];
    for (const [id, user, decisionId] of sent) await log.append(event(id, { user, decisionId }));
    const users = new KeyMap(store);
    expect(idsOf(log.ofUser(users.lookup('ada')!))).toEqual(['e1', 'e3', 'e4']);
    expect(idsOf(log.ofUser(users.lookup('bob')!))).toEqual(['e2']);
    expect(idsOf(log.ofUser(12345))).toEqual([]);
    expect(idsOf(log.ofDecision('d1'))).toEqual(['e1', 'e2']);
    expect(idsOf(log.ofDecision('d10'))).toEqual(['e3']);
    expect(idsOf(log.ofDecision('d'))).toEqual([]);
  });

  test('an index that names an absent event is told as damage', async () => {
    const store = new ForgetfulStore();
    const log = logOver(store);
    await log.append(event('e1', { decisionId: 'd1' }));
    await store.write([{ table: 'events', key: 1, value: null }]);
    expect(() => idsOf(log.ofDecision('d1'))).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_RECORD_DAMAGED' }),
    );
  });
});

describe('listeners', () => {
  test('hear of each event once, after its flush and before its acknowledgement, until they leave', async () => {
    const store = new ForgetfulStore({ flushes: 'held' });
    const log = logOver(store);
    const heard: string[] = [];
    const leave = log.onAppended(({ id, sequence }) => heard.push(`${id} is ${sequence}`));
    const appending = Promise.all([
      log.append(event('e1')),
      log.append(event('e1')),
      log.append(event('e2')),
    ]).then(() => heard.push('acknowledged'));
    await turn();
    store.flush();
    await turn();
    expect(heard).toEqual([]);
    store.flush();
    await appending;
    expect(heard).toEqual(['e1 is 1', 'e2 is 2', 'acknowledged']);
    leave();
    const last = log.append(event('e3'));
    await turn();
    store.flush();
    await last;
    expect(heard).toHaveLength(3);
  });

  test('that throw reject that append alone; its event is durable', async () => {
    const log = logOver(new ForgetfulStore());
    log.onAppended(({ id }) => {
      if (id === 'e1') throw new TypeError('defect');
    });
    const attempts = await Promise.allSettled([log.append(event('e1')), log.append(event('e2'))]);
    expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await log.append(event('e1'))).toMatchObject({ sequence: 1, duplicate: true });
  });
});
