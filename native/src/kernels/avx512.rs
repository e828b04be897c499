//! The kernels in AVX-512F.

use std::arch::x86_64::*;

use super::avx2::add_lanes;
use super::{Hits, Rows, add_sums, codes};

/// See [`super::Kernels::scan`]; the same plan as in AVX2.
#[target_feature(enable = "avx512f,avx2,fma")]
pub unsafe fn scan(rows: Rows, query: &[f32], threshold: f32, out: &mut Vec<u32>) {
    let (count, dimension) = (rows.len(), rows.dimension);
    let base = rows.data.as_ptr();
    let limit = _mm256_set1_ps(threshold);
    let whole = dimension / 16 * 16;
    let tail: __mmask16 = (1u16 << (dimension - whole)) - 1;
    for start in (0..count).step_by(8) {
        let eligible = rows.eligible8(start);
        if eligible == 0 {
            continue;
        }
        // Beyond the last row the last one is read again; its bits are not eligible.
        let row: [*const f32; 8] =
            std::array::from_fn(|i| base.wrapping_add((start + i).min(count - 1) * dimension));
        let mut sums = [_mm512_setzero_ps(); 8];
        for j in (0..whole).step_by(16) {
            // SAFETY: j + 16 <= dimension, the length of the query and of each row.
            unsafe {
                let q = _mm512_loadu_ps(query.as_ptr().add(j));
                for i in 0..8 {
                    sums[i] = _mm512_fmadd_ps(q, _mm512_loadu_ps(row[i].add(j)), sums[i]);
                }
            }
        }
        if whole < dimension {
            // SAFETY: only the lanes below the dimension are read.
            unsafe {
                let q = _mm512_maskz_loadu_ps(tail, query.as_ptr().add(whole));
                for i in 0..8 {
                    let x = _mm512_maskz_loadu_ps(tail, row[i].add(whole));
                    sums[i] = _mm512_fmadd_ps(q, x, sums[i]);
                }
            }
        }
        let scores = add_lanes(sums.map(|sum| halves(sum)));
        let reached = _mm256_cmp_ps::<_CMP_GE_OQ>(scores, limit);
        let mut hits = _mm256_movemask_ps(reached) as u32 & eligible;
        while hits != 0 {
            out.push(start as u32 + hits.trailing_zeros());
            hits &= hits - 1;
        }
    }
}

/// The sum of the lower and the upper eight lanes.
#[target_feature(enable = "avx512f,avx2")]
#[inline]
fn halves(sum: __m512) -> __m256 {
    let upper = _mm512_extractf64x4_pd::<1>(_mm512_castps_pd(sum));
    _mm256_add_ps(_mm512_castps512_ps256(sum), _mm256_castpd_ps(upper))
}

/// See [`super::Kernels::rescore`].
#[target_feature(enable = "avx512f,avx2,fma")]
pub unsafe fn rescore(query: &[f32], row: &[f32]) -> f64 {
    let whole = row.len() / 8 * 8;
    let mut sum = _mm512_setzero_pd();
    for j in (0..whole).step_by(8) {
        // SAFETY: j + 8 <= the length of both.
        unsafe {
            let q = _mm512_cvtps_pd(_mm256_loadu_ps(query.as_ptr().add(j)));
            let x = _mm512_cvtps_pd(_mm256_loadu_ps(row.as_ptr().add(j)));
            sum = _mm512_fmadd_pd(q, x, sum);
        }
    }
    let mut sums = [0.0f64; 8];
    // SAFETY: eight f64 are one register.
    unsafe { _mm512_storeu_pd(sums.as_mut_ptr(), sum) };
    for (sum, (&q, &x)) in sums.iter_mut().zip(query[whole..].iter().zip(&row[whole..])) {
        *sum += f64::from(q) * f64::from(x);
    }
    add_sums(sums)
}

/// See [`super::Kernels::reach`].
#[target_feature(enable = "avx512f")]
pub unsafe fn reach(first: u32, numbers: [&[f32]; 3], weights: [f32; 3], limit: f32, hits: &mut Hits) {
    let weights = weights.map(|weight| _mm512_set1_ps(weight));
    let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let count = numbers[0].len();
    hits.reserve(count + 16);
    for start in (0..count).step_by(16) {
        let exist = ((1u32 << (count - start).min(16)) - 1) as u16;
        // SAFETY: only the lanes below the count are read.
        let [a, b, c] =
            numbers.map(|numbers| unsafe { _mm512_maskz_loadu_ps(exist, numbers.as_ptr().add(start)) });
        let sum =
            _mm512_fmadd_ps(weights[0], a, _mm512_fmadd_ps(weights[1], b, _mm512_mul_ps(weights[2], c)));
        // Not less: NaN passes.
        let reached = _mm512_mask_cmp_ps_mask::<_CMP_NLT_UQ>(exist, sum, _mm512_set1_ps(limit));
        if reached != 0 {
            let blocks = _mm512_add_epi32(lanes, _mm512_set1_epi32(first as i32 + start as i32));
            // SAFETY: there is room for all and a register more.
            unsafe { codes::avx512::append(hits, reached, blocks, _mm512_castps_si512(sum)) };
        }
    }
}
