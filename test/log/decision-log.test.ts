/** Is every decision kept as it was made, completed once, found by time, and let go in time? */

import { describe, expect, test } from 'vitest';
import type { DecisionRecord } from '../../src/log/decision.ts';
import { DecisionLog } from '../../src/log/decision-log.ts';
import { ForgetfulStore } from './forgetful-store.ts';
import { decision, NOON } from './records.ts';

const HALVES = Float64Array.of(0.5, 0.5, 0.5);
const INVALID = { code: 'ERR_SLUICE_INVALID_ARGUMENT' };
const exact = (id: string, changes: Partial<DecisionRecord> = {}) =>
  decision(id, {
    propensityState: 'exact',
    shown: { rows: Uint32Array.of(1), scores: Float32Array.of(0.5), propensities: Float64Array.of(1) },
    ...changes,
  });
const idsOf = (records: Iterable<DecisionRecord>) => [...records].map(({ decisionId }) => decisionId);
const turn = () => new Promise(setImmediate);

describe('recording', () => {
  test('gives the record back, bit for bit', async () => {
    const log = new DecisionLog(new ForgetfulStore());
    const records = [
      decision('d1'),
      exact('d2', { pool: null, holdout: 'control', degraded: true, cost: 12_000_000 }),
    ];
    for (const record of records) await log.record(record);
    expect([log.get('d1'), log.get('d2')]).toEqual(records);
    expect(log.get('d3')).toBeUndefined();
  });

  test('keeps what the arrays held at the call', async () => {
    const log = new DecisionLog(new ForgetfulStore());
    const record = decision('d1');
    const recording = log.record(record);
    record.shown.rows.fill(0);
    await recording;
    expect(log.get('d1')?.shown.rows).toEqual(decision('d1').shown.rows);
  });

  test('is acknowledged after the flush, and a failed one is told and may be repeated', async () => {
    const store = new ForgetfulStore({ flushes: 'held' });
    const log = new DecisionLog(store);
    let recorded = false;
    const recording = log.record(decision('d1')).then(() => (recorded = true));
    await turn();
    expect(recorded).toBe(false);
    expect(new DecisionLog(store.crash()).get('d1')).toBeUndefined();
    store.flush();
    await recording;

    const another = new ForgetfulStore();
    const again = new DecisionLog(another);
    another.failNextFlush = new Error('disk full');
    await expect(again.record(decision('d1'))).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED' });
    await again.record(decision('d1'));
    expect(again.get('d1')).toEqual(decision('d1'));
  });

  test('refuses an id that is taken, even by a record under way', async () => {
    const log = new DecisionLog(new ForgetfulStore());
    const attempts = await Promise.allSettled([log.record(decision('d1')), log.record(exact('d1'))]);
    expect(attempts).toMatchObject([{ status: 'fulfilled' }, { reason: INVALID }]);
    expect(log.get('d1')).toEqual(decision('d1'));
  });

  const shown = (changes: object) => ({ shown: { ...exact('d').shown, ...changes } });
  const withheld = (changes: object = {}) => ({
    share: 0.05,
    rows: Uint32Array.of(77),
    scores: Float32Array.of(0.5),
    places: Uint32Array.of(0),
    ...changes,
  });
  const wrong: [string, object][] = [
    ['an empty id', { decisionId: '' }],
    ['no surface', { surface: undefined }],
    ['no snapshot', { snapshot: '' }],
    ['no policy', { policy: '' }],
    ['no route', { route: '' }],
    ['an empty holdout arm', { holdout: '' }],
    ['a time that is no number', { time: Number.NaN }],
    ['a time before 1970', { time: -1 }],
    ['a seed that is no number', { seed: Infinity }],
    ['a negative user number', { userNumber: -1 }],
    ['a fraction of a sequence', { stateSequence: 1.5 }],
    ['a cost in fractions', { cost: 0.1 }],
    ['a pool of unequal columns', { pool: { rows: Uint32Array.of(1, 2), scores: Float32Array.of(1) } }],
    ['scores of another length', shown({ scores: new Float32Array(2) })],
    ['scores of another type', shown({ scores: new Float64Array(1) })],
    ['propensities of another length', shown({ propensities: new Float64Array(2).fill(0.5) })],
    ['a propensity of 0', shown({ propensities: Float64Array.of(0) })],
    ['a propensity above 1', shown({ propensities: Float64Array.of(1.0000001) })],
    ['a propensity that is no number', shown({ propensities: Float64Array.of(Number.NaN) })],
    ['an unknown state', { propensityState: 'guessed' }],
    ['an estimate without draws', { propensityState: 'estimated' }],
    ['draws without an estimate', { draws: 10 }],
    ['withheld items of no experiment', { withheld: withheld() }],
    [
      'withheld items of another length',
      { holdout: 'a', withheld: withheld({ places: new Uint32Array(2) }) },
    ],
    ['items withheld for sure', { holdout: 'a', withheld: withheld({ share: 1 }) }],
    [
      'a withheld item that was shown',
      { holdout: 'a', withheld: withheld({ rows: exact('d').shown.rows.slice(0, 1) }) },
    ],
  ];

  test.each(wrong)('refuses %s', async (_, changes) => {
    const log = new DecisionLog(new ForgetfulStore());
    await expect(log.record(exact('d', changes as Partial<DecisionRecord>))).rejects.toMatchObject(INVALID);
    expect(idsOf(log.range())).toEqual([]);
  });
});

describe('completing', () => {
  test('turns a pending decision into an estimated one, even while it is being recorded', async () => {
    const log = new DecisionLog(new ForgetfulStore());
    const propensities = HALVES.slice();
    const both = [log.record(decision('d1')), log.complete('d1', propensities, 200)];
    propensities.fill(0);
    await Promise.all(both);
    expect(log.get('d1')).toEqual(
      decision('d1', {
        propensityState: 'estimated',
        draws: 200,
        shown: { ...decision('d').shown, propensities: HALVES },
      }),
    );
    expect([...log.pending()]).toEqual([]);
  });

  test('is refused for what is not pending, not known, or not a probability for each item', async () => {
    const log = new DecisionLog(new ForgetfulStore());
    await log.record(exact('d1'));
    await log.record(decision('d2'));
    await expect(log.complete('d1', Float64Array.of(1), 9)).rejects.toMatchObject(INVALID);
    await expect(log.complete('d3', HALVES, 9)).rejects.toMatchObject({
      code: 'ERR_SLUICE_UNKNOWN_DECISION',
    });
    await expect(log.complete('d2', HALVES.subarray(1), 9)).rejects.toMatchObject(INVALID);
    await expect(log.complete('d2', Float64Array.of(0.5, 0, 0.5), 9)).rejects.toMatchObject(INVALID);
    await expect(log.complete('d2', HALVES, 0)).rejects.toMatchObject(INVALID);
    expect(log.get('d2')?.propensityState).toBe('pending');
    const twice = await Promise.allSettled([log.complete('d2', HALVES, 9), log.complete('d2', HALVES, 9)]);
    expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('can be taken up after a crash: the pending ids are there', async () => {
    const store = new ForgetfulStore();
    const log = new DecisionLog(store);
    for (const record of [decision('d1'), decision('d2'), exact('d3'), decision('d4')])
      await log.record(record);
    await log.complete('d2', HALVES, 9);
    const reopened = new DecisionLog(store.crash());
    expect([...reopened.pending()]).toEqual(['d1', 'd4']);
    await reopened.complete('d1', HALVES, 9);
    expect([...reopened.pending()]).toEqual(['d4']);
  });
});

test('a range holds its start and not its end, by time and then by id', async () => {
  const log = new DecisionLog(new ForgetfulStore());
  for (const [id, after] of [
    ['b', 10],
    ['a', 10],
    ['c', 5],
    ['d', 10.5],
    ['e', 11],
  ] as const) {
    await log.record(exact(id, { time: NOON + after }));
  }
  expect(idsOf(log.range())).toEqual(['c', 'a', 'b', 'd', 'e']);
  expect(idsOf(log.range({ from: NOON + 10, to: NOON + 11 }))).toEqual(['a', 'b', 'd']);
  expect(idsOf(log.range({ from: NOON + 10.2 }))).toEqual(['d', 'e']);
  expect(idsOf(log.range({ to: NOON + 10.5 }))).toEqual(['c', 'a', 'b']);
});

test('expired decisions leave no trace, and the snapshots they alone referred to are free', async () => {
  const store = new ForgetfulStore();
  const log = new DecisionLog(store);
  expect(log.snapshotsInUse()).toEqual([]);
  for (let i = 0; i < 600; i++) {
    const snapshot = i < 300 ? 's1' : i < 400 ? 's10' : 's2';
    await log.record(decision(`d${i}`, { time: NOON + i, snapshot }));
  }
  expect(log.snapshotsInUse()).toEqual(['s1', 's10', 's2']);
  expect(await log.expire(NOON + 399)).toBe(399);
  expect(log.snapshotsInUse()).toEqual(['s10', 's2']);
  expect(await log.expire(NOON + 400)).toBe(1);
  expect(log.snapshotsInUse()).toEqual(['s2']);
  expect(log.get('d0')).toBeUndefined();
  expect(log.get('d400')).toBeDefined();
  expect([...log.pending()]).toHaveLength(200);
  expect([...store.range('decisions-unsettled')]).toHaveLength(200);
  await log.expire(NOON + 10_000);
  const tables = [
    'decisions',
    'decisions-by-time',
    'decisions-pending',
    'decisions-of-snapshot',
    'decisions-unsettled',
  ];
  expect(tables.flatMap((table) => [...store.range(table)])).toEqual([]);
});
