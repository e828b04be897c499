/** Is a file the one that was written? Size and sha256, taken while its bytes pass, never by a second reading. */

import type { Hash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** What identifies the content of a file. */
export interface FileDigest {
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Bytes hashed at a time: the event loop is held for about 5 ms. */
const STEP = 8 * 2 ** 20;

/** The hash of what it will be given. Its module is loaded when first needed, for importing Sluice must be quick. */
export function sha256(): Hash {
  return process.getBuiltinModule('node:crypto').createHash('sha256');
}

/** Writes the parts one after the other to a new file and flushes it to the disk. */
export async function writeHashed(path: string, parts: readonly Uint8Array[]): Promise<FileDigest> {
  const hash = sha256();
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    for (const part of parts) {
      for (let at = 0; at < part.length; at += STEP) {
        const step = part.subarray(at, at + STEP);
        hash.update(step);
        for (let done = 0; done < step.length; ) done += (await file.write(step, done)).bytesWritten;
      }
      bytes += part.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Reads a file of the given size, aligned to 8 bytes; undefined when it is shorter or longer. */
export async function readHashed(
  path: string,
  size: number,
): Promise<{ bytes: Uint8Array; digest: FileDigest } | { bytes: undefined; actual: number }> {
  const file = await open(path, 'r');
  try {
    const actual = (await file.stat()).size;
    if (actual !== size) return { bytes: undefined, actual };
    const hash = sha256();
    const bytes = new Uint8Array(size);
    const readFrom = (at: number) => file.read(bytes, at, Math.min(STEP, size - at), at);
    // The next step is read while this one is hashed.
    let reading = readFrom(0);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return { bytes: undefined, actual: at };
      const end = at + bytesRead;
      reading = readFrom(end);
      hash.update(bytes.subarray(at, end));
      at = end;
    }
    await reading;
    return { bytes, digest: { bytes: size, sha256: hash.digest('hex') } };
  } finally {
    await file.close();
  }
}
