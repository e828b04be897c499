// What are exp and log, to the last bit, on every machine? The operations and their order are those of
// src/decisions/kernels/reference/elementary.ts, which says why.

const WHOLE: f64 = 6755399441055744;
const LOG2_E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const SQRT_HALF: f64 = 0.7071067811865476;

/** e^x for both x at most 0; 0 below -708. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2_E)), f64x2.splat(WHOLE));
  const n = f64x2.sub(shifted, f64x2.splat(WHOLE));
  const r = f64x2.sub(
    f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH))),
    f64x2.mul(n, f64x2.splat(LN2_LOW)),
  );
  let sum = f64x2.splat(1.0 / 6227020800.0);
  sum = step(sum, r, 1.0 / 479001600.0);
  sum = step(sum, r, 1.0 / 39916800.0);
  sum = step(sum, r, 1.0 / 3628800.0);
  sum = step(sum, r, 1.0 / 362880.0);
  sum = step(sum, r, 1.0 / 40320.0);
  sum = step(sum, r, 1.0 / 5040.0);
  sum = step(sum, r, 1.0 / 720.0);
  sum = step(sum, r, 1.0 / 120.0);
  sum = step(sum, r, 1.0 / 24.0);
  sum = step(sum, r, 1.0 / 6.0);
  sum = step(sum, r, 0.5);
  sum = step(sum, r, 1.0);
  sum = step(sum, r, 1.0);
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return v128.and(f64x2.mul(sum, power), f64x2.gt(x, f64x2.splat(-708)));
}

/** One step of Horner's scheme. */
// @ts-ignore: decorator
@inline
export function step(sum: v128, x: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(sum, x), f64x2.splat(coefficient));
}

/** ln x of a normal number above 0. */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <f64>(<i32>(bits >>> 52) - 1022);
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3fe0000000000000);
  if (m < SQRT_HALF) {
    m = m + m;
    exponent -= 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let sum: f64 = 0.14798198605116586;
  sum = sum * z + 0.15313837699209373;
  sum = sum * z + 0.1818357216161805;
  sum = sum * z + 0.22222198432149784;
  sum = sum * z + 0.2857142874366239;
  sum = sum * z + 0.3999999999940942;
  sum = sum * z + 0.6666666666666735;
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + sum * z) + exponent * LN2_LOW) - f);
}
