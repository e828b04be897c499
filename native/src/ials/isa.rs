//! How is a tile of a product formed in each instruction set? Sixteen sums fill half of the registers.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

use super::product::Isa;

/// Plain Rust, compiled to SSE2 on x86-64 and to NEON on arm64.
pub struct Scalar;

impl Isa for Scalar {
    const M: usize = 4;
    const N: usize = 4;
    // Where the instruction set lacks it, a fused multiply-add is a function call.
    const FUSED: bool = cfg!(target_arch = "aarch64");

    #[inline(always)]
    unsafe fn add_tile(
        a: (*const f64, usize),
        b: (*const f64, usize),
        depth: usize,
        scale: f64,
        c: (*mut f64, usize),
    ) {
        let mut sums = [[0.0; 4]; 4];
        for r in 0..depth {
            // SAFETY: promised by the caller.
            let (x, y) =
                unsafe { (&*a.0.add(r * a.1).cast::<[f64; 4]>(), &*b.0.add(r * b.1).cast::<[f64; 4]>()) };
            for (sums, &x) in sums.iter_mut().zip(x) {
                for (sum, &y) in sums.iter_mut().zip(y) {
                    *sum = super::product::multiply_add::<Self>(x, y, *sum);
                }
            }
        }
        for (m, sums) in sums.iter().enumerate() {
            for (n, sum) in sums.iter().enumerate() {
                // SAFETY: promised by the caller.
                unsafe { *c.0.add(m * c.1 + n) += scale * sum };
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub struct Avx2;

#[cfg(target_arch = "x86_64")]
impl Isa for Avx2 {
    const M: usize = 4;
    const N: usize = 8;
    const FUSED: bool = true;

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn add_tile(
        a: (*const f64, usize),
        b: (*const f64, usize),
        depth: usize,
        scale: f64,
        c: (*mut f64, usize),
    ) {
        let mut sums = [[_mm256_setzero_pd(); 2]; 4];
        // SAFETY: promised by the caller.
        unsafe {
            for r in 0..depth {
                let (x, y) = (a.0.add(r * a.1), b.0.add(r * b.1));
                let y = [_mm256_loadu_pd(y), _mm256_loadu_pd(y.add(4))];
                for (m, sums) in sums.iter_mut().enumerate() {
                    let x = _mm256_set1_pd(*x.add(m));
                    sums[0] = _mm256_fmadd_pd(x, y[0], sums[0]);
                    sums[1] = _mm256_fmadd_pd(x, y[1], sums[1]);
                }
            }
            let scale = _mm256_set1_pd(scale);
            for (m, sums) in sums.iter().enumerate() {
                for (n, &sum) in sums.iter().enumerate() {
                    let to = c.0.add(m * c.1 + 4 * n);
                    _mm256_storeu_pd(to, _mm256_fmadd_pd(scale, sum, _mm256_loadu_pd(to)));
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub struct Avx512;

#[cfg(target_arch = "x86_64")]
impl Isa for Avx512 {
    const M: usize = 8;
    const N: usize = 16;
    const FUSED: bool = true;

    #[inline]
    #[target_feature(enable = "avx512f,fma")]
    unsafe fn add_tile(
        a: (*const f64, usize),
        b: (*const f64, usize),
        depth: usize,
        scale: f64,
        c: (*mut f64, usize),
    ) {
        let mut sums = [[_mm512_setzero_pd(); 2]; 8];
        // SAFETY: promised by the caller.
        unsafe {
            for r in 0..depth {
                let (x, y) = (a.0.add(r * a.1), b.0.add(r * b.1));
                let y = [_mm512_loadu_pd(y), _mm512_loadu_pd(y.add(8))];
                for (m, sums) in sums.iter_mut().enumerate() {
                    let x = _mm512_set1_pd(*x.add(m));
                    sums[0] = _mm512_fmadd_pd(x, y[0], sums[0]);
                    sums[1] = _mm512_fmadd_pd(x, y[1], sums[1]);
                }
            }
            let scale = _mm512_set1_pd(scale);
            for (m, sums) in sums.iter().enumerate() {
                for (n, &sum) in sums.iter().enumerate() {
                    let to = c.0.add(m * c.1 + 8 * n);
                    _mm512_storeu_pd(to, _mm512_fmadd_pd(scale, sum, _mm512_loadu_pd(to)));
                }
            }
        }
    }
}
