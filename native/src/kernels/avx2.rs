//! The kernels in AVX2 and FMA.

use std::arch::x86_64::*;

use super::{Hits, Rows, add_sums};

/// See [`super::Kernels::scan`]. Eight rows at a time: the query is loaded once for them, eight independent sums hide
/// the latency of the additions, and one comparison serves all.
#[target_feature(enable = "avx2,fma")]
pub unsafe fn scan(rows: Rows, query: &[f32], threshold: f32, out: &mut Vec<u32>) {
    let (count, dimension) = (rows.len(), rows.dimension);
    let base = rows.data.as_ptr();
    let limit = _mm256_set1_ps(threshold);
    let whole = dimension / 8 * 8;
    let tail = first_lanes(dimension - whole);
    for start in (0..count).step_by(8) {
        let eligible = rows.eligible8(start);
        if eligible == 0 {
            continue;
        }
        // Beyond the last row the last one is read again; its bits are not eligible.
        let row: [*const f32; 8] =
            std::array::from_fn(|i| base.wrapping_add((start + i).min(count - 1) * dimension));
        let mut sums = [_mm256_setzero_ps(); 8];
        for j in (0..whole).step_by(8) {
            // SAFETY: j + 8 <= dimension, the length of the query and of each row.
            unsafe {
                let q = _mm256_loadu_ps(query.as_ptr().add(j));
                for i in 0..8 {
                    sums[i] = _mm256_fmadd_ps(q, _mm256_loadu_ps(row[i].add(j)), sums[i]);
                }
            }
        }
        if whole < dimension {
            // SAFETY: only the lanes below the dimension are read.
            unsafe {
                let q = _mm256_maskload_ps(query.as_ptr().add(whole), tail);
                for i in 0..8 {
                    let x = _mm256_maskload_ps(row[i].add(whole), tail);
                    sums[i] = _mm256_fmadd_ps(q, x, sums[i]);
                }
            }
        }
        let reached = _mm256_cmp_ps::<_CMP_GE_OQ>(add_lanes(sums), limit);
        let mut hits = _mm256_movemask_ps(reached) as u32 & eligible;
        while hits != 0 {
            out.push(start as u32 + hits.trailing_zeros());
            hits &= hits - 1;
        }
    }
}

/// A mask of the first `n < 8` lanes.
#[target_feature(enable = "avx2")]
fn first_lanes(n: usize) -> __m256i {
    _mm256_cmpgt_epi32(_mm256_set1_epi32(n as i32), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
}

/// Lane `i` of the answer is the sum of the lanes of `sums[i]`.
#[target_feature(enable = "avx2")]
#[inline]
pub fn add_lanes(sums: [__m256; 8]) -> __m256 {
    let a = _mm256_hadd_ps(sums[0], sums[1]);
    let b = _mm256_hadd_ps(sums[2], sums[3]);
    let c = _mm256_hadd_ps(sums[4], sums[5]);
    let d = _mm256_hadd_ps(sums[6], sums[7]);
    let low = _mm256_hadd_ps(a, b);
    let high = _mm256_hadd_ps(c, d);
    _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(low, high), _mm256_permute2f128_ps::<0x31>(low, high))
}

/// See [`super::Kernels::rescore`].
#[target_feature(enable = "avx2,fma")]
pub unsafe fn rescore(query: &[f32], row: &[f32]) -> f64 {
    let whole = row.len() / 8 * 8;
    let (mut low, mut high) = (_mm256_setzero_pd(), _mm256_setzero_pd());
    for j in (0..whole).step_by(8) {
        // SAFETY: j + 8 <= the length of both.
        unsafe {
            let (q, x) = (query.as_ptr().add(j), row.as_ptr().add(j));
            low = _mm256_fmadd_pd(widen(q), widen(x), low);
            high = _mm256_fmadd_pd(widen(q.add(4)), widen(x.add(4)), high);
        }
    }
    let mut sums = [0.0f64; 8];
    // SAFETY: eight f64 are two registers.
    unsafe {
        _mm256_storeu_pd(sums.as_mut_ptr(), low);
        _mm256_storeu_pd(sums.as_mut_ptr().add(4), high);
    }
    for (sum, (&q, &x)) in sums.iter_mut().zip(query[whole..].iter().zip(&row[whole..])) {
        *sum += f64::from(q) * f64::from(x);
    }
    add_sums(sums)
}

/// Four f32 as f64. The pointer must be readable for four.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn widen(at: *const f32) -> __m256d {
    // SAFETY: by the caller.
    _mm256_cvtps_pd(unsafe { _mm_loadu_ps(at) })
}

/// See [`super::Kernels::reach`].
#[target_feature(enable = "avx2,fma")]
pub unsafe fn reach(first: u32, numbers: [&[f32]; 3], weights: [f32; 3], limit: f32, hits: &mut Hits) {
    let weights = weights.map(|weight| _mm256_set1_ps(weight));
    let count = numbers[0].len();
    for start in (0..count).step_by(8) {
        let lanes = first_lanes((count - start).min(8));
        // SAFETY: only the lanes below the count are read.
        let [a, b, c] =
            numbers.map(|numbers| unsafe { _mm256_maskload_ps(numbers.as_ptr().add(start), lanes) });
        let sum =
            _mm256_fmadd_ps(weights[0], a, _mm256_fmadd_ps(weights[1], b, _mm256_mul_ps(weights[2], c)));
        // Not less: NaN passes.
        let reached = _mm256_cmp_ps::<_CMP_NLT_UQ>(sum, _mm256_set1_ps(limit));
        let mut reached =
            (_mm256_movemask_ps(reached) & _mm256_movemask_ps(_mm256_castsi256_ps(lanes))) as u32;
        let mut sums = [0f32; 8];
        // SAFETY: eight f32 are one register.
        unsafe { _mm256_storeu_ps(sums.as_mut_ptr(), sum) };
        while reached != 0 {
            let i = reached.trailing_zeros();
            hits.push(first + start as u32 + i, sums[i as usize].to_bits() as i32);
            reached &= reached - 1;
        }
    }
}
