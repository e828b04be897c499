/**
 * What are exp and log, to the last bit, on every machine?
 *
 * `Math.exp` and `Math.log` differ between engines and from the libraries of other languages. Addition, multiplication,
 * division and the square root do not: every kernel does these operations in this order.
 */

/** Adding and taking away 1.5 x 2^52 rounds to a whole number. */
const WHOLE = 6755399441055744;
const LOG2_E = Math.LOG2E;
/** ln 2 in two parts; the first has 32 trailing zeros, so that its products with exponents are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_HALF = Math.SQRT1_2;

const double = /* @__PURE__ */ new Float64Array(1);
const words = /* @__PURE__ */ new Uint32Array(double.buffer);

/** e^x for x at most 0; 0 below -708, where the result would soon be no normal number. Within 1 unit of the last place. */
export function exp(x: number): number {
  if (!(x > -708)) return 0;
  const n = x * LOG2_E + WHOLE - WHOLE;
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  // Taylor's series: |r| is at most ln 2 / 2, so that the fourteenth term is below 4e-18.
  let sum = 1 / 6227020800;
  sum = sum * r + 1 / 479001600;
  sum = sum * r + 1 / 39916800;
  sum = sum * r + 1 / 3628800;
  sum = sum * r + 1 / 362880;
  sum = sum * r + 1 / 40320;
  sum = sum * r + 1 / 5040;
  sum = sum * r + 1 / 720;
  sum = sum * r + 1 / 120;
  sum = sum * r + 1 / 24;
  sum = sum * r + 1 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  words[0] = 0;
  words[1] = (n + 1023) << 20;
  return sum * double[0];
}

/** ln x of a normal number above 0, by the method of fdlibm's `log`. Within 1 unit of the last place. */
export function log(x: number): number {
  double[0] = x;
  let exponent = (words[1] >>> 20) - 1022;
  words[1] = (words[1] & 0xfffff) | 0x3fe00000;
  // In [1/2, 1), then in [sqrt(1/2), sqrt(2)).
  let m = double[0];
  if (m < SQRT_HALF) {
    m = m + m;
    exponent -= 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let sum = 0.14798198605116586;
  sum = sum * z + 0.15313837699209373;
  sum = sum * z + 0.1818357216161805;
  sum = sum * z + 0.22222198432149784;
  sum = sum * z + 0.2857142874366239;
  sum = sum * z + 0.3999999999940942;
  sum = sum * z + 0.6666666666666735;
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + sum * z) + exponent * LN2_LOW) - f);
}
