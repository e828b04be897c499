/** Do records come back as they were written, and are others refused? */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordReader, RecordWriter } from '../../src/log/codec.ts';
import type { DecisionRecord } from '../../src/log/decision.ts';
import { decodeDecision, encodeDecision } from '../../src/log/decision-codec.ts';
import { decodeEvent, encodeEvent } from '../../src/log/event-codec.ts';
import { decision } from './records.ts';

/** Bytes that the first version of the codec wrote. */
const VERSION_1 = {
  d1: 'AQJkMQAAYI823nlCBwRob21lQGFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWEDHmJldGEtdGhvbXBzb24gMSB7ImZsb29yIjowLjAxfQAAAAAAAEVAAwYAAAAFAAAACAAAAAOamZk+zczMPs3MzD0DAAAAAAAA4D8AAAAAAADQPwAAAAAAAMA/AcgBAARmYXN0AAABBAUAAAAGAAAABwAAAAgAAAAEzczMPpqZmT7NzEw+zczMPWkaWs8=',
  d2: 'AQJkMgAAYI823nlCBwRob21lQGFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWEDHmJldGEtdGhvbXBzb24gMSB7ImZsb29yIjowLjAxfQAAAAAAAEVAAwYAAAAFAAAACAAAAAOamZk+zczMPs3MzD0DAAAAAAAA4D8AAAAAAADQPwAAAAAAAMA/AAABB2NvbnRyb2wEZmFzdIC23AUBAMRaaKY=',
};

const text = fc.string({ unit: 'binary', maxLength: 30 });
const count = fc.oneof(fc.nat(), fc.maxSafeNat());
const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, Infinity, 5e-324));
const event = fc.record({
  id: text,
  userNumber: count,
  item: text,
  type: text,
  time: number,
  value: number,
  receivedAt: number,
});
const withheld = fc.record({
  share: fc.double({ noNaN: true }),
  rows: fc.uint32Array(),
  scores: fc.float32Array(),
  places: fc.uint32Array(),
});
const routing = fc.record({
  purpose: text,
  bought: fc.boolean(),
  reason: text,
  propensity: number,
  version: text,
  features: fc.float64Array({ maxLength: 40 }),
  gain: fc.record({ mean: number, low: number, high: number }),
  lambda: number,
  expectedCost: fc.option(count),
  cost: count,
});
const decisions: fc.Arbitrary<DecisionRecord> = fc.record({
  decisionId: text,
  time: number,
  userNumber: count,
  surface: text,
  snapshot: text,
  stateSequence: count,
  policy: text,
  seed: number,
  context: fc.option(fc.float32Array({ maxLength: 64 })),
  pool: fc.option(fc.record({ rows: fc.uint32Array({ maxLength: 300 }), scores: fc.float32Array() })),
  shown: fc.record(
    {
      rows: fc.uint32Array(),
      scores: fc.float32Array(),
      propensities: fc.float64Array(),
      conditional: fc.float64Array(),
    },
    { requiredKeys: ['rows', 'scores', 'propensities'] },
  ),
  propensityState: fc.constantFrom('exact', 'pending'),
  holdout: fc.option(text),
  route: text,
  cost: count,
  degraded: fc.boolean(),
});

test('every event comes back', () => {
  fc.assert(
    fc.property(
      event,
      fc.option(
        text.filter((id) => id !== ''),
        { nil: undefined },
      ),
      (plain, decisionId) => {
        const written = decisionId === undefined ? plain : { ...plain, decisionId };
        expect(decodeEvent(7, encodeEvent(written))).toEqual({ sequence: 7, ...written });
      },
    ),
    { seed: 1 },
  );
});

test('every decision comes back, bit for bit', () => {
  fc.assert(
    fc.property(
      decisions,
      fc.record(
        { withheld, order: fc.uint32Array(), routings: fc.array(routing, { minLength: 1, maxLength: 3 }) },
        { requiredKeys: [] },
      ),
      (plain, more) => {
        const written = { ...plain, ...more };
        expect(decodeDecision(encodeDecision(written))).toEqual(written);
      },
    ),
    { seed: 2 },
  );
});

test('whole numbers up to 2^53 - 1 come back, the small ones in one byte', () => {
  for (const value of [0, 1, 127, 128, 16383, 16384, 2 ** 32, 2 ** 49, 2 ** 53 - 1]) {
    expect(new RecordReader(new RecordWriter(1).count(value).finish(), 'record', 1).count()).toBe(value);
  }
  expect(new RecordWriter(1).count(127).finish()).toHaveLength(6);
});

test('any changed, missing or added byte is refused as damage', () => {
  const bytes = encodeDecision(decision('d1'));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Uint8Array.from(bytes);
      changed[at] ^= change;
      expect(() => decodeDecision(changed)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_RECORD_DAMAGED' }),
      );
    }),
    { seed: 3, numRuns: 300 },
  );
  for (const other of [
    bytes.subarray(0, -1),
    bytes.subarray(1),
    Uint8Array.of(...bytes, 0),
    new Uint8Array(0),
  ]) {
    expect(() => decodeDecision(other)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_RECORD_DAMAGED' }),
    );
  }
});

test('a field that ends beyond the record, and fields left over, are damage even under a right checksum', () => {
  const damage = expect.objectContaining({ code: 'ERR_SLUICE_RECORD_DAMAGED' });
  expect(() => decodeEvent(1, new RecordWriter(1).count(1e9).finish())).toThrow(damage);
  const more = new RecordWriter(1).byte(1).byte(2).finish();
  const reader = new RecordReader(more, 'record', 1);
  reader.byte();
  expect(() => reader.finish()).toThrow(damage);
});

test('a record of a later version is refused as such', () => {
  const later = new RecordWriter(5).text('what a later version wrote').finish();
  for (const decode of [() => decodeDecision(later), () => decodeEvent(1, later)]) {
    expect(decode).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_RECORD_TOO_NEW' }));
  }
});

describe('a decision as version 1 wrote it', () => {
  const then = {
    shown: {
      rows: Uint32Array.of(6, 5, 8),
      scores: Float32Array.of(0.3, 0.4, 0.1),
      propensities: Float64Array.of(0.5, 0.25, 0.125),
    },
    context: null,
  };

  test.each([
    ['d1', { ...then, propensityState: 'estimated', draws: 200 }],
    ['d2', { ...then, propensityState: 'exact', pool: null, holdout: 'control', cost: 12e6, degraded: true }],
  ] as const)('is read: %s', (id, changes) => {
    expect(decodeDecision(Buffer.from(VERSION_1[id], 'base64'))).toEqual(decision(id, changes));
  });
});

test('a decision as version 2 wrote it is read', () => {
  const bytes =
    'AgJkMQAAYI823nlCBwRob21lQGFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWEDHmJldGEtdGhvbXBzb24gMSB7ImZsb29yIjowLjAxfQAAAAAAAEVAAwYAAAAFAAAACAAAAAOamZk+zczMPs3MzD0DAAAAAAAA4D8AAAAAAADQPwAAAAAAAMA/AAAABGZhc3QAAAABAgAAgD4AAMC/AQMAAAAAAADgPwAAAAAAAOA/AAAAAAAA0D9aNV+c';
  const shown = {
    rows: Uint32Array.of(6, 5, 8),
    scores: Float32Array.of(0.3, 0.4, 0.1),
    propensities: Float64Array.of(0.5, 0.25, 0.125),
    conditional: Float64Array.of(0.5, 0.5, 0.25),
  };
  expect(decodeDecision(Buffer.from(bytes, 'base64'))).toEqual(
    decision('d1', { shown, propensityState: 'exact', pool: null }),
  );
});

test('a decision as version 3 wrote it is read', () => {
  const bytes =
    'AwJkMQAAYI823nlCBwRob21lQGFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWEDHmJldGEtdGhvbXBzb24gMSB7ImZsb29yIjowLjAxfQAAAAAAAEVAAwYAAAAFAAAACAAAAAOamZk+zczMPs3MzD0DAAAAAAAA4D8AAAAAAADgPwAAAAAAANA/AAABBmF1dHVtbgRmYXN0AAABBAUAAAAGAAAABwAAAAgAAAAEzczMPpqZmT7NzEw+zczMPQECAACAPgAAwL8AAQAAAAAAANA/AQkAAAABAAAAPwEBAAAAquJIJA==';
  const written = decision('d1', {
    holdout: 'autumn',
    withheld: {
      share: 0.25,
      rows: Uint32Array.of(9),
      scores: Float32Array.of(0.5),
      places: Uint32Array.of(1),
    },
    shown: {
      rows: Uint32Array.of(6, 5, 8),
      scores: Float32Array.of(0.3, 0.4, 0.1),
      propensities: Float64Array.of(0.5, 0.5, 0.25),
    },
    propensityState: 'exact',
  });
  expect(decodeDecision(Buffer.from(bytes, 'base64'))).toEqual(written);
});

test('a decision with a pool of 256 takes at most 3 KB', () => {
  const pool = { rows: new Uint32Array(256).fill(4e9), scores: new Float32Array(256) };
  expect(encodeDecision({ ...decision('d1'), pool }).length).toBeLessThan(3000);
});
