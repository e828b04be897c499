import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Engine, EventLog, KeyMap, openLmdbStore, RandomStream } from '../../src/index.ts';
import { directoryWith } from '../offline/temporary.ts';
import { snapshotIn } from './trained.ts';

const KILLS = 20;

/** Runs an engine in a child, kills it some milliseconds after its first acknowledgement; what it acknowledged. */
async function observeAndKill(
  snapshot: string,
  state: string,
  round: number,
  delayMs: number,
): Promise<string[]> {
  const script = join(import.meta.dirname, 'children', 'observe.mjs');
  const child = spawn(process.execPath, [script, snapshot, state, `round-${round}`]);
  let printed = '';
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), delayMs));
  const [, signal] = await once(child, 'close');
  expect(complaints).toBe('');
  expect(signal).toBe('SIGKILL');
  return printed.split('\n').slice(0, -1);
}

test(`after each of ${KILLS} kills during observe the engine opens with every acknowledged event`, async () => {
  const directory = directoryWith();
  const state = join(directory, 'state');
  const first = await openLmdbStore({ directory: state });
  const snapshot = await snapshotIn(directory, 'first', first);
  await first.close();
  const random = new RandomStream(21, 'kill');
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    acknowledged.push(...(await observeAndKill(snapshot, state, round, 60 * random.uniform())));
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
