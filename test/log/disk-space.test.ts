/** Is a write refused before the disk is full, and taken when there is room again? */

import * as fs from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DiskSpace } from '../../src/log/disk-space.ts';
import { openLmdbStore } from '../../src/log/lmdb-store.ts';
import { scratchDirectory } from './directories.ts';

vi.mock('node:fs', async (original) => ({ ...(await original<typeof fs>()) }));
afterEach(() => void vi.restoreAllMocks());

const MIB = 2 ** 20;

/** A disk with so many bytes left, in blocks of 512. */
function diskWith(left: number): { left: number } {
  const disk = { left };
  vi.spyOn(fs, 'statfsSync').mockImplementation((() => ({
    bavail: disk.left / 512,
    blocks: 1e9,
    bsize: 512,
  })) as never);
  return disk;
}

describe('room on a disk', () => {
  test('is refused where less than 8 MiB would stay free, with the bytes that are left', () => {
    diskWith(9 * MIB);
    const space = new DiskSpace('/state');
    expect(() => space.claim(1, MIB)).toThrow(
      expect.objectContaining({
        code: 'ERR_SLUICE_STORE_FAILED',
        message: expect.stringContaining(`/state has ${9 * MIB} bytes left`),
        details: { code: 'ENOSPC', free: 9 * MIB },
      }),
    );
    space.claim(1, MIB - 4 * 4096)();
  });

  test('that a write under way has claimed is not given twice', () => {
    diskWith(10 * MIB);
    const space = new DiskSpace('/state');
    const give = space.claim(1, MIB);
    expect(() => space.claim(1, MIB)).toThrow(/bytes left/);
    give();
    space.claim(1, MIB)();
  });

  test('is taken for granted where the system does not tell', () => {
    const statfs = vi.spyOn(fs, 'statfsSync').mockReturnValue({ bavail: 0, blocks: 0, bsize: 4096 } as never);
    const space = new DiskSpace('/state');
    space.claim(1, MIB)();
    statfs.mockImplementation(() => {
      throw new Error('ENOSYS');
    });
    space.claim(1, MIB)();
    expect(statfs).toHaveBeenCalledTimes(2);
  });
});

test('a store refuses writes while its disk is nearly full, reads on, and takes them when there is room', async () => {
  const disk = diskWith(100 * MIB);
  const store = await openLmdbStore({ directory: scratchDirectory() });
  const put = (key: number) => store.write([{ table: 't', key, value: Uint8Array.of(key) }]);
  await put(1);
  disk.left = 8 * MIB;
  await expect(put(2)).rejects.toMatchObject({ code: 'ERR_SLUICE_STORE_FAILED' });
  await expect(store.write([{ table: 'new', key: 1, value: null }])).rejects.toMatchObject({
    code: 'ERR_SLUICE_STORE_FAILED',
  });
  expect([store.get('t', 1), store.get('t', 2)]).toEqual([expect.anything(), undefined]);
  disk.left = 100 * MIB;
  await Promise.all(Array.from({ length: 100 }, (_, i) => put(i)));
  disk.left = 9 * MIB;
  await put(200);
  expect(store.get('t', 200)?.[0]).toBe(200);
  await store.close();
});
