/** Is every acknowledged event there after the process was killed in the middle of a stream of them? */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EventLog } from '../../src/log/event-log.ts';
import { KeyMap } from '../../src/log/key-map.ts';
import { openLmdbStore } from '../../src/log/lmdb-store.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import { scratchDirectory } from './directories.ts';

const KILLS = 20;

/** Appends from a child, kills it some milliseconds after its first acknowledgement; what it had printed by then. */
async function appendAndKill(directory: string, round: number, delayMs: number): Promise<string[]> {
  const script = join(import.meta.dirname, 'children', 'append.mjs');
  const child = spawn(process.execPath, [script, directory, `round ${round}`, '1000000', '8']);
  let printed = '';
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), delayMs));
  const [, signal] = await once(child, 'close');
  expect(complaints).toBe('');
  expect(signal).toBe('SIGKILL');
  // A line that was cut by the kill was acknowledged all the same, but its id is not known whole.
  return printed.split('\n').slice(0, -1);
}

test(`after each of ${KILLS} kills the log opens with every acknowledged event, without gaps`, async () => {
  const directory = scratchDirectory();
  const random = new RandomStream(20, 'kill');
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    const ids = await appendAndKill(directory, round, 60 * random.uniform());
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) acknowledged.push(id);

    const store = await openLmdbStore({ directory });
    const log = new EventLog(store, new KeyMap(store));
    const events = [...log.read()];
    expect(events.every(({ sequence }, i) => sequence === i + 1)).toBe(true);
    const kept = new Set(events.map(({ id }) => id));
    expect(kept.size).toBe(events.length);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);

    const ofUsers = new Map<number, number[]>();
    for (const { userNumber, sequence } of events) {
      const sequences = ofUsers.get(userNumber);
      if (sequences) sequences.push(sequence);
      else ofUsers.set(userNumber, [sequence]);
    }
    for (const [userNumber, sequences] of ofUsers) {
      expect([...log.ofUser(userNumber)].map(({ sequence }) => sequence)).toEqual(sequences);
    }
    await store.close();
  }
});
