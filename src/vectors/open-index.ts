/** What does an index file hold? Told only if every byte is the one that was written. */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { SluiceError } from '../errors.ts';
import type { MatrixSource, SectionRegion } from './backend.ts';
import { Bitset } from './bitset.ts';
import type { Calibration } from './calibration.ts';
import {
  ALIVE,
  damaged,
  decodeHeader,
  decodePreamble,
  type IndexHeader,
  otherwise,
  PREAMBLE_BYTES,
  ROWS,
  type SectionEntry,
} from './index-file.ts';

/** Bytes read and summed at a time: the event loop is held for about a millisecond. */
const STEP = 1 << 20;

/** The content of an index file; rows and sections of backends stay where they are. */
export interface IndexFile {
  readonly source: MatrixSource;
  /** All rows but those removed; undefined where none was. */
  readonly alive: Bitset | undefined;
  readonly calibration: Calibration | undefined;
  /** Those of backends, by name. */
  readonly sections: ReadonlyMap<string, SectionRegion>;
}

/**
 * Reads all of the file once. Cost: some 2 GB/s from the page cache.
 *
 * @throws ERR_SLUICE_DATA_NOT_FOUND, ERR_SLUICE_DATA_INVALID, ERR_SLUICE_INDEX_TOO_NEW, ERR_SLUICE_INDEX_DAMAGED.
 */
export async function openIndexFile(given: string): Promise<IndexFile> {
  const path = resolve(given);
  const missing = (cause: unknown) => {
    throw new SluiceError('ERR_SLUICE_DATA_NOT_FOUND', `Expected a readable file at ${path}`, { cause });
  };
  // Asked first, since a pipe would be waited for.
  if (!(await stat(path).catch(missing)).isFile()) throw otherwise(path, 'it is no file');
  const file = await open(path, 'r').catch(missing);
  try {
    return await readFrom(file, path);
  } catch (cause) {
    if (SluiceError.is(cause)) throw cause;
    throw damaged(
      path,
      `it cannot be read: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
      cause,
    );
  } finally {
    await file.close();
  }
}

async function readFrom(file: FileHandle, path: string): Promise<IndexFile> {
  const { size } = await file.stat();
  const preamble = await read(file, path, 0, Math.min(PREAMBLE_BYTES, size));
  const place = decodePreamble(preamble, size, path);
  const header = decodeHeader(await read(file, path, place.byteOffset, place.byteLength), place, path);
  let alive: Bitset | undefined;
  let source: MatrixSource | undefined;
  const sections = new Map<string, SectionRegion>();
  for (const entry of header.sections) {
    await verify(file, path, entry);
    const { name, byteOffset, byteLength } = entry;
    if (name === ROWS) source = { dimension: header.dimension, rows: header.rows, path, byteOffset };
    else if (name === ALIVE) alive = aliveOf(await read(file, path, byteOffset, byteLength), header, path);
    else sections.set(name, { path, byteOffset, byteLength });
  }
  return { source: source as MatrixSource, alive, calibration: header.calibration, sections };
}

/** @throws ERR_SLUICE_INDEX_DAMAGED unless the section fits its checksum. */
async function verify(file: FileHandle, path: string, section: SectionEntry): Promise<void> {
  const { name, byteOffset, byteLength } = section;
  const buffer = new Uint8Array(Math.min(STEP, byteLength));
  let sum = 0;
  for (let at = 0; at < byteLength; at += STEP) {
    const piece = buffer.subarray(0, Math.min(STEP, byteLength - at));
    await fill(file, path, byteOffset + at, piece);
    sum = crc32(piece, sum);
  }
  if (sum !== section.crc32) {
    throw damaged(path, `section ${JSON.stringify(name)} does not fit its checksum`);
  }
}

function aliveOf(bytes: Uint8Array, { rows, removed }: IndexHeader, path: string): Bitset {
  const alive = new Bitset(rows);
  new Uint8Array(alive.words.buffer).set(bytes);
  const beyond = alive.clone().andNot(Bitset.full(rows)).count();
  if (beyond > 0 || rows - alive.count() !== removed) {
    throw damaged(path, `it does not say of ${removed} rows that they were removed`);
  }
  return alive;
}

async function read(file: FileHandle, path: string, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await fill(file, path, at, bytes);
  return bytes;
}

/** @throws ERR_SLUICE_INDEX_DAMAGED where the file is shorter. */
async function fill(file: FileHandle, path: string, at: number, target: Uint8Array): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await file.read(target, done, target.length - done, at + done);
    if (bytesRead === 0) throw damaged(path, `it ends after ${at + done} bytes`);
    done += bytesRead;
  }
}
