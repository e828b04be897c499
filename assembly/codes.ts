// Which rows do their codes not rule out, and which seem the best by them? Integer sums in plain simd128.
//
// The operations and what they compute are those of native/src/kernels/codes; codes and their bounds are those of
// native/src/planes. What differs is the layout, since plain simd128 has no product of bytes: a block is 32 rows, one
// word of a mask, of `padded` components, a multiple of eight.
//
// - `high`: for each half of 16 rows and each eight components four bytes of every row, two lanes of 16 bits; a lane
//   holds the upper nibbles of four components, the first lowest, the top bit flipped. Then 32 bf16 scales, the unit of
//   upper nibbles, and three f32 bounds of the block: `|y - x'|` of the upper halves and `|y|` in that unit, and
//   `|y - x'|` of whole codes in units of 1/16 of it.
// - `low`: a row after the other, the same lanes with the lower nibbles.
// - `pairs`: for each four components one byte of every row, two bits each, the first lowest; of 16 rows the byte of row
//   r stands at 2r, that of row 8 + r at 2r + 1. Then 32 bf16 scales.
//
// With its top bit flipped a lane is x = n0 + 16 n1 + 256 n2 + 4096 (n3 - 8), and arithmetic shifts give what is left of
// it. So q0 n0 + q1 n1 + q2 n2 + q3 (n3 - 8) = q0 x + (q1 - 16 q0)(x >> 4) + (q2 - 16 q1)(x >> 8) + (q3 - 16 q2)(x >> 12):
// four products of 16 bits, no masks. Codes of a query up to 1927 keep these weights within 16 bits.

import { order } from './keys';
import { lanes, SUMMED, sums, touched } from './workspace';

/** Rows of a block. */
const BLOCK: u32 = 32;

// A query for `scanU4` and `refineU4`; src/vectors/wasm-code-query.ts writes it.
/** f64: the unit of its codes, itself an f32. */
const UNIT: usize = 0;
/** f64: the norm of what its codes stand for. */
const NORM: usize = 8;
/** f64: how far it may be from that, all other errors of rows of norm 1 included. */
const ERROR: usize = 16;
/** f64: what the sums of `scanU4` are above those of the middles of nibbles. */
const REST: usize = 24;
/** f64: what is added to a product with lower nibbles. */
const LOW_START: usize = 32;
/** i32: where the sums of `scanU4` start. */
const HIGH_START: usize = 40;
/** For each eight components, the four weights of the first lane and of the second, as pairs. */
const WEIGHTS: usize = 48;

/** Bytes of a block of `high`. */
// @ts-ignore: decorator
@inline
function highBytes(padded: u32): usize {
  return (<usize>padded << 4) + 80;
}

/** Bytes of a block of `pairs`. */
// @ts-ignore: decorator
@inline
function pairsBytes(padded: u32): usize {
  return (<usize>padded << 3) + 64;
}

/** The inner product of two lanes a row with the weights of a query. */
// @ts-ignore: decorator
@inline
function products(x: v128, w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  return i32x4.add(
    i32x4.add(i32x4.dot_i16x8_s(x, w0), i32x4.dot_i16x8_s(i16x8.shr_s(x, 4), w1)),
    i32x4.add(i32x4.dot_i16x8_s(i16x8.shr_s(x, 8), w2), i32x4.dot_i16x8_s(i16x8.shr_s(x, 12), w3)),
  );
}

/** b of native/src/planes/bound.rs: how far sums in a unit may lie below the score, for bounds in that unit. */
// @ts-ignore: decorator
@inline
function slack(query: usize, error: f64, norm: f64): f64 {
  const slack = load<f64>(query, NORM) * error + load<f64>(query, ERROR) * norm;
  // Sums may need more than 24 bits here, which makes one rounding more.
  const rounding = 5.0 * 5.960464477539063e-8 * (load<f64>(query, NORM) * (error + norm) + load<f64>(query, UNIT) + slack);
  return (slack + rounding) * (1.0 + 1e-6);
}

/** The f32 that `scanU4` adds to the sums of a block, rounded up. */
// @ts-ignore: decorator
@inline
function offset(query: usize, bounds: usize): f32 {
  const value =
    slack(query, <f64>load<f32>(bounds), <f64>load<f32>(bounds, 4)) - load<f64>(query, UNIT) * load<f64>(query, REST);
  return <f32>(value + Math.abs(value) * 1.2e-7);
}

/** Four f32 from their upper halves. */
// @ts-ignore: decorator
@inline
function widen(halves: usize): v128 {
  return i32x4.shl(v128.load16x4_u(halves), 16);
}

/**
 * Bit i of the answer: row i of four may reach the limit. Its value is `s (a D + b)`, and not a number where bounds are
 * infinite, which passes.
 */
// @ts-ignore: decorator
@inline
function passes(scales: usize, unit: v128, sums: v128, offset: v128, limit: v128): u32 {
  const value = f32x4.mul(widen(scales), f32x4.add(f32x4.mul(unit, f32x4.convert_i32x4_s(sums)), offset));
  return ~(<u32>i32x4.bitmask(f32x4.lt(value, limit))) & 15;
}

/**
 * Writes to `hits`, for every eligible row that its upper nibbles do not rule out, its position and its sum; returns how
 * many. Looks at blocks 0, `step`, twice `step` and so on below `blocks`; `mask` has one word a block, or is 0.
 */
export function scanU4(
  high: usize,
  blocks: u32,
  step: u32,
  padded: u32,
  query: usize,
  limit: f32,
  mask: usize,
  hits: usize,
): u32 {
  const half = <usize>padded << 3;
  const weights = query + WEIGHTS;
  const end = weights + (<usize>padded << 1);
  const unit = f32x4.splat(<f32>load<f64>(query, UNIT));
  const start = i32x4.splat(load<i32>(query, HIGH_START));
  const limits = f32x4.splat(limit);
  let found: u32 = 0;
  if (step > 1) touchBlocks(high, 0, blocks, step, highBytes(padded));
  for (let block: u32 = 0; block < blocks; block += step) {
    let eligible: u32 = mask != 0 ? load<u32>(mask + (<usize>block << 2)) : 0xffffffff;
    if (eligible == 0) continue;
    let x = high + <usize>block * highBytes(padded);
    let scales = x + (half << 1);
    const offsets = f32x4.splat(offset(query, scales + 64));
    for (let first = block * BLOCK; eligible != 0; eligible >>>= 16, first += 16, scales += 32) {
      if ((eligible & 0xffff) == 0) {
        x += half;
        continue;
      }
      let a = start, b = start, c = start, d = start;
      for (let w = weights; w < end; w += 16) {
        const w0 = v128.load32_splat(w);
        const w1 = v128.load32_splat(w, 4);
        const w2 = v128.load32_splat(w, 8);
        const w3 = v128.load32_splat(w, 12);
        a = i32x4.add(a, products(v128.load(x), w0, w1, w2, w3));
        b = i32x4.add(b, products(v128.load(x, 16), w0, w1, w2, w3));
        c = i32x4.add(c, products(v128.load(x, 32), w0, w1, w2, w3));
        d = i32x4.add(d, products(v128.load(x, 48), w0, w1, w2, w3));
        x += 64;
      }
      let passed = passes(scales, unit, a, offsets, limits);
      passed |= passes(scales + 8, unit, b, offsets, limits) << 4;
      passed |= passes(scales + 16, unit, c, offsets, limits) << 8;
      passed |= passes(scales + 24, unit, d, offsets, limits) << 12;
      passed &= eligible;
      if (passed == 0) continue;
      v128.store(lanes(), a);
      v128.store(lanes(), b, 16);
      v128.store(lanes(), c, 32);
      v128.store(lanes(), d, 48);
      do {
        const lane = ctz(passed);
        const hit = hits + (<usize>found << 3);
        store<u32>(hit, first + lane);
        store<i32>(hit, load<i32>(lanes() + (<usize>lane << 2)), 4);
        found++;
        passed &= passed - 1;
      } while (passed != 0);
    }
  }
  return found;
}

/** The inner product of the codes of a query with a row of `low`; it looks at up to 15 bytes more. */
export function dotU4(row: usize, padded: u32, query: usize): i32 {
  let sums = i32x4.splat(0);
  const weights = query + WEIGHTS + (<usize>padded << 1);
  const end = row + (<usize>padded >> 1);
  for (let w = weights; row < end; row += 16, w += 64) {
    const x = v128.load(row);
    sums = i32x4.add(sums, products(x, v128.load(w), v128.load(w, 16), v128.load(w, 32), v128.load(w, 48)));
  }
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/** The unit of the upper nibbles of a row. */
// @ts-ignore: decorator
@inline
function scale(scales: usize, row: u32): f64 {
  return <f64>reinterpret<f32>(<u32>load<u16>(scales + ((<usize>row % BLOCK) << 1)) << 16);
}

/** Writes to `out`, for every hit that its whole code does not rule out, `first` plus its position; returns how many. */
export function refineU4(
  hits: usize,
  count: u32,
  high: usize,
  low: usize,
  padded: u32,
  query: usize,
  limit: f32,
  first: u32,
  out: usize,
): u32 {
  const rowBytes = <usize>padded >> 1;
  // All lines are asked of memory at once; the sum keeps the loads.
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = low + <usize>load<u32>(hits + (<usize>i << 3)) * rowBytes;
    for (let at: usize = 0; at < rowBytes; at += 64) sum += load<u8>(row + at);
  }
  store<u32>(touched(), sum);
  const unit = load<f64>(query, UNIT);
  const rest = load<f64>(query, REST);
  const lowStart = load<f64>(query, LOW_START);
  let passed: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const hit = hits + (<usize>i << 3);
    const row = load<u32>(hit);
    const sum = 16.0 * (<f64>load<i32>(hit, 4) - rest) + <f64>dotU4(low + <usize>row * rowBytes, padded, query) + lowStart;
    const scales = high + <usize>(row / BLOCK) * highBytes(padded) + (<usize>padded << 4);
    const bound = slack(query, <f64>load<f32>(scales, 72), 16.0 * <f64>load<f32>(scales, 68));
    const value = (scale(scales, row) / 16.0) * (unit * sum + bound);
    if (value < <f64>limit) continue;
    store<u32>(out + (<usize>passed << 2), first + row);
    passed++;
  }
  return passed;
}

/** Writes to `keys` a key (see ./keys.ts) of the estimated score of every hit, where that is finite; returns how many. */
export function estimateU4(hits: usize, count: u32, high: usize, padded: u32, query: usize, keys: usize): u32 {
  const unit = load<f64>(query, UNIT);
  const rest = load<f64>(query, REST);
  let written: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const hit = hits + (<usize>i << 3);
    const row = load<u32>(hit);
    const scales = high + <usize>(row / BLOCK) * highBytes(padded) + (<usize>padded << 4);
    const estimate = <f32>(scale(scales, row) * unit * (<f64>load<i32>(hit, 4) - rest)) + <f32>0;
    if (!isFinite(estimate)) continue;
    store<u64>(keys + (<usize>written << 3), (<u64>order(estimate) << 32) | <u64>row);
    written++;
  }
  return written;
}

/**
 * Writes to `keys` a key (see ./keys.ts) of the estimated score and `first` plus the position of every eligible row
 * whose estimate is at least `limit`; returns how many. An estimate is `s (unit D + least)`, D the sum of what `tables`,
 * sixteen bytes for each two components, have for the row's codes.
 */
export function scanU2(
  pairs: usize,
  blocks: u32,
  step: u32,
  padded: u32,
  tables: usize,
  unit: f32,
  least: f32,
  limit: f32,
  mask: usize,
  first: u32,
  keys: usize,
): u32 {
  const units = f32x4.splat(unit);
  const leasts = f32x4.splat(least);
  const limits = f32x4.splat(limit);
  const bytes = pairsBytes(padded);
  let found: u32 = 0;
  for (let group: u32 = 0; group < blocks; group += step * SUMMED) {
    const end = min(blocks, group + step * SUMMED);
    if (step > 1) touchBlocks(pairs, group, end, step, bytes);
    sumU2(pairs, group, end, step, padded, tables, mask);
    let at = sums();
    for (let block = group; block < end; block += step, at += 64) {
      const eligible: u32 = mask != 0 ? load<u32>(mask + (<usize>block << 2)) : 0xffffffff;
      if (eligible == 0) continue;
      const scales = pairs + <usize>block * bytes + (<usize>padded << 3);
      const start = first + block * BLOCK;
      found = estimates(at, scales, units, leasts, limits, eligible & 0xff, start, keys, found);
      found = estimates(at + 16, scales + 16, units, leasts, limits, (eligible >>> 8) & 0xff, start + 8, keys, found);
      found = estimates(at + 32, scales + 32, units, leasts, limits, (eligible >>> 16) & 0xff, start + 16, keys, found);
      found = estimates(at + 48, scales + 48, units, leasts, limits, eligible >>> 24, start + 24, keys, found);
    }
  }
  return found;
}

/** Asks memory for every line of some blocks, so that they come together and not one after the other. */
function touchBlocks(blocks: usize, first: u32, end: u32, step: u32, bytes: usize): void {
  let sum: u32 = 0;
  for (let block = first; block < end; block += step) {
    const start = blocks + <usize>block * bytes;
    for (let at: usize = 0; at < bytes; at += 64) sum += load<u8>(start + at);
  }
  store<u32>(touched(), sum);
}

/**
 * Writes to `sums` what the tables have for the 32 rows of each block that has eligible ones, 16 bits each. A loop of its
 * own: with that over the estimates there would not be registers enough.
 */
function sumU2(pairs: usize, first: u32, last: u32, step: u32, padded: u32, tables: usize, mask: usize): void {
  const end = tables + (<usize>padded << 3);
  let to = sums();
  for (let block = first; block < last; block += step, to += 64) {
    if (mask != 0 && load<u32>(mask + (<usize>block << 2)) == 0) continue;
    let x = pairs + <usize>block * pairsBytes(padded);
    let a = i16x8.splat(0), aOdd = a, b = a, bOdd = a;
    for (let t = tables; t < end; t += 64) {
      const t0 = v128.load(t);
      const t1 = v128.load(t, 16);
      const t2 = v128.load(t, 32);
      const t3 = v128.load(t, 48);
      const s = lookUp(v128.load(x), v128.load(x, 32), t0, t1, t2, t3);
      const r = lookUp(v128.load(x, 16), v128.load(x, 48), t0, t1, t2, t3);
      a = i16x8.add(a, s);
      aOdd = i16x8.add(aOdd, i16x8.shr_u(s, 8));
      b = i16x8.add(b, r);
      bOdd = i16x8.add(bOdd, i16x8.shr_u(r, 8));
      x += 64;
    }
    v128.store(to, i16x8.sub(a, i16x8.shl(aOdd, 8)));
    v128.store(to, aOdd, 16);
    v128.store(to, i16x8.sub(b, i16x8.shl(bOdd, 8)), 32);
    v128.store(to, bOdd, 48);
  }
}

/** What the tables have for four nibbles of each of 16 rows, in bytes: entries are at most 63. */
// @ts-ignore: decorator
@inline
function lookUp(x: v128, y: v128, t0: v128, t1: v128, t2: v128, t3: v128): v128 {
  const nibble = i8x16.splat(15);
  return i8x16.add(
    i8x16.add(i8x16.swizzle(t0, v128.and(x, nibble)), i8x16.swizzle(t1, v128.and(i16x8.shr_u(x, 4), nibble))),
    i8x16.add(i8x16.swizzle(t2, v128.and(y, nibble)), i8x16.swizzle(t3, v128.and(i16x8.shr_u(y, 4), nibble))),
  );
}

/** Writes the keys of those of eight rows that reach the limit behind the `found` that are there; returns the new number. */
// @ts-ignore: decorator
@inline
function estimates(
  sums: usize,
  scales: usize,
  units: v128,
  leasts: v128,
  limits: v128,
  eligible: u32,
  first: u32,
  keys: usize,
  found: u32,
): u32 {
  // Rows 0, 2, 4, 6, then 1, 3, 5, 7: 32 bits hold two sums, and two scales.
  const eight = v128.load(sums);
  const pairs = v128.load(scales);
  const even = f32x4.convert_i32x4_s(v128.and(eight, i32x4.splat(0xffff)));
  const odd = f32x4.convert_i32x4_s(i32x4.shr_u(eight, 16));
  const a = f32x4.mul(i32x4.shl(pairs, 16), f32x4.add(f32x4.mul(units, even), leasts));
  const b = f32x4.mul(v128.and(pairs, i32x4.splat(0xffff0000)), f32x4.add(f32x4.mul(units, odd), leasts));
  if (!v128.any_true(v128.or(f32x4.ge(a, limits), f32x4.ge(b, limits)))) return found;
  const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  let passed = <u32>i32x4.bitmask(f32x4.ge(low, limits)) | (<u32>i32x4.bitmask(f32x4.ge(high, limits)) << 4);
  passed &= eligible;
  v128.store(lanes(), low);
  v128.store(lanes(), high, 16);
  while (passed != 0) {
    const lane = ctz(passed);
    const estimate = load<f32>(lanes() + (<usize>lane << 2)) + <f32>0;
    store<u64>(keys + (<usize>found << 3), (<u64>order(estimate) << 32) | <u64>(first + lane));
    found++;
    passed &= passed - 1;
  }
  return found;
}
