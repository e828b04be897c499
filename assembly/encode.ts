// How do rows become codes? By the rules of native/src/planes/encode.rs, in the layout of ./codes.ts.

import { rotate, rotatedStride } from './rotation';
import { rowCodes } from './workspace';

/** Rows of a block. */
const BLOCK: u32 = 32;

/** The levels of 2-bit codes and the step between them: see native/src/planes/encode.rs. */
const OUTER: f32 = 1.51;
const INNER: f32 = 0.4528;
const STEP: f64 = 0.9816;

/** Norms for which the proof of native/src/planes/bound.rs holds with a scale; shorter rows have none. */
const LEAST_NORM: f64 = 7.888609052210118e-31;
const LARGEST_NORM: f64 = 1.2676506002282294e30;

/**
 * Rotates and encodes `blocks` blocks of row-major rows. `rotated` has room for 32 rotated rows, and a row of eight more
 * components than those is read at most. `pairs`, `high` and `low` are where the first block goes.
 */
export function encode(
  rows: usize,
  blocks: u32,
  dimension: u32,
  matrix: usize,
  rotated: usize,
  pairs: usize,
  high: usize,
  low: usize,
): void {
  const padded = (dimension + 7) & ~7;
  for (let block: u32 = 0; block < blocks; block++) {
    rotate(rows, BLOCK, dimension, matrix, rotated);
    const highScales = high + (<usize>padded << 4);
    const pairScales = pairs + (<usize>padded << 3);
    const bounds = highScales + 64;
    memory.fill(bounds, 0, 16);
    for (let r: u32 = 0; r < BLOCK; r++) {
      const row = rotated + (<usize>(r * rotatedStride(dimension)) << 2);
      store<u16>(highScales + (<usize>r << 1), quantise(row, dimension, padded, bounds));
      let to = high + <usize>(r >>> 4) * (<usize>padded << 3) + ((<usize>r & 15) << 2);
      for (let j: u32 = 0; j < padded; j += 8, to += 64, low += 4) {
        const eight = load<u64>(rowCodes() + j);
        store<u32>(to, pack(eight >> 4));
        store<u32>(low, pack(eight));
      }
      const column = ((r & 16) | ((r & 7) << 1) | ((r >>> 3) & 1));
      store<u16>(pairScales + (<usize>r << 1), encodePairs(row, dimension, padded, pairs + column));
    }
    rows += (<usize>BLOCK * dimension) << 2;
    pairs = pairScales + 64;
    high = bounds + 16;
  }
}

/** Two lanes of the lower nibbles of eight bytes, top bits flipped. */
// @ts-ignore: decorator
@inline
function pack(bytes: u64): u32 {
  const nibbles = bytes & 0x0f0f0f0f0f0f0f0f;
  const both = nibbles | (nibbles >> 4);
  const lanes = (both & 0xff) | ((both >> 8) & 0xff00) | ((both >> 16) & 0xff0000) | ((both >> 24) & 0xff000000);
  return <u32>lanes ^ 0x80008000;
}

/**
 * Writes codes c with `y = s (c - 127.5)` nearly to `rowCodes` and widens the bounds of the block; returns 16 s as bf16.
 */
function quantise(row: usize, dimension: u32, padded: u32, bounds: usize): u16 {
  let largest = f32x4.splat(0);
  let squares = f64x2.splat(0);
  for (let j: u32 = 0; j < padded; j += 4) {
    const x = v128.load(row + (<usize>j << 2));
    largest = f32x4.max(largest, f32x4.abs(x));
    squares = addSquares(squares, x);
    store<u32>(rowCodes() + j, 0x80808080);
  }
  const norm = Math.sqrt(f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
  if (norm < LEAST_NORM) return 0;
  if (!(norm <= LARGEST_NORM)) {
    v128.store(bounds, f32x4.splat(Infinity));
    return 0;
  }
  const greatest = max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
  // Rounded up, so that no component lies outside the codes.
  const bits = (reinterpret<u32>(greatest / <f32>127.5) + 0xffff) >>> 16;
  const scale = reinterpret<f32>(bits << 16);
  const scales = f32x4.splat(scale);
  const inverse = f32x4.splat(<f32>1 / scale);
  let whole = f64x2.splat(0);
  let halves = whole;
  for (let j: u32 = 0; j < padded; j += 4) {
    const x = v128.load(row + (<usize>j << 2));
    const c = i32x4.min_u(i32x4.trunc_sat_f32x4_u(f32x4.add(f32x4.mul(x, inverse), f32x4.splat(128))), i32x4.splat(255));
    const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(c, c), i16x8.narrow_i32x4_u(c, c));
    store<u32>(rowCodes() + j, <u32>i32x4.extract_lane(bytes, 0));
    // Exact products: a scale has 8 bits, a code 9.
    const code = f32x4.sub(f32x4.convert_i32x4_u(c), f32x4.splat(127.5));
    const high = f32x4.sub(f32x4.convert_i32x4_u(v128.and(c, i32x4.splat(0xf0))), f32x4.splat(120));
    const inside = i32x4.lt_s(i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3)), i32x4.splat(dimension));
    whole = addSquares(whole, v128.and(inside, f32x4.sub(x, f32x4.mul(scales, code))));
    halves = addSquares(halves, v128.and(inside, f32x4.sub(x, f32x4.mul(scales, high))));
  }
  const unit = 16.0 * <f64>scale;
  widen(bounds, Math.sqrt(f64x2.extract_lane(halves, 0) + f64x2.extract_lane(halves, 1)) / unit);
  widen(bounds + 4, norm / unit);
  widen(bounds + 8, (16.0 * Math.sqrt(f64x2.extract_lane(whole, 0) + f64x2.extract_lane(whole, 1))) / unit);
  return <u16>(reinterpret<u32>(<f32>unit) >>> 16);
}

// @ts-ignore: decorator
@inline
function addSquares(sums: v128, x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
  return f64x2.add(sums, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

/** Raises a bound to at least a value computed in f64. */
// @ts-ignore: decorator
@inline
function widen(bound: usize, value: f64): void {
  store<f32>(bound, max(load<f32>(bound), <f32>(value * (1.0 + 2e-6))));
}

/**
 * Writes the 2-bit codes of a row, a byte for each four components 32 bytes apart; returns, as bf16, `<y,y> / <y,levels>`,
 * which makes the inner product with the levels an unbiased estimate of the score (Gao and Long, RaBitQ, SIGMOD 2024).
 */
function encodePairs(row: usize, dimension: u32, padded: u32, to: usize): u16 {
  // In f64, in which no square of an f32 overflows or underflows.
  let sums = f64x2.splat(0);
  for (let j: u32 = 0; j < padded; j += 4) sums = addSquares(sums, v128.load(row + (<usize>j << 2)));
  const squares = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  const step = f32x4.splat(<f32>(Math.sqrt(squares / <f64>dimension) * STEP));
  let lanes = f32x4.splat(0);
  for (let j: u32 = 0; j < padded; j += 4, to += 32) {
    const x = v128.load(row + (<usize>j << 2));
    const size = f32x4.abs(x);
    const outer = f32x4.ge(size, step);
    const level = v128.bitselect(f32x4.splat(OUTER), f32x4.splat(INNER), outer);
    lanes = f32x4.add(lanes, f32x4.mul(size, level));
    const negative = <u32>i32x4.bitmask(f32x4.lt(x, f32x4.splat(0)));
    const far = <u32>i32x4.bitmask(outer);
    // 0 and 1 are the negative levels, the outer one first; 2 and 3 the others, the outer one last.
    store<u8>(to, spread(far ^ negative) | (spread(~negative & 15) << 1));
  }
  const scale = <f32>(squares / <f64>addLanes(lanes));
  // Rounded to nearest; a row that is zeros after the rotation has an estimate of 0.
  return isFinite(scale) ? <u16>((reinterpret<u32>(scale) + 0x8000) >>> 16) : 0;
}

/** Four bits, each in a place for two. */
// @ts-ignore: decorator
@inline
function spread(bits: u32): u32 {
  const pairs = (bits | (bits << 2)) & 0x33;
  return (pairs | (pairs << 1)) & 0x55;
}

// @ts-ignore: decorator
@inline
function addLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}
