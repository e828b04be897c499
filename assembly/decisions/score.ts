// What do all rows score? Sums in f32 of sixteen lanes, halved until one is left.

import { f32At } from './memory';

/**
 * Writes the inner products of `theta` with the numbered rows of a matrix of `size` rows, all of `width` f32; minus
 * infinity for those that overflow both ways. False, with nothing written, if a row is not there.
 */
export function score(
  theta: usize,
  data: usize,
  width: u32,
  size: u32,
  rows: usize,
  count: u32,
  out: usize,
): bool {
  if (count > 0 && last(rows, count) >= size) return false;
  const stride = f32At(0, width);
  const even = count & ~1;
  for (let i: u32 = 0; i < even; i += 2) {
    const a = data + <usize>load<u32>(f32At(rows, i)) * stride;
    const b = data + <usize>load<u32>(f32At(rows, i), 4) * stride;
    v128.store64_lane(f32At(out, i), scorePair(theta, a, b, stride), 0);
  }
  if (even < count) {
    const a = data + <usize>load<u32>(f32At(rows, even)) * stride;
    v128.store32_lane(f32At(out, even), scorePair(theta, a, a, stride), 0);
  }
  return true;
}

/** The scores of two rows, in the first two lanes. */
// @ts-ignore: decorator
@inline
function scorePair(theta: usize, a: usize, b: usize, stride: usize): v128 {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (let at: usize = 0; at < stride; at += 64) {
    const t0 = v128.load(theta + at);
    const t1 = v128.load(theta + at, 16);
    const t2 = v128.load(theta + at, 32);
    const t3 = v128.load(theta + at, 48);
    a0 = f32x4.add(a0, f32x4.mul(t0, v128.load(a + at)));
    a1 = f32x4.add(a1, f32x4.mul(t1, v128.load(a + at, 16)));
    a2 = f32x4.add(a2, f32x4.mul(t2, v128.load(a + at, 32)));
    a3 = f32x4.add(a3, f32x4.mul(t3, v128.load(a + at, 48)));
    b0 = f32x4.add(b0, f32x4.mul(t0, v128.load(b + at)));
    b1 = f32x4.add(b1, f32x4.mul(t1, v128.load(b + at, 16)));
    b2 = f32x4.add(b2, f32x4.mul(t2, v128.load(b + at, 32)));
    b3 = f32x4.add(b3, f32x4.mul(t3, v128.load(b + at, 48)));
  }
  const a4 = f32x4.add(f32x4.add(a0, a2), f32x4.add(a1, a3));
  const b4 = f32x4.add(f32x4.add(b0, b2), f32x4.add(b1, b3));
  const pairs = f32x4.add(v128.shuffle<f32>(a4, b4, 0, 4, 1, 5), v128.shuffle<f32>(a4, b4, 2, 6, 3, 7));
  return orLeast(f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 2, 3, 2, 3)));
}

/** Scores that are numbers. */
// @ts-ignore: decorator
@inline
export function orLeast(scores: v128): v128 {
  return v128.bitselect(scores, f32x4.splat(-Infinity), f32x4.eq(scores, scores));
}

/** The greatest row number. */
function last(rows: usize, count: u32): u32 {
  const whole = count & ~7;
  let a = i32x4.splat(0);
  let b = a;
  for (let i: u32 = 0; i < whole; i += 8) {
    a = i32x4.max_u(a, v128.load(f32At(rows, i)));
    b = i32x4.max_u(b, v128.load(f32At(rows, i), 16));
  }
  a = i32x4.max_u(a, b);
  let most = max<u32>(
    max<u32>(i32x4.extract_lane(a, 0), i32x4.extract_lane(a, 1)),
    max<u32>(i32x4.extract_lane(a, 2), i32x4.extract_lane(a, 3)),
  );
  for (let i = whole; i < count; i++) most = max<u32>(most, load<u32>(f32At(rows, i)));
  return most;
}
