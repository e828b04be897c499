/** How are matrices exchanged with other programs? As .npy files: f32, C order, two dimensions. */

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { BenchError } from '../error.mjs';

/**
 * A matrix in a file: `rows x dimension` little-endian elements from `byteOffset` on.
 * @typedef {{ path: string, rows: number, dimension: number, byteOffset: number }} NpyFile
 */

/** @param {string} path @param {string} problem */
const refused = (path, problem) =>
  new BenchError(
    'ERR_SLUICE_DATA_INVALID',
    `Expected ${path} to be a .npy file of f32 in C order with two dimensions but ${problem}`,
    'Write it with `numpy.save(path, numpy.ascontiguousarray(matrix, dtype="<f4"))`.',
  );

/** The bytes before the elements of a file of this shape. @param {string} descr @param {number[]} shape */
export function npyHeader(descr, shape) {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(length - 10, 8);
  header.write(text, 10, 'latin1');
  header[length - 1] = 0x0a;
  return header;
}

/**
 * Where the elements of a file are; refuses what is not f32, C order, two dimensions and whole.
 * @param {string} path
 * @returns {NpyFile}
 */
export function openNpy(path) {
  let file;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    const problem = /** @type {NodeJS.ErrnoException} */ (cause).code;
    throw new BenchError(
      'ERR_SLUICE_DATA_NOT_FOUND',
      `Expected a file at ${path} (${problem})`,
      'Check the path.',
    );
  }
  try {
    const start = Buffer.alloc(12);
    const read = readSync(file, start, 0, 12, 0);
    if (read < 12 || start.toString('latin1', 0, 6) !== '\x93NUMPY')
      throw refused(path, 'it does not begin like one');
    const wide = start[6] >= 2;
    const at = wide ? 12 : 10;
    const length = wide ? start.readUInt32LE(8) : start.readUInt16LE(8);
    const text = Buffer.alloc(Math.min(length, 1 << 16));
    readSync(file, text, 0, text.length, at);
    const header = text.toString('latin1');
    const [, descr] = /'descr':\s*'([^']*)'/.exec(header) ?? [];
    if (descr !== '<f4') throw refused(path, `its elements are ${descr ?? 'not named'}`);
    if (!/'fortran_order':\s*False/.test(header)) throw refused(path, 'it is in Fortran order');
    const [, shape = ''] = /'shape':\s*\(([^)]*)\)/.exec(header) ?? [];
    const sizes = shape
      .split(',')
      .filter((size) => size.trim() !== '')
      .map(Number);
    if (sizes.length !== 2) throw refused(path, `it has ${sizes.length} dimensions`);
    const [rows, dimension] = sizes;
    if (rows < 1 || dimension < 1) throw refused(path, `its shape is ${rows} x ${dimension}`);
    const byteOffset = at + length;
    const last = Buffer.alloc(1);
    if (readSync(file, last, 0, 1, byteOffset + rows * dimension * 4 - 1) !== 1)
      throw refused(path, 'it is cut off');
    return { path, rows, dimension, byteOffset };
  } finally {
    closeSync(file);
  }
}

/**
 * Rows `first` to `first + count` of a file.
 * @param {NpyFile} npy
 * @returns {Float32Array}
 */
export function readRows({ path, dimension, byteOffset }, first = 0, count = 0) {
  const rows = new Float32Array(count * dimension);
  const bytes = new Uint8Array(rows.buffer);
  const file = openSync(path, 'r');
  try {
    let position = byteOffset + first * dimension * 4;
    // One read moves at most 2 GiB.
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, Math.min(1 << 30, bytes.length - at), position);
      if (read === 0) throw refused(path, `it has no row ${first + count - 1}`);
      at += read;
      position += read;
    }
  } finally {
    closeSync(file);
  }
  return rows;
}

/**
 * Writes `rows x dimension` elements that `fill` makes block by block, in order.
 * @param {string} path
 * @param {{ rows: number, dimension: number }} shape
 * @param {(block: Float32Array, firstRow: number) => void} fill
 */
export function writeNpy(path, { rows, dimension }, fill, blockRows = 8192) {
  const file = openSync(path, 'w');
  try {
    writeSync(file, npyHeader('<f4', [rows, dimension]));
    const block = new Float32Array(Math.min(blockRows, rows) * dimension);
    for (let row = 0; row < rows; row += blockRows) {
      const part = block.subarray(0, Math.min(blockRows, rows - row) * dimension);
      fill(part, row);
      writeSync(file, new Uint8Array(part.buffer, 0, part.byteLength));
    }
  } finally {
    closeSync(file);
  }
}
