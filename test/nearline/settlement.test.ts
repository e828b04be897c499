/** Is every slate judged once, by the events of its window, the same after any crash? */

import { describe, expect, test } from 'vitest';
import { RecordWriter } from '../../src/log/codec.ts';
import { Settlement, type SettlementOptions } from '../../src/nearline/settlement.ts';
import type { ForgetfulStore } from '../log/forgetful-store.ts';
import { decision, NOON } from '../log/records.ts';
import { openLogs } from './memory.ts';

const MINUTE = 60_000;
const CLOSED = NOON + 31 * MINUTE;
const shown = (...rows: number[]) => ({
  rows: Uint32Array.from(rows),
  scores: new Float32Array(rows.length),
  propensities: new Float64Array(rows.length).fill(Number.NaN),
});
/** Item `n` stands in row n, below 100. */
const catalog = {
  rowOf: (item: string) => (Number(item) < 100 ? Number(item) : undefined),
};

function open(store?: ForgetfulStore, options: Partial<SettlementOptions> = {}) {
  const logs = openLogs(store);
  const settlement = new Settlement({ ...logs, catalogOf: async () => catalog, ...options });
  logs.events.onAppended((event) => settlement.apply(event));
  return { ...logs, settlement };
}

test('a shown item succeeds by a positive event in the window, and fails without one', async () => {
  const { decisions, observe, settlement } = open();
  await decisions.record(decision('d1', { shown: shown(6, 5, 8) }));
  await observe({ decisionId: 'd1', item: '5', time: NOON + 30 * MINUTE });
  await observe({ decisionId: 'd1', item: '6', type: 'impression', time: NOON + MINUTE });
  await observe({ decisionId: 'd1', item: '8', type: 'dismiss', time: NOON + MINUTE });
  await observe({ decisionId: 'another', item: '8', time: NOON + MINUTE });
  await observe({ item: '8', time: NOON + MINUTE });
  const [settled, ...others] = await settlement.advance(CLOSED);
  expect(settled).toEqual({
    settledSequence: 1,
    decisionId: 'd1',
    rows: Uint32Array.of(6, 5, 8),
    rewards: Float64Array.of(0, 1, 0),
    snapshot: 'a'.repeat(64),
  });
  expect(others).toEqual([]);
});

test('where a holdout ran, what was played in whatever way is settled as well', async () => {
  const { decisions, events, observe, settlement } = open();
  const withheld = {
    share: 0.05,
    rows: Uint32Array.of(3, 4),
    scores: Float32Array.of(0.2, 0.3),
    places: Uint32Array.of(0, 1),
  };
  await observe({ item: '4', time: NOON - 1 });
  const [{ userNumber }] = events.read();
  const record = { userNumber, holdout: 'a', withheld, shown: shown(6, 5) };
  await decisions.record(decision('d1', record));
  await observe({ item: '3', time: NOON + MINUTE });
  await observe({ item: '5', time: NOON + MINUTE });
  await observe({ item: '6', time: NOON + MINUTE, user: 'another' });
  const [settled] = await settlement.advance(CLOSED);
  expect(settled.rewards).toEqual(Float64Array.of(0, 0));
  expect(settled.plays).toEqual({ shown: Float64Array.of(0, 1), withheld: Float64Array.of(1, 0) });
  expect([...settlement.replay()]).toEqual([settled]);
});

test('a settlement of version 1, which knows of no holdout, is read', async () => {
  const { store, settlement } = open();
  const writer = new RecordWriter(1).text('d1').text('snapshot').uint32s(Uint32Array.of(6));
  const value = writer.float64s(Float64Array.of(1)).finish();
  await store.write([{ table: 'settled', key: 1, value }]);
  expect([...settlement.replay()]).toEqual([
    {
      settledSequence: 1,
      decisionId: 'd1',
      snapshot: 'snapshot',
      rows: Uint32Array.of(6),
      rewards: Float64Array.of(1),
    },
  ]);
});

test('a decision settles when its window has closed, and not before', async () => {
  const { decisions, settlement } = open(undefined, { windowMs: 1000 });
  await decisions.record(decision('d1'));
  expect(await settlement.advance(NOON)).toEqual([]);
  expect(await settlement.advance(NOON + 1000)).toEqual([]);
  expect(await settlement.advance(NOON + 1001)).toHaveLength(1);
  expect(await settlement.advance(NOON + 5000)).toEqual([]);
});

test('settlements stand in the order of time and then of id, without gaps, however they are called for', async () => {
  const { decisions, settlement } = open();
  for (const [id, minutes] of [
    ['c', 2],
    ['b', 1],
    ['z', 0],
    ['a', 1],
  ] as const) {
    await decisions.record(decision(id, { time: NOON + minutes * MINUTE }));
  }
  const calls = [30.5, 31.5, 33].map((minutes) => settlement.advance(NOON + minutes * MINUTE));
  const settled = (await Promise.all(calls)).map((batch) => batch.map(({ decisionId }) => decisionId));
  expect(settled).toEqual([['z'], ['a', 'b'], ['c']]);
  const replayed = [...settlement.replay()];
  expect(replayed.map(({ decisionId }) => decisionId)).toEqual(['z', 'a', 'b', 'c']);
  expect(replayed.map(({ settledSequence }) => settledSequence)).toEqual([1, 2, 3, 4]);
  expect([...settlement.replay({ after: 1, upTo: 3 })]).toEqual(replayed.slice(1, 3));
  expect([...settlement.replay({ upTo: 0 })]).toEqual([]);
  expect([...settlement.replay({ after: 4 })]).toEqual([]);
  expect(settlement.lastSequence).toBe(4);
});

test('many hundreds settle in one call', async () => {
  const { decisions, settlement } = open();
  await Promise.all(
    Array.from({ length: 600 }, (_, i) => decisions.record(decision(`d${i}`, { time: NOON + i }))),
  );
  const settled = await settlement.advance(CLOSED);
  expect(settled.map(({ decisionId }) => decisionId)).toEqual(Array.from({ length: 600 }, (_, i) => `d${i}`));
  expect(settled.map(({ settledSequence }) => settledSequence)).toEqual(settled.map((_, i) => i + 1));
});

describe('an event that comes too late is counted and not credited', () => {
  test('when it happened after the window', async () => {
    const { decisions, observe, settlement } = open();
    await decisions.record(decision('d1', { shown: shown(5) }));
    await observe({ decisionId: 'd1', item: '5', time: NOON + 30 * MINUTE + 1 });
    const [{ rewards }] = await settlement.advance(NOON + 60 * MINUTE);
    expect([...rewards]).toEqual([0]);
    expect(settlement.counters).toEqual({
      settled: 1,
      late: 1,
      early: 0,
      repeated: 0,
      unmatched: 0,
      unrecorded: 0,
      lost: 0,
    });
  });

  test('when it arrived after the settlement, though it happened in time', async () => {
    const { decisions, observe, settlement } = open();
    await decisions.record(decision('d1', { shown: shown(5) }));
    await settlement.advance(CLOSED);
    await observe({ decisionId: 'd1', item: '5', time: NOON + MINUTE });
    await observe({ decisionId: 'd1', item: '5', type: 'impression', time: NOON + MINUTE });
    await observe({ item: '5', time: NOON + MINUTE });
    expect(settlement.counters.late).toBe(1);
    expect([...settlement.replay()].map(({ rewards }) => [...rewards])).toEqual([[0]]);
  });
});

test('an event a little before its decision has a slow clock, one long before it is counted and not credited', async () => {
  const { decisions, observe, settlement } = open();
  await decisions.record(decision('d1', { shown: shown(5, 6) }));
  await observe({ decisionId: 'd1', item: '5', time: NOON - 5 * MINUTE });
  await observe({ decisionId: 'd1', item: '6', time: NOON - 5 * MINUTE - 1 });
  const [{ rewards }] = await settlement.advance(CLOSED);
  expect([...rewards]).toEqual([1, 0]);
  expect(settlement.counters).toMatchObject({ early: 1, late: 0 });
});

test('an item that succeeded twice has succeeded, and the second time is counted', async () => {
  const { decisions, observe, settlement } = open();
  await decisions.record(decision('d1', { shown: shown(5, 6) }));
  for (const type of ['click', 'play', 'finish']) {
    await observe({ decisionId: 'd1', item: '5', type, time: NOON + MINUTE });
  }
  const [{ rewards }] = await settlement.advance(CLOSED);
  expect([...rewards]).toEqual([1, 0]);
  expect(settlement.counters.repeated).toBe(2);
});

test('an event that arrives before the record of its decision is counted, and credited when that is there', async () => {
  const { decisions, observe, settlement } = open();
  await observe({ decisionId: 'd1', item: '5', time: NOON + MINUTE });
  await observe({ decisionId: 'nobody', item: '5', time: NOON + MINUTE });
  expect(settlement.counters.unrecorded).toBe(2);
  await decisions.record(decision('d1', { shown: shown(5) }));
  const settled = await settlement.advance(CLOSED);
  expect(settled.map(({ decisionId, rewards }) => [decisionId, ...rewards])).toEqual([['d1', 1]]);
  expect(settlement.counters.unrecorded).toBe(2);
});

test('positives of items that were not shown, or are not in the snapshot, are counted', async () => {
  const { decisions, observe, settlement } = open();
  await decisions.record(decision('d1', { shown: shown(5) }));
  await observe({ decisionId: 'd1', item: '6', time: NOON + MINUTE });
  await observe({ decisionId: 'd1', item: '100', time: NOON + MINUTE });
  const [{ rewards }] = await settlement.advance(CLOSED);
  expect([...rewards]).toEqual([0]);
  expect(settlement.counters.unmatched).toBe(2);
});

test('a decision with outcomes whose snapshot is gone is not called a failure', async () => {
  const { decisions, observe, settlement } = open(undefined, { catalogOf: async () => undefined });
  await decisions.record(decision('d1', { shown: shown(5) }));
  await decisions.record(decision('d2', { shown: shown(6) }));
  await observe({ decisionId: 'd1', item: '5', time: NOON + MINUTE });
  const settled = await settlement.advance(CLOSED);
  expect(settled.map(({ decisionId, rewards }) => [decisionId, ...rewards])).toEqual([['d2', 0]]);
  expect(settlement.counters.lost).toBe(1);
  expect(await settlement.advance(CLOSED)).toEqual([]);
});

describe('a crash', () => {
  test('between decision and settlement loses nothing', async () => {
    const { store, decisions, observe } = open();
    await decisions.record(decision('d1', { shown: shown(5) }));
    await observe({ decisionId: 'd1', item: '5', time: NOON + MINUTE });
    const [settled] = await open(store.crash()).settlement.advance(CLOSED);
    expect([...settled.rewards]).toEqual([1]);
  });

  test('after a settlement keeps it, and it is not made again', async () => {
    const { store, decisions, observe, settlement } = open();
    await decisions.record(decision('d1', { shown: shown(5) }));
    await observe({ decisionId: 'd1', item: '5', time: NOON + MINUTE });
    const settled = await settlement.advance(CLOSED);
    const reopened = open(store.crash()).settlement;
    expect([...reopened.replay()]).toEqual(settled);
    expect(await reopened.advance(CLOSED)).toEqual([]);
    expect(reopened.lastSequence).toBe(1);
  });

  test('before the flush leaves the decision to be settled, and the failure is told', async () => {
    const { store, decisions, settlement } = open();
    await decisions.record(decision('d1'));
    store.failNextFlush = new Error('disk full');
    await expect(settlement.advance(CLOSED)).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED' });
    expect([...settlement.replay()]).toEqual([]);
    expect(await settlement.advance(CLOSED)).toMatchObject([{ settledSequence: 1, decisionId: 'd1' }]);
  });
});

test('two settlements over one store, as two processes have them, settle each decision once', async () => {
  const { store, decisions, settlement } = open();
  for (let i = 0; i < 5; i++) await decisions.record(decision(`d${i}`));
  const other = open(store).settlement;
  const both = await Promise.all([settlement.advance(CLOSED), other.advance(CLOSED)]);
  expect(both.flat()).toHaveLength(5);
  expect([...settlement.replay()].map(({ decisionId }) => decisionId)).toEqual([
    'd0',
    'd1',
    'd2',
    'd3',
    'd4',
  ]);
});

test('a decision that expired before its settlement is left out', async () => {
  const { decisions, settlement } = open();
  await decisions.record(decision('d1'));
  await decisions.record(decision('d2', { time: NOON + 5 }));
  await decisions.expire(NOON + 1);
  expect(await settlement.advance(CLOSED)).toMatchObject([{ settledSequence: 1, decisionId: 'd2' }]);
});

test('a window or clock that is no number is refused', async () => {
  expect(() => open(undefined, { windowMs: Number.NaN })).toThrow(
    expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
  );
  await expect(open().settlement.advance(Number.NaN)).rejects.toMatchObject({
    code: 'ERR_SLUICE_INVALID_ARGUMENT',
  });
});
