import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine, openLmdbStore } from '../../src/index.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/online/checkpoint.ts';
import { directoryWith } from '../offline/temporary.ts';
import { NOW, snapshotIn } from './trained.ts';

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
