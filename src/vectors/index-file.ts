/**
 * How is an index laid out in a file?
 *
 * A preamble of 64 bytes, sections at multiples of 64 (the rows at a multiple of 4096, so that they are mapped), and at
 * the end a header in JSON that names them. All numbers are little-endian.
 *
 * | byte | of the preamble |
 * |---|---|
 * | 0 | `SLUICEIX` |
 * | 8 | format version, u32 |
 * | 12 | CRC-32 of the header, u32 |
 * | 16 | where the header begins, u64 |
 * | 24 | its length in bytes, u64; the file ends with it |
 * | 60 | CRC-32 of the 60 bytes before, u32; at this place in every version |
 */

import { crc32 } from 'node:zlib';
import { SluiceError } from '../errors.ts';
import { MAX_DIMENSION } from './bound.ts';
import { type Calibration, isCalibration } from './calibration.ts';
import { MAX_ROWS } from './validate.ts';

/** The format that this version writes, and the newest that it reads. */
const INDEX_FORMAT = 1;

const MAGIC = 'SLUICEIX';

export const PREAMBLE_BYTES = 64;

/** Sections begin at multiples of it. */
export const ALIGNMENT = 64;

/** Headers are some KiB; a longer one is not read into memory. */
const MAX_HEADER_BYTES = 64 << 20;

/** The names of the sections that every backend has; others are the backends' own. */
export const ROWS = 'rows';
/** One bit per row, 1 = not removed; only where some were. */
export const ALIVE = 'alive';

/** Where a section lies. */
export interface SectionEntry {
  readonly name: string;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly crc32: number;
}

/** What the JSON at the end of the file says. */
export interface IndexHeader {
  readonly dimension: number;
  readonly rows: number;
  /** How many of the rows were removed. */
  readonly removed: number;
  readonly calibration?: Calibration;
  readonly sections: readonly SectionEntry[];
}

/** Where the header lies. */
export interface HeaderPlace {
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly crc32: number;
}

/** What is wrong with a file that began as an index. */
export function damaged(path: string, reason: string, cause?: unknown): SluiceError {
  return new SluiceError('ERR_SLUICE_INDEX_DAMAGED', `Expected a whole index file at ${path} but ${reason}`, {
    cause,
    details: { path },
  });
}

/** What is wrong with what never was an index. */
export function otherwise(path: string, reason: string): SluiceError {
  return new SluiceError('ERR_SLUICE_DATA_INVALID', `Expected an index file at ${path} but ${reason}`, {
    details: { path },
    remedy: 'Name a file that index.save wrote.',
  });
}

export function encodePreamble(place: HeaderPlace): Uint8Array {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, INDEX_FORMAT, true);
  view.setUint32(12, place.crc32, true);
  view.setBigUint64(16, BigInt(place.byteOffset), true);
  view.setBigUint64(24, BigInt(place.byteLength), true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/**
 * @param bytes the first 64 of the file, fewer where it is shorter.
 * @throws ERR_SLUICE_DATA_INVALID when it is no index file, ERR_SLUICE_INDEX_TOO_NEW, ERR_SLUICE_INDEX_DAMAGED.
 */
export function decodePreamble(bytes: Uint8Array, fileBytes: number, path: string): HeaderPlace {
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== MAGIC) {
    throw otherwise(path, 'it does not begin as one');
  }
  if (bytes.length < PREAMBLE_BYTES) throw damaged(path, `it ends after ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  // Before the version, so that a flipped bit is not taken for a later version.
  if (view.getUint32(60, true) !== crc32(bytes.subarray(0, 60))) {
    throw damaged(path, 'its first 64 bytes do not fit their checksum');
  }
  const format = view.getUint32(8, true);
  if (format > INDEX_FORMAT) {
    throw new SluiceError(
      'ERR_SLUICE_INDEX_TOO_NEW',
      `Expected an index file of format ${INDEX_FORMAT} or older at ${path} but received format ${format}`,
      { details: { path, format, newest: INDEX_FORMAT } },
    );
  }
  const byteOffset = Number(view.getBigUint64(16, true));
  const byteLength = Number(view.getBigUint64(24, true));
  if (format < 1) throw damaged(path, `its format is ${format}`);
  if (byteOffset + byteLength !== fileBytes) {
    throw damaged(path, `it has ${fileBytes} bytes instead of ${byteOffset + byteLength}`);
  }
  if (byteOffset < PREAMBLE_BYTES || byteLength > MAX_HEADER_BYTES) {
    throw damaged(path, `its header is said to have ${byteLength} bytes from byte ${byteOffset} on`);
  }
  return { byteOffset, byteLength, crc32: view.getUint32(12, true) };
}

export function encodeHeader(header: IndexHeader): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(header));
}

/** @throws ERR_SLUICE_INDEX_DAMAGED unless it fits its checksum and says only what can be. */
export function decodeHeader(bytes: Uint8Array, place: HeaderPlace, path: string): IndexHeader {
  if (crc32(bytes) !== place.crc32) throw damaged(path, 'its header does not fit its checksum');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(path, 'its header is not JSON', cause);
  }
  const reason = isRecord(header) ? wrongIn(header, place.byteOffset) : 'its header is not an object';
  if (reason !== undefined) throw damaged(path, reason);
  return header as unknown as IndexHeader;
}

/** What is wrong in a header, if anything. */
function wrongIn(header: Record<string, unknown>, end: number): string | undefined {
  const { dimension, rows, removed, calibration, sections } = header;
  if (!isWhole(dimension, 1, MAX_DIMENSION)) return 'its header has no dimension';
  if (!isWhole(rows, 0, MAX_ROWS)) return 'its header has no number of rows';
  if (!isWhole(removed, 0, rows)) return 'its header has no number of removed rows';
  if (calibration !== undefined && !isCalibration(calibration)) return 'its calibration is not one';
  if (!Array.isArray(sections) || !sections.every(isEntry)) return 'its header has no list of sections';
  const inOrder = [...sections].sort((a, b) => a.byteOffset - b.byteOffset);
  let free = PREAMBLE_BYTES;
  for (const { name, byteOffset, byteLength } of inOrder) {
    const place = `section ${JSON.stringify(name)} is said to have ${byteLength} bytes from byte ${byteOffset} on`;
    if (byteOffset < free || byteOffset + byteLength > end) return place;
    free = byteOffset + byteLength;
  }
  const byName = new Map(sections.map((entry) => [entry.name, entry]));
  if (byName.size < sections.length) return 'two sections have one name';
  if (byName.get(ROWS)?.byteLength !== 4 * rows * dimension)
    return `it has no ${rows} x ${dimension} numbers`;
  const alive = removed === 0 ? undefined : 4 * Math.ceil(rows / 32);
  if (byName.get(ALIVE)?.byteLength !== alive) return 'it does not say which rows were removed';
  return undefined;
}

function isEntry(value: unknown): value is SectionEntry {
  if (!isRecord(value)) return false;
  const { name, byteOffset, byteLength, crc32 } = value;
  if (typeof name !== 'string' || !isWhole(crc32, 0, 0xffffffff)) return false;
  return isWhole(byteOffset, 0) && byteOffset % ALIGNMENT === 0 && isWhole(byteLength, 0);
}

function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
