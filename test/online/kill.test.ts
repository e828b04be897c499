import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Engine, EventLog, KeyMap, openLmdbStore, RandomStream } from '../../src/index.ts';
import { linesUntilKilled } from '../log/killed-child.ts';
import { directoryWith } from '../offline/temporary.ts';
import { snapshotIn } from './trained.ts';

const KILLS = 20;

const script = join(import.meta.dirname, 'children', 'observe.mjs');

test(`after each of ${KILLS} kills during observe the engine opens with every acknowledged event`, async () => {
  const directory = directoryWith();
  const state = join(directory, 'state');
  const first = await openLmdbStore({ directory: state });
  const snapshot = await snapshotIn(directory, 'first', first);
  await first.close();
  const random = new RandomStream(21, 'kill');
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    acknowledged.push(
      ...(await linesUntilKilled(script, [snapshot, state, `round-${round}`], 60 * random.uniform())),
    );
    const store = await openLmdbStore({ directory: state });
    const kept = new Set(Array.from(new EventLog(store, new KeyMap(store)).read(), ({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    await store.close();
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  const engine = await Engine.open({ snapshot, state });
  expect((await engine.recommend({ user: 'user-1', deadlineMs: 5000 })).items.length).toBeGreaterThan(0);
  await engine.close();
});
