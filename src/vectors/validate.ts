/** Is what the caller handed over what an index can take? Checked once, at the public edge. */

import { SluiceError, unexpected } from '../errors.ts';
import type { MatrixSource } from './backend.ts';
import { Bitset } from './bitset.ts';
import { MAX_DIMENSION } from './bound.ts';
import type { CalibrateOptions } from './calibrate.ts';

/** Row numbers are below this; 4294967295 marks an empty place inside. */
export const MAX_ROWS = 0xffffffff;

/** Fewer queries say little about a recall, and half of them are held out. */
const LEAST_CALIBRATION_QUERIES = 16;

/** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_DETACHED_BUFFER */
export function checkSource(source: MatrixSource): void {
  if (typeof source !== 'object' || source === null) throw unexpected('a matrix source', 'source', source);
  const { dimension } = source;
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > MAX_DIMENSION) {
    throw unexpected(`a whole number from 1 to ${MAX_DIMENSION}`, 'dimension', dimension);
  }
  if ('data' in source) {
    checkRows(source.data, dimension, 0);
    return;
  }
  checkPath(source.path);
  if (!Number.isSafeInteger(source.byteOffset) || source.byteOffset < 0 || source.byteOffset % 4 !== 0) {
    throw unexpected('a multiple of 4, at least 0', 'byteOffset', source.byteOffset);
  }
  if (!Number.isInteger(source.rows) || source.rows < 0 || source.rows > MAX_ROWS) {
    throw unexpected(`a whole number from 0 to ${MAX_ROWS}`, 'rows', source.rows);
  }
}

export function checkPath(path: string): void {
  if (typeof path !== 'string' || path === '') throw unexpected('a path', 'path', path);
}

/** Rows to load or append; that they are finite is checked where they are read anyway. */
export function checkRows(data: Float32Array, dimension: number, before: number): void {
  checkFloats(data, 'data');
  if (data.length % dimension !== 0) {
    const expected = `a multiple of ${dimension} numbers (whole rows)`;
    throw unexpected(expected, 'data', data.length, 'ERR_SLUICE_DIMENSION_MISMATCH');
  }
  const rows = before + data.length / dimension;
  if (rows > MAX_ROWS) throw unexpected(`at most ${MAX_ROWS} rows`, 'data', rows);
}

/** One query, or several where `several`. */
export function checkQuery(query: Float32Array, dimension: number, name: 'query' | 'queries'): void {
  checkFloats(query, name);
  const fits = name === 'query' ? query.length === dimension : query.length % dimension === 0;
  if (!fits) {
    const expected = name === 'query' ? `${dimension} numbers` : `a multiple of ${dimension} numbers`;
    throw unexpected(expected, name, query.length, 'ERR_SLUICE_DIMENSION_MISMATCH');
  }
  for (let i = 0; i < query.length; i++) {
    if (!Number.isFinite(query[i])) {
      throw unexpected('a finite number', `${name}[${i}]`, query[i], 'ERR_SLUICE_NON_FINITE');
    }
  }
}

export function checkK(k: number): void {
  if (!Number.isInteger(k) || k < 1) throw unexpected('a whole number of at least 1', 'k', k);
}

export function checkRecallTarget(recallTarget: number): void {
  if (!(typeof recallTarget === 'number' && recallTarget > 0 && recallTarget <= 1)) {
    throw unexpected('a number above 0 and at most 1', 'recallTarget', recallTarget);
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_DIMENSION_MISMATCH, ERR_SLUICE_NON_FINITE, ERR_SLUICE_DETACHED_BUFFER */
export function checkCalibration(options: CalibrateOptions, dimension: number): void {
  if (typeof options !== 'object' || options === null) throw unexpected('an object', 'calibration', options);
  const { queries, k, signal } = options;
  checkQuery(queries, dimension, 'queries');
  const count = queries.length / dimension;
  if (count < LEAST_CALIBRATION_QUERIES) {
    throw unexpected(`at least ${LEAST_CALIBRATION_QUERIES} queries`, 'queries', count);
  }
  if (k !== undefined && !Array.isArray(k)) throw unexpected('an array of whole numbers', 'k', k);
  k?.forEach(checkK);
  checkSignal(signal);
}

export function checkKind(kind: string): void {
  if (kind !== 'flat' && kind !== 'hnsw') throw unexpected("'flat' or 'hnsw'", 'kind', kind);
}

export function checkFilter(filter: Bitset, size: number): void {
  if (!(filter instanceof Bitset)) throw unexpected('a Bitset', 'filter', filter);
  if (filter.size !== size) {
    throw unexpected(`a Bitset of the index's size, ${size}`, 'filter', `one of size ${filter.size}`);
  }
}

export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (typeof signal?.aborted !== 'boolean' || typeof signal.addEventListener !== 'function') {
    throw unexpected('an AbortSignal', 'signal', signal);
  }
}

export function checkRow(row: number, size: number, name: string): void {
  if (!Number.isInteger(row) || row < 0 || row >= size) {
    throw unexpected(size === 0 ? 'no row of an empty index' : `a row from 0 to ${size - 1}`, name, row);
  }
}

/** A Float32Array, of whatever realm, whose buffer is still attached. */
function checkFloats(value: Float32Array, name: string): void {
  if (Object.prototype.toString.call(value) !== '[object Float32Array]') {
    throw unexpected('a Float32Array', name, value);
  }
  checkAttached(value, name);
}

/** To be asked again where rows are read after an `await`. @throws ERR_SLUICE_DETACHED_BUFFER */
export function checkAttached(view: ArrayBufferView, name: string): void {
  if (isDetached(view.buffer)) {
    throw new SluiceError('ERR_SLUICE_DETACHED_BUFFER', `Expected an attached buffer for ${name}`);
  }
}

/** Node 20 has no `ArrayBuffer.prototype.detached`. */
function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
