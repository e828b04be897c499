/** What does a full disk do to code that writes files? */

import * as fsPromises from 'node:fs/promises';
import { vi } from 'vitest';

/**
 * A disk that is full at step `failAt` of the writes, flushes and renames through `node:fs/promises`, counted by `steps`.
 * The test file mocks that module by a copy of itself, so that it can be spied on, and restores mocks after each test.
 */
export class FullDisk {
  failAt = Number.POSITIVE_INFINITY;
  steps = 0;

  constructor() {
    const { open, rename } = fsPromises;
    vi.spyOn(fsPromises, 'open').mockImplementation(async (...args) => {
      const file = await open(...args);
      const { write, sync } = file;
      file.write = (async (...rest: Parameters<typeof write>) => {
        this.#step();
        return write.apply(file, rest);
      }) as typeof write;
      file.sync = async () => {
        this.#step();
        return sync.call(file);
      };
      return file;
    });
    vi.spyOn(fsPromises, 'rename').mockImplementation(async (...args) => {
      this.#step();
      return rename(...args);
    });
  }

  #step(): void {
    if (++this.steps === this.failAt) {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    }
  }
}
