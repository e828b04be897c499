import { expect, test } from 'vitest';
import { type DecisionRecord, exposuresOf, type LoggedEvent, NO_PLACE } from '../../../src/index.ts';
import { decision, NOON } from '../../log/records.ts';

const itemOf = (_: string, row: number) => `item-${row}`;

/** A decision that showed one row and withheld another from person 7. */
const withheld = (id: string, shown: number, ghost: number | null, changes: Partial<DecisionRecord> = {}) =>
  decision(id, {
    shown: {
      rows: Uint32Array.of(shown),
      scores: Float32Array.of(0.5),
      propensities: Float64Array.of(1),
    },
    propensityState: 'exact',
    holdout: 'spring',
    withheld: {
      share: 0.25,
      rows: Uint32Array.from(ghost === null ? [] : [ghost]),
      scores: Float32Array.from(ghost === null ? [] : [0.25]),
      places: Uint32Array.from(ghost === null ? [] : [0]),
    },
    ...changes,
  });

/** The same, with an item withheld that would not have been shown. */
const beside = (record: DecisionRecord): DecisionRecord => ({
  ...record,
  withheld: {
    share: 0.25,
    rows: Uint32Array.of(6, 8),
    scores: Float32Array.of(0.25, 0.1),
    places: Uint32Array.of(0, NO_PLACE),
  },
});

const play = (userNumber: number, item: string, time: number, changes: Partial<LoggedEvent> = {}) =>
  ({
    sequence: 1,
    id: 'e',
    userNumber,
    item,
    type: 'play',
    time,
    value: 1,
    receivedAt: time,
    ...changes,
  }) as LoggedEvent;

const among = (events: LoggedEvent[]) => ({
  ofUser: (userNumber: number) => events.filter((event) => event.userNumber === userNumber),
});

test('exposures and ghosts are rows of a trial, with whatever was played within the window', () => {
  const events = among([
    play(7, 'item-6', NOON + 1000),
    play(8, 'item-5', NOON + 1000),
    play(9, 'item-6', NOON - 1),
    play(9, 'item-5', NOON + 60_001),
    play(10, 'item-6', NOON, { type: 'impression' }),
  ]);
  const records = [7, 8, 9, 10].map((userNumber) => beside(withheld(`d${userNumber}`, 5, 6, { userNumber })));
  const trial = exposuresOf(records, { events, itemOf, windowMs: 60_000 });
  expect(trial.userNumbers).toEqual(Float64Array.of(7, 7, 8, 8, 9, 9, 10, 10));
  expect(trial.items.slice(0, 2)).toEqual(['item-5', 'item-6']);
  expect(trial.treatment).toEqual(Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0));
  expect(trial.outcomes).toEqual(Float64Array.of(0, 1, 1, 0, 0, 0, 0, 0));
  expect(trial.scores.slice(0, 2)).toEqual(Float64Array.of(0.5, 0.25));
  expect(new Set(trial.propensities)).toEqual(new Set([0.75]));
});

test('only the first exposure of a person to an item on a surface counts', () => {
  const records = [
    withheld('a', 5, 6),
    withheld('b', 5, 6, { time: NOON + 1 }),
    withheld('c', 5, null, { surface: 'billboard' }),
  ];
  const trial = exposuresOf(records, { events: among([]), itemOf });
  expect(trial.decisionIds).toEqual(['a', 'a', 'c']);
});

test('decisions without a holdout, and those cut short, are left out', () => {
  const records = [decision('plain'), withheld('late', 5, 6, { degraded: true })];
  expect(exposuresOf(records, { events: among([]), itemOf }).treatment).toHaveLength(0);
});

test('a window that is none is refused', () => {
  for (const windowMs of [0, Number.NaN, Infinity]) {
    expect(() => exposuresOf([], { events: among([]), itemOf, windowMs })).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  }
});
