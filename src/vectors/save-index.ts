/** How does an index get into a file? */

import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Section } from './backend.ts';
import type { IndexState } from './index-core.ts';
import {
  ALIGNMENT,
  ALIVE,
  encodeHeader,
  encodePreamble,
  PREAMBLE_BYTES,
  ROWS,
  type SectionEntry,
} from './index-file.ts';
import { writeAside } from './write-aside.ts';

/** Where rows begin: at a page, so that they are mapped. */
const PAGE = 4096;

/** Bytes of rows read at a time: the event loop is held for about a millisecond. */
const PIECE_BYTES = 1 << 20;

/** Replaces the file at `path` by one that holds the state. */
export async function saveIndex(path: string, state: IndexState, signal?: AbortSignal): Promise<void> {
  await writeAside(path, {
    what: 'an index',
    signal,
    async write(aside) {
      const file = await open(aside, 'wx');
      try {
        await writeState(file, state, signal);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  });
}

async function writeState(
  file: FileHandle,
  state: IndexState,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { dimension, rows, alive, calibration } = state;
  const own: Section[] = [{ name: ROWS, pieces: rowPieces(state) }];
  const removed = alive === undefined ? 0 : rows - alive.count();
  if (alive !== undefined && removed > 0) own.push({ name: ALIVE, pieces: [bytesOf(alive.words)] });
  const sections: SectionEntry[] = [];
  let at = PREAMBLE_BYTES;
  for (const { name, pieces } of [...own, ...state.sections]) {
    const byteOffset = roundUp(at, name === ROWS ? PAGE : ALIGNMENT);
    at = byteOffset;
    let sum = 0;
    for (const piece of pieces) {
      signal?.throwIfAborted();
      sum = crc32(piece, sum);
      await writeAt(file, piece, at);
      at += piece.length;
    }
    sections.push({ name, byteOffset, byteLength: at - byteOffset, crc32: sum });
  }
  const header = encodeHeader({ dimension, rows, removed, calibration, sections });
  const byteOffset = roundUp(at, ALIGNMENT);
  await writeAt(file, header, byteOffset);
  const place = { byteOffset, byteLength: header.length, crc32: crc32(header) };
  await writeAt(file, encodePreamble(place), 0);
  signal?.throwIfAborted();
}

function* rowPieces({ dimension, rows, read }: IndexState): Generator<Uint8Array> {
  const step = Math.max(1, Math.floor(PIECE_BYTES / 4 / dimension));
  for (let first = 0; first < rows; first += step) {
    yield bytesOf(read(first, Math.min(step, rows - first)));
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

function bytesOf(array: Float32Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
