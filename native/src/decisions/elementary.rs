//! What are exp and log, to the last bit, on every machine? The operations and their order are those of
//! `src/decisions/kernels/reference/elementary.ts`, which says why.

use super::simd::Simd;

const WHOLE: f64 = 6755399441055744.0;
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/// 1 / 13!, 1 / 12!, ..., 1 / 0!.
const FACTORIALS: [f64; 14] = [
    1.0 / 6227020800.0,
    1.0 / 479001600.0,
    1.0 / 39916800.0,
    1.0 / 3628800.0,
    1.0 / 362880.0,
    1.0 / 40320.0,
    1.0 / 5040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// e^x for x at most 0; 0 below -708.
#[inline(always)]
pub unsafe fn exp<S: Simd>(x: S::F64) -> S::F64 {
    // SAFETY: the machine is promised by the caller.
    unsafe {
        let shifted = S::add(S::mul(x, S::splat(std::f64::consts::LOG2_E)), S::splat(WHOLE));
        let n = S::sub(shifted, S::splat(WHOLE));
        let r = S::sub(S::sub(x, S::mul(n, S::splat(LN2_HIGH))), S::mul(n, S::splat(LN2_LOW)));
        let value = S::mul(polynomial::<S, 14>(&FACTORIALS, r), S::power_of_two(shifted));
        S::above(value, x, S::splat(-708.0))
    }
}

/// Coefficients from the highest power down.
#[inline(always)]
pub unsafe fn polynomial<S: Simd, const N: usize>(coefficients: &[f64; N], x: S::F64) -> S::F64 {
    // SAFETY: the machine is promised by the caller.
    unsafe {
        let mut sum = S::splat(coefficients[0]);
        for &coefficient in &coefficients[1..] {
            sum = S::add(S::mul(sum, x), S::splat(coefficient));
        }
        sum
    }
}

/// ln x of a normal number above 0.
pub fn log(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) as i32 - 1022) as f64;
    let mut m = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 0x3fe0_0000_0000_0000);
    if m < std::f64::consts::FRAC_1_SQRT_2 {
        m += m;
        exponent -= 1.0;
    }
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let mut sum = 0.14798198605116586;
    for coefficient in [
        0.15313837699209373,
        0.1818357216161805,
        0.22222198432149784,
        0.2857142874366239,
        0.3999999999940942,
        0.6666666666666735,
    ] {
        sum = sum * z + coefficient;
    }
    let half = 0.5 * f * f;
    exponent * LN2_HIGH - (half - (s * (half + sum * z) + exponent * LN2_LOW) - f)
}
