/** Is every acknowledged event there after the process was killed in the middle of a stream of them? */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EventLog } from '../../src/log/event-log.ts';
import { KeyMap } from '../../src/log/key-map.ts';
import { openLmdbStore } from '../../src/log/lmdb-store.ts';
import { RandomStream } from '../../src/numerics/random.ts';
import { scratchDirectory } from './directories.ts';
import { linesUntilKilled } from './killed-child.ts';

const KILLS = 20;

const script = join(import.meta.dirname, 'children', 'append.mjs');

test(`after each of ${KILLS} kills the log opens with every acknowledged event, without gaps`, async () => {
  const directory = scratchDirectory();
  const random = new RandomStream(20, 'kill');
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    const ids = await linesUntilKilled(
      script,
      [directory, `round ${round}`, '1000000', '8'],
      60 * random.uniform(),
    );
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
