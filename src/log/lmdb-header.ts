/** Is this file a database that lmdb can open? Asked first, because lmdb crashes the process on one that is not. */

import { open } from 'node:fs/promises';
import { SluiceError } from '../errors.ts';

// struct MDB_meta behind the 24-byte page header, little-endian, as lmdb 3 for 64-bit platforms writes it.
const HEADER = 24;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const PAGE_SIZE = HEADER + 24;
const FREE_ROOT = HEADER + 64;
const MAIN_ROOT = HEADER + 112;
const TRANSACTION = HEADER + 128;
const META_BYTES = TRANSACTION + 8;
const NO_ROOT = 0xffffffffffffffffn;

/**
 * Reads the two meta pages of an lmdb file. A file that is missing or empty passes: lmdb creates it.
 *
 * @throws ERR_SLUICE_RECORD_DAMAGED for a file that is no database or is cut short, ERR_SLUICE_RECORD_TOO_NEW for
 * another data format.
 * @internal
 */
export async function checkLmdbFile(path: string): Promise<void> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!file) return;
  try {
    const { size } = await file.stat();
    if (size === 0) return;
    const first = await readMeta(file, 0, path);
    const second = await readMeta(file, first.pageSize, path);
    const newest = second.transaction > first.transaction ? second : first;
    for (const root of newest.roots) {
      if (root !== NO_ROOT && (root + 1n) * BigInt(first.pageSize) > BigInt(size)) {
        throw damaged(path, `a root page beyond its end at ${size} bytes`);
      }
    }
  } finally {
    await file.close();
  }
}

async function readMeta(file: Awaited<ReturnType<typeof open>>, offset: number, path: string) {
  const bytes = Buffer.alloc(META_BYTES);
  const { bytesRead } = await file.read(bytes, 0, META_BYTES, offset);
  if (bytesRead < META_BYTES) throw damaged(path, 'no complete header');
  if (bytes.readUInt32LE(HEADER) !== MAGIC) throw damaged(path, 'another kind of content');
  const version = bytes.readUInt32LE(HEADER + 4);
  if (version !== VERSION) {
    throw new SluiceError(
      'ERR_SLUICE_RECORD_TOO_NEW',
      `Expected data format ${VERSION} in ${path} but received format ${version}`,
    );
  }
  return {
    pageSize: bytes.readUInt32LE(PAGE_SIZE),
    roots: [bytes.readBigUInt64LE(FREE_ROOT), bytes.readBigUInt64LE(MAIN_ROOT)],
    transaction: bytes.readBigUInt64LE(TRANSACTION),
  };
}

function damaged(path: string, received: string): SluiceError {
  return new SluiceError(
    'ERR_SLUICE_RECORD_DAMAGED',
    `Expected an lmdb database in ${path} but received ${received}`,
  );
}
