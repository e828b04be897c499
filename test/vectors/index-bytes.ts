/** What does an index file hold, read and altered by its description alone? */

import { crc32 } from 'node:zlib';

export interface Header {
  dimension: number;
  rows: number;
  removed: number;
  calibration?: unknown;
  sections: { name: string; byteOffset: number; byteLength: number; crc32: number }[];
}

/** The header; it stands where the preamble says. */
export function headerOf(file: Buffer): Header {
  const start = Number(file.readBigUInt64LE(16));
  const end = start + Number(file.readBigUInt64LE(24));
  return JSON.parse(file.subarray(start, end).toString('utf8'));
}

/** The bytes of a section. */
export function sectionOf(file: Buffer, name: string): Buffer | undefined {
  const entry = headerOf(file).sections.find((section) => section.name === name);
  return entry && file.subarray(entry.byteOffset, entry.byteOffset + entry.byteLength);
}

/** The rows, and whether each of them was removed. */
export function contentOf(file: Buffer): {
  dimension: number;
  data: Float32Array;
  has: (row: number) => boolean;
} {
  const { dimension, removed } = headerOf(file);
  const rows = sectionOf(file, 'rows')!;
  const alive = removed > 0 ? sectionOf(file, 'alive') : undefined;
  const data = Float32Array.from({ length: rows.length / 4 }, (_, i) => rows.readFloatLE(4 * i));
  return {
    dimension,
    data,
    has: (row) => alive === undefined || ((alive[row >> 3]! >> (row & 7)) & 1) === 1,
  };
}

/** The file with another header, its checksums fitting, as a faulty writer would leave it. */
export function withHeader(file: Buffer, text: string): Buffer {
  const start = Number(file.readBigUInt64LE(16));
  const header = Buffer.from(text);
  const altered = Buffer.concat([file.subarray(0, start), header]);
  altered.writeUInt32LE(crc32(header), 12);
  altered.writeBigUInt64LE(BigInt(header.length), 24);
  return sealed(altered);
}

/** The same with the checksum of the preamble made to fit. */
export function sealed(file: Buffer): Buffer {
  file.writeUInt32LE(crc32(file.subarray(0, 60)), 60);
  return file;
}

/** The same with the checksum of each section made to fit what it holds. */
export function resummed(file: Buffer): Buffer {
  const header = headerOf(file);
  for (const section of header.sections) {
    section.crc32 = crc32(file.subarray(section.byteOffset, section.byteOffset + section.byteLength));
  }
  return withHeader(file, JSON.stringify(header));
}
