//! The operations on codes in AVX2: pairs of products in 16 bits, table lookups by byte shuffles.

use std::arch::x86_64::*;

use super::{Hits, NibbleQuery, Run};
use crate::planes::{BLOCK, Lookup};

/// Sums of two products of a nibble and a code that fit 16 bits: 8 times 2 times 15 times 127 is below 2^15. A step
/// adds two.
const STEPS: usize = 4;

/// See [`super`].
#[target_feature(enable = "avx2,fma")]
pub unsafe fn scan_u4(run: &Run, queries: &[NibbleQuery], hits: &mut [Hits]) {
    let (shape, nibble, ones) = (run.shape, _mm256_set1_epi8(15), _mm256_set1_epi16(1));
    for (number, eligible, ahead) in run.each(shape.high()) {
        if eligible == 0 {
            continue;
        }
        let block = &run.bytes[number * shape.high()..(number + 1) * shape.high()];
        let (codes, rest) = block.split_at(BLOCK * shape.padded / 2);
        for (query, hits) in queries.iter().zip(&mut *hits) {
            let offset = query.offset(&rest[2 * BLOCK..]);
            let lower: *const i32 = query.codes.lower().as_ptr().cast();
            let upper: *const i32 = query.codes.upper().as_ptr().cast();
            // Four times eight rows at once.
            for part in 0..2 {
                let mut sums = [_mm256_set1_epi32(-query.codes.middle); 4];
                let groups = shape.padded / 8;
                for start in (0..groups).step_by(STEPS) {
                    let mut short = [_mm256_setzero_si256(); 4];
                    for g in start..(start + STEPS).min(groups) {
                        // SAFETY: within the block; the codes of a query are longer than the components.
                        unsafe {
                            let lower = _mm256_set1_epi32(lower.add(g).read_unaligned());
                            let upper = _mm256_set1_epi32(upper.add(g).read_unaligned());
                            let start = 256 * g + 128 * part;
                            let at = codes.as_ptr().add(start);
                            _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(start).cast());
                            _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(start + 64).cast());
                            for (k, short) in short.iter_mut().enumerate() {
                                let bytes = _mm256_loadu_si256(at.add(32 * k).cast());
                                let low = _mm256_and_si256(bytes, nibble);
                                let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
                                *short = _mm256_add_epi16(*short, _mm256_maddubs_epi16(low, lower));
                                *short = _mm256_add_epi16(*short, _mm256_maddubs_epi16(high, upper));
                            }
                        }
                    }
                    for (sum, short) in sums.iter_mut().zip(short) {
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(short, ones));
                    }
                }
                for (k, &sum) in sums.iter().enumerate() {
                    let eight = 4 * part + k;
                    // SAFETY: eight scales of two bytes each.
                    let scales = unsafe { _mm_loadu_si128(rest.as_ptr().add(16 * eight).cast()) };
                    let scales = _mm256_mul_ps(widen(scales), _mm256_set1_ps(16.0));
                    let value = _mm256_fmadd_ps(
                        _mm256_set1_ps(query.unit()),
                        _mm256_cvtepi32_ps(sum),
                        _mm256_set1_ps(offset),
                    );
                    let value = _mm256_mul_ps(scales, value);
                    // Not less: NaN passes.
                    let passed = _mm256_cmp_ps::<_CMP_NLT_UQ>(value, _mm256_set1_ps(query.limit));
                    let passed = _mm256_movemask_ps(passed) as u32 & (eligible >> (8 * eight)) as u32 & 0xff;
                    if passed != 0 {
                        let base = run.first + (number * BLOCK + 8 * eight) as u32;
                        append(hits, passed, base, lanes(sum));
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn append(hits: &mut Hits, mut passed: u32, base: u32, values: [i32; 8]) {
    while passed != 0 {
        let lane = passed.trailing_zeros();
        hits.push(base + lane, values[lane as usize]);
        passed &= passed - 1;
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn lanes(register: __m256i) -> [i32; 8] {
    let mut lanes = [0; 8];
    // SAFETY: eight i32 are one register.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), register) };
    lanes
}

/// Eight f32 from their upper halves.
#[target_feature(enable = "avx2")]
#[inline]
fn widen(halves: __m128i) -> __m256 {
    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(halves)))
}

/// See [`super`].
#[target_feature(enable = "avx2")]
pub unsafe fn dot_u4(row: &[u8], half: usize, lower: &[i8], upper: &[i8]) -> i32 {
    let (nibble, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
    let mut sum = _mm256_setzero_si256();
    for j in (0..half).step_by(32) {
        // SAFETY: 64 bytes follow every row, and 64 zeros the codes of a query.
        unsafe {
            let bytes = _mm256_loadu_si256(row.as_ptr().add(j).cast());
            let low = _mm256_and_si256(bytes, nibble);
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
            let low = _mm256_maddubs_epi16(low, _mm256_loadu_si256(lower.as_ptr().add(j).cast()));
            let high = _mm256_maddubs_epi16(high, _mm256_loadu_si256(upper.as_ptr().add(j).cast()));
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_add_epi16(low, high), ones));
        }
    }
    lanes(sum).iter().sum()
}

/// See [`super`].
#[target_feature(enable = "avx2,fma")]
pub unsafe fn scan_u2(run: &Run, query: &Lookup, limit: f32, hits: &mut Hits) {
    let (shape, nibble) = (run.shape, _mm256_set1_epi8(15));
    let (step, least) = (_mm256_set1_ps(query.step), _mm256_set1_ps(query.least));
    assert_eq!(query.tables.len(), 8 * shape.padded);
    for (number, eligible, ahead) in run.each(shape.pairs()) {
        if eligible == 0 {
            continue;
        }
        let block = &run.bytes[number * shape.pairs()..(number + 1) * shape.pairs()];
        let (codes, scales) = block.split_at(BLOCK * shape.padded / 4);
        // Two registers: the first takes rows 0-15 and 32-47, the second 16-31 and 48-63.
        let (mut both, mut odd) = ([_mm256_setzero_si256(); 2], [_mm256_setzero_si256(); 2]);
        for j in 0..shape.padded / 4 {
            // SAFETY: a block has padded / 4 times 64 bytes of codes, a query two tables of 16 bytes for each.
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(64 * j).cast());
                let tables = query.tables.as_ptr().add(32 * j);
                let first = _mm256_broadcastsi128_si256(_mm_loadu_si128(tables.cast()));
                let second = _mm256_broadcastsi128_si256(_mm_loadu_si128(tables.add(16).cast()));
                for k in 0..2 {
                    let bytes = _mm256_loadu_si256(codes.as_ptr().add(64 * j + 32 * k).cast());
                    // Entries are at most 127, so that two fit a byte.
                    let sum = _mm256_add_epi8(
                        _mm256_shuffle_epi8(first, _mm256_and_si256(bytes, nibble)),
                        _mm256_shuffle_epi8(second, _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble)),
                    );
                    both[k] = _mm256_add_epi16(both[k], sum);
                    odd[k] = _mm256_add_epi16(odd[k], _mm256_srli_epi16::<8>(sum));
                }
            }
        }
        for k in 0..2 {
            let even = _mm256_sub_epi16(both[k], _mm256_slli_epi16::<8>(odd[k]));
            for (sums, first) in [(even, 16 * k), (odd[k], 32 + 16 * k)] {
                let halves = [_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums)];
                for (h, sums) in halves.into_iter().enumerate() {
                    let start = first + 8 * h;
                    // SAFETY: eight scales of two bytes each.
                    let scales = unsafe { _mm_loadu_si128(scales.as_ptr().add(2 * start).cast()) };
                    let sums = _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(sums));
                    let estimates = _mm256_mul_ps(widen(scales), _mm256_fmadd_ps(step, sums, least));
                    let passed = _mm256_cmp_ps::<_CMP_GE_OQ>(estimates, _mm256_set1_ps(limit));
                    let passed = _mm256_movemask_ps(passed) as u32 & (eligible >> start) as u32 & 0xff;
                    if passed != 0 {
                        let base = run.first + (number * BLOCK + start) as u32;
                        append(hits, passed, base, lanes(_mm256_castps_si256(estimates)));
                    }
                }
            }
        }
    }
}

/// See [`crate::kernels::Kernels::combine`].
#[target_feature(enable = "avx2,fma")]
pub unsafe fn combine(weights: &[f32], vectors: &[f32], width: usize, out: &mut [f32]) {
    let count = vectors.len() / width;
    let wide = width / 16 * 16;
    for (weights, out) in weights.chunks(4 * count).zip(out.chunks_mut(4 * width)) {
        for start in (0..wide).step_by(16) {
            // SAFETY: 16 components are left, in as many rows as there are.
            unsafe {
                match out.len() / width {
                    4 => combine_tile::<4>(weights, vectors, width, start, out),
                    3 => combine_tile::<3>(weights, vectors, width, start, out),
                    2 => combine_tile::<2>(weights, vectors, width, start, out),
                    _ => combine_tile::<1>(weights, vectors, width, start, out),
                }
            }
        }
        for (weights, out) in weights.chunks_exact(count).zip(out.chunks_exact_mut(width)) {
            out[wide..].fill(0.0);
            for (&weight, vector) in weights.iter().zip(vectors.chunks_exact(width)) {
                for (out, &x) in out[wide..].iter_mut().zip(&vector[wide..]) {
                    *out = weight.mul_add(x, *out);
                }
            }
        }
    }
}

/// R rows of 16 components.
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn combine_tile<const R: usize>(
    weights: &[f32],
    vectors: &[f32],
    width: usize,
    start: usize,
    out: &mut [f32],
) {
    let count = weights.len() / R;
    let mut sums = [[_mm256_setzero_ps(); 2]; R];
    // SAFETY: promised by the caller.
    unsafe {
        for j in 0..count {
            let at = vectors.as_ptr().add(j * width + start);
            let vector = [_mm256_loadu_ps(at), _mm256_loadu_ps(at.add(8))];
            for (r, sums) in sums.iter_mut().enumerate() {
                let weight = _mm256_set1_ps(*weights.as_ptr().add(r * count + j));
                sums[0] = _mm256_fmadd_ps(weight, vector[0], sums[0]);
                sums[1] = _mm256_fmadd_ps(weight, vector[1], sums[1]);
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            let to = out.as_mut_ptr().add(r * width + start);
            _mm256_storeu_ps(to, sums[0]);
            _mm256_storeu_ps(to.add(8), sums[1]);
        }
    }
}
