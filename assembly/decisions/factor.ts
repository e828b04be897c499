// How is a triangular factor updated and solved? As in src/decisions/kernels/reference/factor.ts: L by columns of `width`
// numbers, a multiple of 16, zero above the diagonal and padded with a unit matrix.

import { f64At } from './memory';

/** L L' += w w' in place, w zero before `first`; w is used up. */
export function update(factor: usize, width: u32, w: usize, first: u32): void {
  const end = f64At(0, width);
  for (let j = first; j < width; j++) {
    const x = load<f64>(f64At(w, j));
    if (x == 0) continue;
    const column = f64At(factor, j * width);
    const diagonal = f64At(column, j);
    const pivot = load<f64>(diagonal);
    const root = Math.sqrt(pivot * pivot + x * x);
    const inverse = 1.0 / root;
    const c = f64x2.splat(pivot * inverse);
    const s = f64x2.splat(x * inverse);
    // From the pair that holds the next place: what stands before it is zero and stays so, but for the diagonal.
    store<f64>(f64At(w, j), 0);
    store<f64>(diagonal, 0);
    for (let at = f64At(0, (j + 1) & ~1); at < end; at += 16) {
      const a = v128.load(column + at);
      const b = v128.load(w + at);
      v128.store(column + at, f64x2.add(f64x2.mul(c, a), f64x2.mul(s, b)));
      v128.store(w + at, f64x2.sub(f64x2.mul(c, b), f64x2.mul(s, a)));
    }
    store<f64>(diagonal, root);
  }
}

/** Solves L y = x in place. `inverse` is that of the diagonal. */
export function solveForward(factor: usize, inverse: usize, width: u32, x: usize): void {
  const end = f64At(0, width);
  for (let j: u32 = 0; j < width; j++) {
    const y = load<f64>(f64At(x, j)) * load<f64>(f64At(inverse, j));
    const column = f64At(factor, j * width);
    const both = f64x2.splat(y);
    for (let at = f64At(0, j & ~1); at < end; at += 16) {
      v128.store(x + at, f64x2.sub(v128.load(x + at), f64x2.mul(v128.load(column + at), both)));
    }
    store<f64>(f64At(x, j), y);
  }
}

/** Solves L' y = x in place, eight columns at a time. */
export function solveBackward(factor: usize, inverse: usize, width: u32, x: usize): void {
  for (let end = width; end > 0; end -= 8) {
    for (let j = end - 8; j < end; j++) {
      const place = f64At(x, j);
      store<f64>(place, load<f64>(place) - dot(f64At(factor, j * width), x, end, width));
    }
    for (let j = end - 1; ; j--) {
      const place = f64At(x, j);
      const y = load<f64>(place) * load<f64>(f64At(inverse, j));
      store<f64>(place, y);
      for (let i = end - 8; i < j; i++) {
        const other = f64At(x, i);
        store<f64>(other, load<f64>(other) - load<f64>(f64At(factor, i * width + j)) * y);
      }
      if (j == end - 8) break;
    }
  }
}

/** The inner product in eight lanes of numbers `start` to `end`, both multiples of 8. */
// @ts-ignore: decorator
@inline
export function dot(a: usize, b: usize, start: u32, end: u32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let at = f64At(0, start); at < f64At(0, end); at += 64) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a + at), v128.load(b + at)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a + at, 32), v128.load(b + at, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a + at, 48), v128.load(b + at, 48)));
  }
  return halve(s0, s1, s2, s3);
}

/** The sum of eight lanes, two in each. */
// @ts-ignore: decorator
@inline
export function halve(s0: v128, s1: v128, s2: v128, s3: v128): f64 {
  const s = f64x2.add(f64x2.add(s0, s2), f64x2.add(s1, s3));
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/**
 * Writes the sums of squares of L^-1 x for eight vectors, which `y` holds by components, eight lanes each. Every lane has
 * the operations of `solveForward` in the same order. Two rows of L are in work together.
 */
export function squares(factor: usize, inverse: usize, width: u32, y: usize, out: usize): void {
  let t0 = f64x2.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  const stride = f64At(0, width);
  for (let j: u32 = 0; j < width; j += 2) {
    const place = y + ((<usize>j) << 6);
    let a0 = v128.load(place);
    let a1 = v128.load(place, 16);
    let a2 = v128.load(place, 32);
    let a3 = v128.load(place, 48);
    let b0 = v128.load(place, 64);
    let b1 = v128.load(place, 80);
    let b2 = v128.load(place, 96);
    let b3 = v128.load(place, 112);
    let l = f64At(factor, j);
    for (let known = y; known < place; known += 64, l += stride) {
      const k0 = v128.load(known);
      const k1 = v128.load(known, 16);
      const k2 = v128.load(known, 32);
      const k3 = v128.load(known, 48);
      const a = v128.load64_splat(l);
      a0 = f64x2.sub(a0, f64x2.mul(a, k0));
      a1 = f64x2.sub(a1, f64x2.mul(a, k1));
      a2 = f64x2.sub(a2, f64x2.mul(a, k2));
      a3 = f64x2.sub(a3, f64x2.mul(a, k3));
      const b = v128.load64_splat(l, 8);
      b0 = f64x2.sub(b0, f64x2.mul(b, k0));
      b1 = f64x2.sub(b1, f64x2.mul(b, k1));
      b2 = f64x2.sub(b2, f64x2.mul(b, k2));
      b3 = f64x2.sub(b3, f64x2.mul(b, k3));
    }
    let scale = v128.load64_splat(f64At(inverse, j));
    a0 = f64x2.mul(a0, scale);
    a1 = f64x2.mul(a1, scale);
    a2 = f64x2.mul(a2, scale);
    a3 = f64x2.mul(a3, scale);
    const below = v128.load64_splat(l, 8);
    scale = v128.load64_splat(f64At(inverse, j), 8);
    b0 = f64x2.mul(f64x2.sub(b0, f64x2.mul(below, a0)), scale);
    b1 = f64x2.mul(f64x2.sub(b1, f64x2.mul(below, a1)), scale);
    b2 = f64x2.mul(f64x2.sub(b2, f64x2.mul(below, a2)), scale);
    b3 = f64x2.mul(f64x2.sub(b3, f64x2.mul(below, a3)), scale);
    v128.store(place, a0);
    v128.store(place, a1, 16);
    v128.store(place, a2, 32);
    v128.store(place, a3, 48);
    v128.store(place, b0, 64);
    v128.store(place, b1, 80);
    v128.store(place, b2, 96);
    v128.store(place, b3, 112);
    t0 = f64x2.add(f64x2.add(t0, f64x2.mul(a0, a0)), f64x2.mul(b0, b0));
    t1 = f64x2.add(f64x2.add(t1, f64x2.mul(a1, a1)), f64x2.mul(b1, b1));
    t2 = f64x2.add(f64x2.add(t2, f64x2.mul(a2, a2)), f64x2.mul(b2, b2));
    t3 = f64x2.add(f64x2.add(t3, f64x2.mul(a3, a3)), f64x2.mul(b3, b3));
  }
  v128.store(out, t0);
  v128.store(out, t1, 16);
  v128.store(out, t2, 32);
  v128.store(out, t3, 48);
}
