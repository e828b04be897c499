/** What do prebuilt/kernels.wasm and kernels-shared.wasm export? Written out by hand; the sources are in assembly/. */

import { SluiceError } from '../errors.ts';

/**
 * One instance, of one thread. Its memory holds one matrix, or its planes; instances of several threads may share it.
 * Addresses and counts are unsigned 32-bit numbers.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  useWorkspace(address: number): void;
  workspaceBytes(): number;
  scan(
    rows: number,
    count: number,
    stride: number,
    dimension: number,
    query: number,
    mask: number,
    threshold: number,
    out: number,
  ): number;
  dot(query: number, row: number, dimension: number): number;
  rescore(
    rows: number,
    stride: number,
    dimension: number,
    query: number,
    firstRow: number,
    positions: number,
    count: number,
    best: number,
    keys: number,
  ): number;
  select(keys: number, count: number, k: number): void;
  largestSquare(rows: number, count: number, stride: number, dimension: number): number;
  rotationBytes(dimension: number): number;
  rotationBlocks(dimension: number): number;
  makeRotation(dimension: number, block: number, matrix: number, work: number): number;
  rotate(rows: number, count: number, dimension: number, matrix: number, out: number): void;
  encode(
    rows: number,
    blocks: number,
    dimension: number,
    matrix: number,
    rotated: number,
    pairs: number,
    high: number,
    low: number,
  ): void;
  scanU4(
    high: number,
    blocks: number,
    step: number,
    padded: number,
    query: number,
    limit: number,
    mask: number,
    hits: number,
  ): number;
  dotU4(row: number, padded: number, query: number): number;
  refineU4(
    hits: number,
    count: number,
    high: number,
    low: number,
    padded: number,
    query: number,
    limit: number,
    first: number,
    out: number,
  ): number;
  estimateU4(hits: number, count: number, high: number, padded: number, query: number, keys: number): number;
  scanU2(
    pairs: number,
    blocks: number,
    step: number,
    padded: number,
    tables: number,
    unit: number,
    least: number,
    limit: number,
    mask: number,
    first: number,
    keys: number,
  ): number;
}

/** The two builds of the kernels, compiled: with a memory of their own, and over one that threads share. */
export interface KernelModules {
  readonly own: WebAssembly.Module;
  /** Absent where memory cannot be shared. */
  readonly shared?: WebAssembly.Module;
}

/** Makes an instance with a memory of its own. Cost: some 0.1 ms. */
export async function instantiate(module: WebAssembly.Module): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { abort } });
  return instance.exports as unknown as Kernels;
}

/** Makes an instance over a memory that others may use too. */
export async function instantiateOver(
  memory: WebAssembly.Memory,
  module: WebAssembly.Module,
): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { abort, memory } });
  return instance.exports as unknown as Kernels;
}

function abort(): never {
  throw new SluiceError('ERR_SLUICE_INTERNAL', 'The WebAssembly kernels aborted');
}

/** The most that 32-bit addresses reach: 4 GiB. A shared memory must say how far it may grow. */
const MOST_PAGES = 65_536;

/** A memory that threads can share. @throws RangeError where address space is short. */
export function sharedMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
}

const PAGE = 65_536;

/** Grows the memory to hold `bytes`. Views made before are detached. @throws ERR_SLUICE_OUT_OF_MEMORY beyond 4 GiB. */
export function ensure(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return;
  try {
    memory.grow(Math.ceil(missing / PAGE));
  } catch (cause) {
    throw new SluiceError(
      'ERR_SLUICE_OUT_OF_MEMORY',
      `Expected at most 4 GiB, and that to be free, for the matrix and its scratch space but received ${bytes} bytes`,
      { cause },
    );
  }
}
