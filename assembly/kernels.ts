// Which instructions do the inner loops of the wasm backend use? Plain simd128; the same names as native/src/kernels.
//
// Rows are row-major f32. `dimension` is a multiple of eight here: the caller pads the query with zeros, and rows are
// read past their end, into the next row or into the zeros behind the last one. All of that is finite, and a finite
// number times zero adds nothing, not even to the sign: sums begin at +0 and so are never -0.

import { order } from './keys';
import { touched } from './workspace';

export { dotU4, estimateU4, refineU4, scanU2, scanU4 } from './codes';
export { encode } from './encode';
export { makeRotation, rotate, rotationBlocks, rotationBytes } from './rotation';
export { useWorkspace, workspaceBytes } from './workspace';

/** The first byte that is free for the caller. */
export function heapBase(): usize {
  return __heap_base;
}

/**
 * Writes to `out` the position of every eligible row whose f32 score is at least `threshold`; returns how many. With a
 * threshold of minus infinity every eligible row passes, even one whose f32 score would overflow.
 *
 * `stride` is the bytes from row to row; `mask` has bit `i % 32` of word `i / 32` for position `i`, or is 0 for all.
 */
export function scan(
  rows: usize,
  count: u32,
  stride: usize,
  dimension: u32,
  query: usize,
  mask: usize,
  threshold: f32,
  out: usize,
): u32 {
  const limit = f32x4.splat(threshold);
  const queryEnd = query + (<usize>dimension << 2);
  const last = rows + <usize>(count - 1) * stride;
  let found: u32 = 0;
  for (let start: u32 = 0; start < count; start += 4) {
    let eligible: u32 = 0xf;
    if (mask != 0) eligible = (load<u32>(mask + ((start >>> 5) << 2)) >>> (start & 31)) & 0xf;
    const left = count - start;
    if (left < 4) eligible &= (1 << left) - 1;
    if (eligible == 0) continue;
    if (threshold == -Infinity) {
      found = push(out, found, start, eligible);
      continue;
    }
    // Beyond the last row the last one is read again; its bits are not eligible.
    let a = rows + <usize>start * stride;
    let b = min(a + stride, last);
    let c = min(b + stride, last);
    let d = min(c + stride, last);
    let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
    for (let q = query; q < queryEnd; q += 32) {
      const low = v128.load(q);
      const high = v128.load(q, 16);
      a0 = f32x4.add(a0, f32x4.mul(low, v128.load(a)));
      a1 = f32x4.add(a1, f32x4.mul(high, v128.load(a, 16)));
      b0 = f32x4.add(b0, f32x4.mul(low, v128.load(b)));
      b1 = f32x4.add(b1, f32x4.mul(high, v128.load(b, 16)));
      c0 = f32x4.add(c0, f32x4.mul(low, v128.load(c)));
      c1 = f32x4.add(c1, f32x4.mul(high, v128.load(c, 16)));
      d0 = f32x4.add(d0, f32x4.mul(low, v128.load(d)));
      d1 = f32x4.add(d1, f32x4.mul(high, v128.load(d, 16)));
      a += 32;
      b += 32;
      c += 32;
      d += 32;
    }
    const scores = addLanes(f32x4.add(a0, a1), f32x4.add(b0, b1), f32x4.add(c0, c1), f32x4.add(d0, d1));
    found = push(out, found, start, <u32>i32x4.bitmask(f32x4.ge(scores, limit)) & eligible);
  }
  return found;
}

/** Writes `start` plus the place of each bit of `hits` behind the `found` that are there; returns the new number. */
// @ts-ignore: decorator
@inline
function push(out: usize, found: u32, start: u32, hits: u32): u32 {
  while (hits != 0) {
    store<u32>(out + (<usize>found << 2), start + ctz(hits));
    found++;
    hits &= hits - 1;
  }
  return found;
}

/** Lane 0 is the sum of the lanes of `a`, lane 1 that of `b`, and so on. */
// @ts-ignore: decorator
@inline
function addLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** The f64 inner product in the order that all backends share; see `exactScore` in src/vectors/reference.ts. */
export function dot(query: usize, row: usize, dimension: u32): f64 {
  let s01 = f64x2.splat(0), s23 = s01, s45 = s01, s67 = s01;
  const end = query + (<usize>dimension << 2);
  for (let q = query; q < end; q += 32) {
    const qLow = v128.load(q), qHigh = v128.load(q, 16);
    const xLow = v128.load(row), xHigh = v128.load(row, 16);
    s01 = f64x2.add(s01, f64x2.mul(f64x2.promote_low_f32x4(qLow), f64x2.promote_low_f32x4(xLow)));
    s23 = f64x2.add(s23, f64x2.mul(upper(qLow), upper(xLow)));
    s45 = f64x2.add(s45, f64x2.mul(f64x2.promote_low_f32x4(qHigh), f64x2.promote_low_f32x4(xHigh)));
    s67 = f64x2.add(s67, f64x2.mul(upper(qHigh), upper(xHigh)));
    row += 32;
  }
  const sums = f64x2.add(f64x2.add(s01, s45), f64x2.add(s23, s67));
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** Rows whose memory is asked for at once: 64 rows of 128 components are 32 KiB, what the smallest caches hold. */
const TOUCHED_BYTES: usize = 32 << 10;

/**
 * Writes to `keys` a key (see ./keys.ts) for every given position whose exact score is finite and at least `best`;
 * returns how many.
 */
export function rescore(
  rows: usize,
  stride: usize,
  dimension: u32,
  query: usize,
  firstRow: u32,
  positions: usize,
  count: u32,
  best: f32,
  keys: usize,
): u32 {
  let kept: u32 = 0;
  const ahead = <u32>max<usize>(1, TOUCHED_BYTES / stride);
  for (let i: u32 = 0; i < count; i++) {
    if (i % ahead == 0) touch(rows, stride, positions + (<usize>i << 2), min(ahead, count - i));
    const position = load<u32>(positions + (<usize>i << 2));
    const score = <f32>dot(query, rows + <usize>position * stride, dimension) + <f32>0;
    if (score >= best && isFinite(score)) {
      store<u64>(keys + (<usize>kept << 3), (<u64>order(score) << 32) | <u64>(firstRow + position));
      kept++;
    }
  }
  return kept;
}

/** Asks memory for every line of some rows, so that they come together and not one after the other. */
function touch(rows: usize, stride: usize, positions: usize, count: u32): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = rows + <usize>load<u32>(positions + (<usize>i << 2)) * stride;
    for (let at: usize = 0; at < stride; at += 64) sum += load<u8>(row + at);
  }
  store<u32>(touched(), sum);
}

/** Moves the k smallest of `count` different keys to the front, the k-th to place k - 1. Expected cost: linear. */
export function select(keys: usize, count: u32, k: u32): void {
  let low = keys;
  let high = keys + (<usize>(count - 1) << 3);
  const place = keys + (<usize>(k - 1) << 3);
  // Pivots are drawn, from a fixed seed, so that no order of the input is a slow one.
  let state: u32 = 0x9e3779b9;
  while (low < high) {
    state = state * 1664525 + 1013904223;
    const range = <u32>((high - low) >>> 3) + 1;
    const pivot = load<u64>(low + (<usize>((<u64>state * range) >> 32) << 3));
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<u64>(i) < pivot) i += 8;
      while (load<u64>(j) > pivot) j -= 8;
      if (i > j) break;
      const swapped = load<u64>(i);
      store<u64>(i, load<u64>(j));
      store<u64>(j, swapped);
      i += 8;
      j -= 8;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else return;
  }
}

/** The largest sum of squares of `count` rows; not a number, or infinite, if a component is. */
export function largestSquare(rows: usize, count: u32, stride: usize, dimension: u32): f64 {
  let largest: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = rows + <usize>i * stride;
    let square: f64 = 0;
    for (let j: u32 = 0; j < dimension; j++) {
      const x = <f64>load<f32>(row + (<usize>j << 2));
      square += x * x;
    }
    if (!isFinite(square)) return square;
    if (square > largest) largest = square;
  }
  return largest;
}
