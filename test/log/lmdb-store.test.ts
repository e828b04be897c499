/** Does the production store refuse what it cannot open, live through a full disk, and share with another process? */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { EventLog } from '../../src/log/event-log.ts';
import { KeyMap } from '../../src/log/key-map.ts';
import { openLmdbStore } from '../../src/log/lmdb-store.ts';
import { scratchDirectory } from './directories.ts';
import { event } from './records.ts';

const child = (name: string) => join(import.meta.dirname, 'children', name);

/** A directory with a store of a hundred pages. */
async function storeOnDisk(): Promise<string> {
  const directory = scratchDirectory();
  const store = await openLmdbStore({ directory });
  for (let key = 0; key < 50; key++) await store.write([{ table: 't', key, value: new Uint8Array(6000) }]);
  await store.close();
  return directory;
}

describe('a store that cannot be opened is refused', () => {
  test('when its file holds something else', async () => {
    const directory = scratchDirectory();
    for (const content of ['x', 'no database '.repeat(1000), '\0'.repeat(8192)]) {
      writeFileSync(join(directory, 'data.mdb'), content);
      await expect(openLmdbStore({ directory })).rejects.toMatchObject({ code: 'ERR_SLUICE_RECORD_DAMAGED' });
    }
  });

  test('when its file was cut short', async () => {
    for (const length of [100, 4096, 8192]) {
      const directory = await storeOnDisk();
      truncateSync(join(directory, 'data.mdb'), length);
      await expect(openLmdbStore({ directory })).rejects.toMatchObject({ code: 'ERR_SLUICE_RECORD_DAMAGED' });
    }
  });

  test('when it has the data format of another version', async () => {
    const directory = await storeOnDisk();
    const path = join(directory, 'data.mdb');
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(3, 28);
    writeFileSync(path, bytes);
    await expect(openLmdbStore({ directory })).rejects.toMatchObject({ code: 'ERR_SLUICE_RECORD_TOO_NEW' });
  });

  test('when the directory cannot be made or written', async () => {
    const directory = scratchDirectory();
    const file = join(directory, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      await expect(openLmdbStore({ directory: path })).rejects.toMatchObject({
        code: 'ERR_SLUICE_STORE_FAILED',
        remedy: expect.stringContaining('can be written'),
      });
    }
    const occupied = join(directory, 'occupied');
    mkdirSync(join(occupied, 'data.mdb'), { recursive: true });
    await expect(openLmdbStore({ directory: occupied })).rejects.toMatchObject({
      code: 'ERR_SLUICE_STORE_FAILED',
    });
    await expect(openLmdbStore({ directory: '' })).rejects.toMatchObject({
      code: 'ERR_SLUICE_INVALID_ARGUMENT',
    });
  });
});

test('an empty file, and a directory whose name has a dot, become stores', async () => {
  const directory = join(scratchDirectory(), 'state.v1', 'deep');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'data.mdb'), '');
  for (const path of [directory, join(directory, 'x.db')]) {
    const store = await openLmdbStore({ directory: path });
    await store.write([{ table: 't', key: 1, value: Uint8Array.of(1) }]);
    await store.close();
    expect(readFileSync(join(path, 'data.mdb')).length).toBeGreaterThan(0);
  }
});

test('what was written is there after reopening', async () => {
  const store = await openLmdbStore({ directory: await storeOnDisk() });
  expect([...store.range('t')]).toHaveLength(50);
  await store.close();
});

test('two processes that append at once lose nothing and leave no gap', async () => {
  const directory = scratchDirectory();
  const store = await openLmdbStore({ directory });
  const users = new KeyMap(store);
  const log = new EventLog(store, users);
  const other = spawn(process.execPath, [child('append.mjs'), directory, 'theirs', '300', '8']);
  const printed = text(other.stdout);
  const complaints = text(other.stderr);
  const ended = once(other, 'exit');
  const ours: number[] = [];
  for (let i = 0; other.exitCode === null || i < 300; i++) {
    const sent = Array.from({ length: 4 }, (_, k) =>
      event(`ours-${i}-${k}`, { user: `user ${(4 * i + k) % 17}` }),
    );
    for (const { sequence } of await Promise.all(sent.map((e) => log.append({ ...e, time: Date.now() })))) {
      ours.push(sequence);
    }
  }
  await ended;
  expect(await complaints).toBe('');
  const theirs = (await printed).trim().split('\n');
  expect(theirs).toHaveLength(300);
  const events = [...log.read()];
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
  expect(events).toHaveLength(theirs.length + ours.length);
  const ids = new Set(events.map(({ id }) => id));
  expect(theirs.filter((id) => !ids.has(id))).toEqual([]);
  const numbers = new Set(events.map(({ userNumber }) => userNumber));
  expect(numbers.size).toBe(17);
  for (const number of numbers) expect(users.lookup(users.keyOf(number)!)).toBe(number);
  const overlap = events.filter(({ id }, i) => i > 0 && id[0] !== events[i - 1].id[0]).length;
  expect(overlap).toBeGreaterThan(1);
  await store.close();
});

test.skipIf(process.platform === 'win32')(
  'a full disk refuses events by code, keeps those acknowledged, and ends no process',
  async () => {
    const directory = scratchDirectory();
    // A limit on the size of files stands for the full disk: 1 MiB, in units of 512 or 1024 bytes.
    const command = 'ulimit -f 1024 && exec "$0" "$1" "$2"';
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      command,
      process.execPath,
      child('fill-disk.mjs'),
      directory,
    ]);
    const { acknowledged, refused, readable } = JSON.parse(stdout);
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(readable).toBe(acknowledged.length);
    for (const { code, remedy } of refused) {
      expect(code).toBe('ERR_SLUICE_STORE_FAILED');
      expect(remedy).toContain('disk has space');
    }
    const store = await openLmdbStore({ directory });
    const log = new EventLog(store, new KeyMap(store));
    expect([...log.read()].map(({ id }) => id)).toEqual(acknowledged);
    expect(await log.append(event(refused[0].id, { time: Date.now() }))).toMatchObject({
      sequence: acknowledged.length + 1,
      duplicate: false,
    });
    await store.close();
  },
);
