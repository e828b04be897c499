/** How does a file or directory appear whole or not at all? Written beside its path, flushed, and renamed. */

import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SluiceError } from '../errors.ts';

/** What stands at the path in the end. */
export interface Writing {
  /** As in `a snapshot`. */
  readonly what: string;
  /** Makes the file or directory at `aside` and flushes it. */
  write(aside: string): Promise<void>;
  /** Gives it its name. @default a rename, which replaces a file */
  place?(aside: string, path: string): Promise<void>;
  /** Its reason is thrown as it is. */
  readonly signal?: AbortSignal;
}

/**
 * Whoever looks at `path` sees what stood there before or all of the new, also after a crash, which leaves at most a
 * `.partial` entry beside. Directories above are made.
 *
 * @throws ERR_SLUICE_STORE_FAILED when the file system refuses; nothing new is there then.
 */
export async function writeAside(path: string, { what, write, place, signal }: Writing): Promise<void> {
  const target = resolve(path);
  const parent = dirname(target);
  const aside = join(parent, `.${basename(target)}.${crypto.randomUUID()}.partial`);
  try {
    await mkdir(parent, { recursive: true });
    await write(aside);
    await (place ?? rename)(aside, target);
    await flushDirectory(parent);
  } catch (cause) {
    // What cannot be removed has no effect but its size; the first failure is the one to tell.
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    if (SluiceError.is(cause) || (signal?.aborted && cause === signal.reason)) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    throw new SluiceError(
      'ERR_SLUICE_STORE_FAILED',
      `Expected to write ${what} to ${target} but the file system answered ${code ?? String(cause)}`,
      { cause, details: { path: target, code } },
    );
  }
}

/** Makes the entries of a directory durable; Windows has no such call and needs none. */
export async function flushDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
