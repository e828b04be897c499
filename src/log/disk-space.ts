/** Is there room for a write? Asked before lmdb is, whose error for a full disk can end the process. */

import { statfsSync } from 'node:fs';
import { SluiceError } from '../errors.ts';

/** What stays free: for what others write meanwhile, and for lmdb's own pages. */
const RESERVE = 8 * 2 ** 20;

/** Pages that a write copies beside its value, at most, but for the deepest of trees. */
const COPIED = 4 * 4096;

/**
 * The room on the disk of a directory, less what writes under way will take.
 *
 * lmdb 3.5 formats the failure of a write to a full disk into a buffer that is too small for positions from 10 MB, and
 * damages the heap. A disk that others fill within one commit can still bring that about; the state is whole then, as
 * after a crash. Cost: one `statfs`, about 2 us.
 */
export class DiskSpace {
  readonly #directory: string;
  #underWay = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Claims room for values of so many bytes in all.
   * @returns gives the claim back, once the write has ended.
   * @throws ERR_SLUICE_STORE_FAILED where less than 8 MiB would stay free.
   */
  claim(values: number, bytes: number): () => void {
    const wanted = bytes + values * COPIED;
    const free = this.#free();
    if (free - this.#underWay - wanted < RESERVE) {
      throw new SluiceError(
        'ERR_SLUICE_STORE_FAILED',
        `Expected room to write to the store but the disk of ${this.#directory} has ${free} bytes left, of which ${RESERVE} stay free`,
        { details: { code: 'ENOSPC', free } },
      );
    }
    this.#underWay += wanted;
    return () => {
      this.#underWay -= wanted;
    };
  }

  #free(): number {
    try {
      const { bavail, blocks, bsize } = statfsSync(this.#directory);
      // A file system that does not count its blocks.
      return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }
}
