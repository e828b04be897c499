// Which standard normals belong to a key? As in src/decisions/kernels/reference/normals.ts: Threefry-2x32-20, and the
// inverse of the normal distribution function by algorithm AS 241 (Wichura 1988).

import { log, step } from './elementary';
import { f64At } from './memory';

/** The words of the last four blocks: first words, second words. */
const words = memory.data(32, 16);

// @ts-ignore: decorator
@inline
function rotate(y: v128, by: i32): v128 {
  return v128.or(i32x4.shl(y, by), i32x4.shr_u(y, 32 - by));
}

/** Threefry of four counter blocks, `counter` and those after it, to `words`. */
function blocks(key0: u32, key1: u32, counter: u32): void {
  const key2: u32 = key0 ^ key1 ^ 0x1bd11bda;
  let x = i32x4.add(i32x4.add(i32x4.splat(counter), i32x4(0, 1, 2, 3)), i32x4.splat(key0));
  let y = i32x4.splat(key1);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 6), x);
  x = i32x4.add(x, i32x4.splat(key1));
  y = i32x4.add(y, i32x4.splat(key2 + 1));
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 17), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 29), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 16), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 24), x);
  x = i32x4.add(x, i32x4.splat(key2));
  y = i32x4.add(y, i32x4.splat(key0 + 2));
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 6), x);
  x = i32x4.add(x, i32x4.splat(key0));
  y = i32x4.add(y, i32x4.splat(key1 + 3));
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 17), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 29), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 16), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 24), x);
  x = i32x4.add(x, i32x4.splat(key1));
  y = i32x4.add(y, i32x4.splat(key2 + 4));
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 13), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 15), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 26), x);
  x = i32x4.add(x, y);
  y = v128.xor(rotate(y, 6), x);
  x = i32x4.add(x, i32x4.splat(key2));
  y = i32x4.add(y, i32x4.splat(key0 + 5));
  v128.store(words, x);
  v128.store(words, y, 16);
}

/** A uniform of [0, 1) with 53 random bits, from the block of a counter. */
export function uniform(key0: u32, key1: u32, counter: u32): f64 {
  blocks(key0, key1, counter);
  const high = <f64>(load<u32>(words) >>> 5);
  return (high * 67108864 + <f64>(load<u32>(words, 16) >>> 6)) / 9007199254740992;
}

/** Writes `count` normals of a key, a multiple of four. */
export function normals(key0: u32, key1: u32, out: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i += 4) {
    blocks(key0, key1, i);
    const to = f64At(out, i);
    const x = v128.load(words);
    const y = v128.load(words, 16);
    centre(i64x2.extend_low_i32x4_u(x), i64x2.extend_low_i32x4_u(y), to);
    centre(i64x2.extend_high_i32x4_u(x), i64x2.extend_high_i32x4_u(y), to + 16);
  }
}

/** Writes the normals of two pairs of random words. */
// @ts-ignore: decorator
@inline
function centre(high: v128, low: v128, to: usize): void {
  // With the exponent of 1, 52 random bits are a number of [1, 2).
  const bits = v128.or(i64x2.shl(high, 20), i64x2.shr_u(low, 12));
  const one = v128.or(bits, i64x2.splat(0x3ff0000000000000));
  const q = f64x2.add(f64x2.sub(one, f64x2.splat(1.5)), f64x2.splat(1.1102230246251565e-16));
  const r = f64x2.sub(f64x2.splat(0.180625), f64x2.mul(q, q));
  let above = f64x2.splat(2509.0809287301227);
  above = step(above, r, 33430.57558358813);
  above = step(above, r, 67265.7709270087);
  above = step(above, r, 45921.95393154987);
  above = step(above, r, 13731.69376550946);
  above = step(above, r, 1971.5909503065513);
  above = step(above, r, 133.14166789178438);
  above = step(above, r, 3.3871328727963665);
  let below = f64x2.splat(5226.495278852854);
  below = step(below, r, 28729.085735721943);
  below = step(below, r, 39307.89580009271);
  below = step(below, r, 21213.794301586597);
  below = step(below, r, 5394.196021424751);
  below = step(below, r, 687.1870074920579);
  below = step(below, r, 42.31333070160091);
  below = step(below, r, 1);
  v128.store(to, f64x2.div(f64x2.mul(q, above), below));
  const far = i64x2.bitmask(f64x2.gt(f64x2.abs(q), f64x2.splat(0.425)));
  if (far & 1) store<f64>(to, tail(f64x2.extract_lane(q, 0)));
  if (far & 2) store<f64>(to + 8, tail(f64x2.extract_lane(q, 1)));
}

/** The normal quantile at q + 1/2, for |q| above 0.425. */
function tail(q: f64): f64 {
  const r = Math.sqrt(-log(0.5 - Math.abs(q)));
  let above: f64, below: f64;
  if (r <= 5) {
    const t = r - 1.6;
    above = 0.0007745450142783414;
    above = above * t + 0.022723844989269184;
    above = above * t + 0.2417807251774506;
    above = above * t + 1.2704582524523684;
    above = above * t + 3.6478483247632045;
    above = above * t + 5.769497221460691;
    above = above * t + 4.630337846156546;
    above = above * t + 1.4234371107496835;
    below = 1.0507500716444169e-9;
    below = below * t + 0.0005475938084995345;
    below = below * t + 0.015198666563616457;
    below = below * t + 0.14810397642748008;
    below = below * t + 0.6897673349851;
    below = below * t + 1.6763848301838038;
    below = below * t + 2.053191626637759;
    below = below * t + 1;
  } else {
    const t = r - 5;
    above = 2.0103343992922881e-7;
    above = above * t + 2.7115555687434876e-5;
    above = above * t + 0.0012426609473880784;
    above = above * t + 0.026532189526576124;
    above = above * t + 0.29656057182850487;
    above = above * t + 1.7848265399172913;
    above = above * t + 5.463784911164114;
    above = above * t + 6.657904643501103;
    below = 2.0442631033899397e-15;
    below = below * t + 1.421511758316446e-7;
    below = below * t + 1.8463183175100548e-5;
    below = below * t + 0.0007868691311456133;
    below = below * t + 0.014875361290850615;
    below = below * t + 0.1369298809227358;
    below = below * t + 0.599832206555888;
    below = below * t + 1;
  }
  const value = above / below;
  return q < 0 ? -value : value;
}
