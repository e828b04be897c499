//! What does an instruction set have to offer? Eight lanes of f64, and inner products of sixteen rows of f32.
//!
//! Every method gives the same bits in every implementation: there is no fused multiply-add, and sums over lanes are
//! halved until one is left.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// The methods are unsafe because the machine must have the instruction set; pointers must be good for all lanes.
pub trait Simd {
    type F64: Copy;
    unsafe fn load(from: *const f64) -> Self::F64;
    /// Eight f32, widened.
    unsafe fn widen(from: *const f32) -> Self::F64;
    unsafe fn store(x: Self::F64, to: *mut f64);
    unsafe fn splat(x: f64) -> Self::F64;
    unsafe fn add(a: Self::F64, b: Self::F64) -> Self::F64;
    unsafe fn sub(a: Self::F64, b: Self::F64) -> Self::F64;
    unsafe fn mul(a: Self::F64, b: Self::F64) -> Self::F64;
    unsafe fn div(a: Self::F64, b: Self::F64) -> Self::F64;
    /// 2^n of n + 1.5 x 2^52.
    unsafe fn power_of_two(shifted: Self::F64) -> Self::F64;
    /// `value` where x > limit, else 0.
    unsafe fn above(value: Self::F64, x: Self::F64, limit: Self::F64) -> Self::F64;
    /// Inner products with `theta` of sixteen rows of `width` f32, a multiple of 16.
    unsafe fn dots(theta: *const f32, rows: &[*const f32; 16], width: usize) -> [f32; 16];
    /// Writes component c of eight components of row r, widened, to `out[c * stride + r]`.
    unsafe fn turn(rows: &[*const f32; 8], out: *mut f64, stride: usize);
}

/// The sum of the lanes.
#[inline(always)]
pub unsafe fn halve<S: Simd>(x: S::F64) -> f64 {
    let mut s = [0.0; 8];
    // SAFETY: the machine is promised by the caller; eight places are eight lanes.
    unsafe { S::store(x, s.as_mut_ptr()) };
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

/// Plain Rust.
pub struct Scalar;

#[inline(always)]
fn map(a: [f64; 8], b: [f64; 8], f: impl Fn(f64, f64) -> f64) -> [f64; 8] {
    std::array::from_fn(|i| f(a[i], b[i]))
}

impl Simd for Scalar {
    type F64 = [f64; 8];
    #[inline(always)]
    unsafe fn load(from: *const f64) -> [f64; 8] {
        // SAFETY: promised by the caller.
        unsafe { from.cast::<[f64; 8]>().read() }
    }
    #[inline(always)]
    unsafe fn widen(from: *const f32) -> [f64; 8] {
        // SAFETY: promised by the caller.
        unsafe { from.cast::<[f32; 8]>().read() }.map(f64::from)
    }
    #[inline(always)]
    unsafe fn store(x: [f64; 8], to: *mut f64) {
        // SAFETY: promised by the caller.
        unsafe { to.cast::<[f64; 8]>().write(x) }
    }
    #[inline(always)]
    unsafe fn splat(x: f64) -> [f64; 8] {
        [x; 8]
    }
    #[inline(always)]
    unsafe fn add(a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        map(a, b, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn sub(a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        map(a, b, |a, b| a - b)
    }
    #[inline(always)]
    unsafe fn mul(a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        map(a, b, |a, b| a * b)
    }
    #[inline(always)]
    unsafe fn div(a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        map(a, b, |a, b| a / b)
    }
    #[inline(always)]
    unsafe fn power_of_two(shifted: [f64; 8]) -> [f64; 8] {
        shifted.map(|x| f64::from_bits(x.to_bits().wrapping_add(1023) << 52))
    }
    #[inline(always)]
    unsafe fn above(value: [f64; 8], x: [f64; 8], limit: [f64; 8]) -> [f64; 8] {
        std::array::from_fn(|i| if x[i] > limit[i] { value[i] } else { 0.0 })
    }
    #[inline(always)]
    unsafe fn dots(theta: *const f32, rows: &[*const f32; 16], width: usize) -> [f32; 16] {
        rows.map(|row| {
            let mut s = [0.0f32; 16];
            for at in (0..width).step_by(16) {
                // SAFETY: promised by the caller.
                let (a, b) =
                    unsafe { (&*theta.add(at).cast::<[f32; 16]>(), &*row.add(at).cast::<[f32; 16]>()) };
                for lane in 0..16 {
                    s[lane] += a[lane] * b[lane];
                }
            }
            for half in [8, 4, 2, 1] {
                for lane in 0..half {
                    s[lane] += s[lane + half];
                }
            }
            s[0]
        })
    }
    #[inline(always)]
    unsafe fn turn(rows: &[*const f32; 8], out: *mut f64, stride: usize) {
        for (r, row) in rows.iter().enumerate() {
            for c in 0..8 {
                // SAFETY: promised by the caller.
                unsafe { *out.add(c * stride + r) = f64::from(*row.add(c)) };
            }
        }
    }
}

/// AVX-512F.
#[cfg(target_arch = "x86_64")]
pub struct Avx512;

#[cfg(target_arch = "x86_64")]
impl Simd for Avx512 {
    type F64 = __m512d;
    #[inline(always)]
    unsafe fn load(from: *const f64) -> __m512d {
        // SAFETY: promised by the caller, as in all that follow.
        unsafe { _mm512_loadu_pd(from) }
    }
    #[inline(always)]
    unsafe fn widen(from: *const f32) -> __m512d {
        unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(from)) }
    }
    #[inline(always)]
    unsafe fn store(x: __m512d, to: *mut f64) {
        unsafe { _mm512_storeu_pd(to, x) }
    }
    #[inline(always)]
    unsafe fn splat(x: f64) -> __m512d {
        unsafe { _mm512_set1_pd(x) }
    }
    #[inline(always)]
    unsafe fn add(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_add_pd(a, b) }
    }
    #[inline(always)]
    unsafe fn sub(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_sub_pd(a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_mul_pd(a, b) }
    }
    #[inline(always)]
    unsafe fn div(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_div_pd(a, b) }
    }
    #[inline(always)]
    unsafe fn power_of_two(shifted: __m512d) -> __m512d {
        unsafe {
            let exponent = _mm512_add_epi64(_mm512_castpd_si512(shifted), _mm512_set1_epi64(1023));
            _mm512_castsi512_pd(_mm512_slli_epi64::<52>(exponent))
        }
    }
    #[inline(always)]
    unsafe fn above(value: __m512d, x: __m512d, limit: __m512d) -> __m512d {
        unsafe { _mm512_maskz_mov_pd(_mm512_cmp_pd_mask::<_CMP_GT_OQ>(x, limit), value) }
    }
    #[inline(always)]
    unsafe fn dots(theta: *const f32, rows: &[*const f32; 16], width: usize) -> [f32; 16] {
        unsafe {
            let mut s = [_mm512_setzero_ps(); 16];
            for at in (0..width).step_by(16) {
                let a = _mm512_loadu_ps(theta.add(at));
                for r in 0..16 {
                    s[r] = _mm512_add_ps(s[r], _mm512_mul_ps(a, _mm512_loadu_ps(rows[r].add(at))));
                }
            }
            // Rows r, r + 4, r + 8 and r + 12 share a register, a quarter each, after lanes 8 and 4 apart are added.
            let mut quarters = [_mm512_setzero_ps(); 4];
            for r in 0..4 {
                let a = eights(s[r], s[r + 4]);
                let b = eights(s[r + 8], s[r + 12]);
                let even = _mm512_shuffle_f32x4::<0b10_00_10_00>(a, b);
                quarters[r] = _mm512_add_ps(even, _mm512_shuffle_f32x4::<0b11_01_11_01>(a, b));
            }
            let (a, b) = (pairs(quarters[0], quarters[1]), pairs(quarters[2], quarters[3]));
            let low = _mm512_shuffle_ps::<0b01_00_01_00>(a, b);
            let high = _mm512_shuffle_ps::<0b11_10_11_10>(a, b);
            let mut out = [0.0; 16];
            _mm512_storeu_ps(out.as_mut_ptr(), _mm512_add_ps(low, high));
            out
        }
    }
    #[inline(always)]
    unsafe fn turn(rows: &[*const f32; 8], out: *mut f64, stride: usize) {
        unsafe {
            let columns = transposed(rows);
            for c in 0..8 {
                _mm512_storeu_pd(out.add(c * stride), _mm512_cvtps_pd(columns[c]));
            }
        }
    }
}

/// The halves of both, after lanes 8 apart are added.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn eights(a: __m512, b: __m512) -> __m512 {
    let low = _mm512_shuffle_f32x4::<0b01_00_01_00>(a, b);
    _mm512_add_ps(low, _mm512_shuffle_f32x4::<0b11_10_11_10>(a, b))
}

/// Pairs of both in turn, after lanes 2 apart are added.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn pairs(a: __m512, b: __m512) -> __m512 {
    _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b))
}

/// AVX2.
#[cfg(target_arch = "x86_64")]
pub struct Avx2;

#[cfg(target_arch = "x86_64")]
impl Simd for Avx2 {
    type F64 = [__m256d; 2];
    #[inline(always)]
    unsafe fn load(from: *const f64) -> [__m256d; 2] {
        // SAFETY: promised by the caller, as in all that follow.
        unsafe { [_mm256_loadu_pd(from), _mm256_loadu_pd(from.add(4))] }
    }
    #[inline(always)]
    unsafe fn widen(from: *const f32) -> [__m256d; 2] {
        unsafe { [_mm256_cvtps_pd(_mm_loadu_ps(from)), _mm256_cvtps_pd(_mm_loadu_ps(from.add(4)))] }
    }
    #[inline(always)]
    unsafe fn store(x: [__m256d; 2], to: *mut f64) {
        unsafe {
            _mm256_storeu_pd(to, x[0]);
            _mm256_storeu_pd(to.add(4), x[1]);
        }
    }
    #[inline(always)]
    unsafe fn splat(x: f64) -> [__m256d; 2] {
        unsafe { [_mm256_set1_pd(x); 2] }
    }
    #[inline(always)]
    unsafe fn add(a: [__m256d; 2], b: [__m256d; 2]) -> [__m256d; 2] {
        unsafe { [_mm256_add_pd(a[0], b[0]), _mm256_add_pd(a[1], b[1])] }
    }
    #[inline(always)]
    unsafe fn sub(a: [__m256d; 2], b: [__m256d; 2]) -> [__m256d; 2] {
        unsafe { [_mm256_sub_pd(a[0], b[0]), _mm256_sub_pd(a[1], b[1])] }
    }
    #[inline(always)]
    unsafe fn mul(a: [__m256d; 2], b: [__m256d; 2]) -> [__m256d; 2] {
        unsafe { [_mm256_mul_pd(a[0], b[0]), _mm256_mul_pd(a[1], b[1])] }
    }
    #[inline(always)]
    unsafe fn div(a: [__m256d; 2], b: [__m256d; 2]) -> [__m256d; 2] {
        unsafe { [_mm256_div_pd(a[0], b[0]), _mm256_div_pd(a[1], b[1])] }
    }
    #[inline(always)]
    unsafe fn power_of_two(shifted: [__m256d; 2]) -> [__m256d; 2] {
        unsafe { [power_of_two(shifted[0]), power_of_two(shifted[1])] }
    }
    #[inline(always)]
    unsafe fn above(value: [__m256d; 2], x: [__m256d; 2], limit: [__m256d; 2]) -> [__m256d; 2] {
        unsafe { [above(value[0], x[0], limit[0]), above(value[1], x[1], limit[1])] }
    }
    #[inline(always)]
    unsafe fn dots(theta: *const f32, rows: &[*const f32; 16], width: usize) -> [f32; 16] {
        let mut out = [0.0; 16];
        for (rows, out) in rows.chunks_exact(4).zip(out.chunks_exact_mut(4)) {
            unsafe {
                let mut s = [[_mm256_setzero_ps(); 2]; 4];
                for at in (0..width).step_by(16) {
                    let a = [_mm256_loadu_ps(theta.add(at)), _mm256_loadu_ps(theta.add(at + 8))];
                    for r in 0..4 {
                        let x = rows[r].add(at);
                        s[r][0] = _mm256_add_ps(s[r][0], _mm256_mul_ps(a[0], _mm256_loadu_ps(x)));
                        s[r][1] = _mm256_add_ps(s[r][1], _mm256_mul_ps(a[1], _mm256_loadu_ps(x.add(8))));
                    }
                }
                // Two rows share a register after lanes 8 and 4 apart are added.
                let a = fours(_mm256_add_ps(s[0][0], s[0][1]), _mm256_add_ps(s[2][0], s[2][1]));
                let b = fours(_mm256_add_ps(s[1][0], s[1][1]), _mm256_add_ps(s[3][0], s[3][1]));
                let pairs = _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                let sums = _mm256_add_ps(pairs, _mm256_permute_ps::<0b11_10_11_10>(pairs));
                // Rows 0 and 1 are in the lower half, 2 and 3 in the upper.
                let both = _mm_movelh_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps::<1>(sums));
                _mm_storeu_ps(out.as_mut_ptr(), both);
            }
        }
        out
    }
    #[inline(always)]
    unsafe fn turn(rows: &[*const f32; 8], out: *mut f64, stride: usize) {
        unsafe {
            let columns = transposed(rows);
            for c in 0..8 {
                let to = out.add(c * stride);
                _mm256_storeu_pd(to, _mm256_cvtps_pd(_mm256_castps256_ps128(columns[c])));
                _mm256_storeu_pd(to.add(4), _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(columns[c])));
            }
        }
    }
}

/// The halves of both, after lanes 4 apart are added.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn fours(a: __m256, b: __m256) -> __m256 {
    _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b))
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn power_of_two(shifted: __m256d) -> __m256d {
    let exponent = _mm256_add_epi64(_mm256_castpd_si256(shifted), _mm256_set1_epi64x(1023));
    _mm256_castsi256_pd(_mm256_slli_epi64::<52>(exponent))
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn above(value: __m256d, x: __m256d, limit: __m256d) -> __m256d {
    _mm256_and_pd(value, _mm256_cmp_pd::<_CMP_GT_OQ>(x, limit))
}

/// Eight components of eight rows, by components.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn transposed(rows: &[*const f32; 8]) -> [__m256; 8] {
    let mut x = [_mm256_setzero_ps(); 8];
    for r in 0..8 {
        // SAFETY: promised by the caller.
        x[r] = unsafe { _mm256_loadu_ps(rows[r]) };
    }
    let mut pairs = x;
    for r in [0, 2, 4, 6] {
        pairs[r] = _mm256_unpacklo_ps(x[r], x[r + 1]);
        pairs[r + 1] = _mm256_unpackhi_ps(x[r], x[r + 1]);
    }
    let mut fours = x;
    for r in [0, 4] {
        fours[r] = _mm256_shuffle_ps::<0b01_00_01_00>(pairs[r], pairs[r + 2]);
        fours[r + 1] = _mm256_shuffle_ps::<0b11_10_11_10>(pairs[r], pairs[r + 2]);
        fours[r + 2] = _mm256_shuffle_ps::<0b01_00_01_00>(pairs[r + 1], pairs[r + 3]);
        fours[r + 3] = _mm256_shuffle_ps::<0b11_10_11_10>(pairs[r + 1], pairs[r + 3]);
    }
    let mut columns = x;
    for c in 0..4 {
        columns[c] = _mm256_permute2f128_ps::<0x20>(fours[c], fours[c + 4]);
        columns[c + 4] = _mm256_permute2f128_ps::<0x31>(fours[c], fours[c + 4]);
    }
    columns
}
