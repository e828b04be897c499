/** Does a service that is killed and restored again and again decide as one that runs on? */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DecisionLog, openLmdbStore, RandomStream } from '../../src/index.ts';
import { directoryWith } from '../offline/temporary.ts';
import { snapshotIn } from './trained.ts';

const STEPS = 40;
const KILLS = 4;

const script = join(import.meta.dirname, 'children', 'live.mjs');

/** Runs steps until all are done or, if told, SIGKILL some milliseconds after the first. */
async function live(args: readonly string[], first: number, killAfterMs?: number) {
  const child = spawn(process.execPath, [script, ...args, String(first), String(STEPS)]);
  let printed = '';
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  child.stdout.on('data', (chunk) => (printed += chunk));
  if (killAfterMs !== undefined)
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), killAfterMs));
  const [code, signal] = await once(child, 'close');
  expect(complaints).toBe('');
  expect(code ?? signal).toBe(signal === null ? 0 : 'SIGKILL');
  return { next: first + printed.split('\n').length - 1, killed: signal !== null };
}

/** All that was decided, but for the numbers of people, which are drawn. */
async function decisionsIn(state: string) {
  const store = await openLmdbStore({ directory: state });
  const decisions = Array.from(new DecisionLog(store).range(), ({ userNumber: _, ...record }) => record);
  await store.close();
  return decisions;
}

test.each(['thompson', 'lin-ts'])(
  `killed ${KILLS} times, %s makes the decisions that it makes without`,
  async (policy) => {
    const directory = directoryWith();
    const [whole, torn] = [join(directory, 'whole'), join(directory, 'torn')];
    const store = await openLmdbStore({ directory: whole });
    const snapshot = await snapshotIn(directory, 'first', store);
    await store.close();
    cpSync(whole, torn, { recursive: true });
    expect(await live([snapshot, whole, policy], 0)).toEqual({ next: STEPS, killed: false });
    const random = new RandomStream(3, 'kills');
    let step = 0;
    let kills = 0;
    for (let life = 0; life < KILLS; life++) {
      const { next, killed } = await live([snapshot, torn, policy], step, 60 * random.uniform());
      step = next;
      if (killed) kills++;
    }
    expect(kills).toBeGreaterThan(0);
    expect(await live([snapshot, torn, policy], step)).toEqual({ next: STEPS, killed: false });
    const expected = await decisionsIn(whole);
    expect(expected).toHaveLength(STEPS);
    expect(expected.at(-1)?.stateSequence).toBeGreaterThan(STEPS / 2);
    expect(await decisionsIn(torn)).toEqual(expected);
  },
);
