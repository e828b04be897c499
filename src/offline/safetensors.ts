/** How are arrays kept in a file? In the safetensors format: a JSON header, then the numbers, little-endian. */

import { SluiceError, unexpected } from '../errors.ts';

/** The element types that Sluice reads and writes, by their name in the format. */
const ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U8: Uint8Array,
} as const;

/** The name of an element type. */
export type Dtype = keyof typeof ARRAYS;

/** A typed array that a tensor can hold. */
export type TensorData = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array;

/** An array with its shape, row-major. */
export interface Tensor {
  readonly data: TensorData;
  readonly shape: readonly number[];
}

/** A tensor as it stands in a file. */
export interface StoredTensor extends Tensor {
  /** First byte of its data, from the start of the file. */
  readonly byteOffset: number;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The largest header, as in the format's own implementation. */
const LARGEST_HEADER = 100_000_000;

/**
 * The bytes of a file, as parts to be written one after the other: the header and a view of each array.
 *
 * The header is padded to 8 bytes and wider elements come first, so that every array is aligned in the file and can be
 * viewed without a copy.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT when a shape does not fit its data.
 */
export function safetensorsParts(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { data, shape }] of entries) {
    if (shape.reduce((a, b) => a * b, 1) !== data.length) {
      throw unexpected(`${shape.join(' x ')} values`, name, `${data.length} values`);
    }
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(32);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, 8);
  return [
    head,
    ...entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/**
 * Reads a file's bytes; arrays are views of them where aligned, copies elsewhere.
 *
 * @param name the file, for messages.
 * @throws ERR_SLUICE_SNAPSHOT_DAMAGED when a length, element type, shape or range is wrong, ranges overlap, or bytes
 * belong to no array.
 */
export function parseSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const damaged = (reason: string, cause?: unknown) =>
    new SluiceError('ERR_SLUICE_SNAPSHOT_DAMAGED', `Expected a safetensors file at ${name} but ${reason}`, {
      details: { file: name },
      cause,
    });
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes`);
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (headerLength > BigInt(Math.min(LARGEST_HEADER, bytes.length - 8))) {
    throw damaged(`its header claims ${headerLength} bytes of ${bytes.length}`);
  }
  const dataStart = 8 + Number(headerLength);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, dataStart)));
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
  if (!isRecord(header)) throw damaged('its header is not a JSON object');

  const metadata: Record<string, string> = {};
  const ranges: { key: string; dtype: Dtype; shape: number[]; begin: number; end: number }[] = [];
  for (const [key, value] of Object.entries(header)) {
    if (!isRecord(value)) throw damaged(`${key} is not described by an object`);
    if (key === '__metadata__') {
      for (const [label, text] of Object.entries(value)) {
        if (typeof text !== 'string') throw damaged(`metadata ${label} is not a text`);
        metadata[label] = text;
      }
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = value;
    if (typeof dtype !== 'string' || !Object.hasOwn(ARRAYS, dtype)) {
      throw damaged(
        `${key} has the element type ${JSON.stringify(dtype)}, which is none of ${Object.keys(ARRAYS)}`,
      );
    }
    if (!isCounts(shape)) throw damaged(`${key} has no shape of whole numbers`);
    if (!isCounts(offsets) || offsets.length !== 2) throw damaged(`${key} has no range of bytes`);
    const [begin, end] = offsets;
    const size = ARRAYS[dtype as Dtype].BYTES_PER_ELEMENT;
    if (begin > end || end > bytes.length - dataStart) throw damaged(`${key} lies outside the file`);
    if (shape.reduce((a, b) => a * b, size) !== end - begin) {
      throw damaged(`${key} of shape ${shape.join(' x ')} has ${end - begin} bytes`);
    }
    ranges.push({ key, dtype: dtype as Dtype, shape, begin, end });
  }

  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, StoredTensor>();
  let reached = 0;
  for (const { key, dtype, shape, begin, end } of ranges) {
    if (begin !== reached)
      throw damaged(`${key} ${begin < reached ? 'overlaps another array' : 'leaves a gap'}`);
    reached = end;
    tensors.set(key, {
      shape,
      byteOffset: dataStart + begin,
      data: view(dtype, bytes, dataStart + begin, end - begin),
    });
  }
  if (reached !== bytes.length - dataStart) throw damaged('it has bytes that belong to no array');
  return { tensors, metadata };
}

function view(dtype: Dtype, bytes: Uint8Array, offset: number, length: number): TensorData {
  const array = ARRAYS[dtype];
  const aligned = (bytes.byteOffset + offset) % array.BYTES_PER_ELEMENT === 0;
  const source = aligned ? bytes.subarray(offset, offset + length) : bytes.slice(offset, offset + length);
  return new array(source.buffer as ArrayBuffer, source.byteOffset, length / array.BYTES_PER_ELEMENT);
}

function dtypeOf(data: TensorData): Dtype {
  for (const dtype of Object.keys(ARRAYS) as Dtype[]) if (data instanceof ARRAYS[dtype]) return dtype;
  throw unexpected(`one of the arrays ${Object.keys(ARRAYS)}`, 'data', data);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}
