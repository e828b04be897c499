//! The operations on codes in AVX-512: integer products by VNNI, table lookups by byte shuffles.

use std::arch::x86_64::*;

use super::{Hits, NibbleQuery, Run, TILE};
use crate::planes::{BLOCK, Bounds, HighSlack, Lookup};

/// See [`super`].
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,popcnt")]
pub unsafe fn scan_u4(run: &Run, queries: &[NibbleQuery], hits: &mut [Hits]) {
    for hits in hits.iter_mut() {
        hits.reserve(run.eligible.len() * BLOCK + 16);
    }
    // SAFETY: the caller's promises; the hits have room for all rows of the run and a register more.
    unsafe {
        match queries.len() {
            TILE => scan_tile::<TILE, 2>(run, queries, hits),
            _ => {
                for (query, hits) in queries.iter().zip(hits) {
                    scan_tile::<1, 4>(run, std::slice::from_ref(query), std::slice::from_mut(hits));
                }
            }
        }
    }
}

/// Q queries over G groups of 16 rows at once; Q times G sums.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,popcnt")]
#[inline]
#[allow(clippy::needless_range_loop)]
unsafe fn scan_tile<const Q: usize, const G: usize>(run: &Run, queries: &[NibbleQuery], hits: &mut [Hits]) {
    let (shape, nibble) = (run.shape, _mm512_set1_epi8(15));
    let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let lower: [*const i32; Q] = std::array::from_fn(|q| queries[q].codes.lower().as_ptr().cast());
    let upper: [*const i32; Q] = std::array::from_fn(|q| queries[q].codes.upper().as_ptr().cast());
    let slacks: [HighSlack; Q] = std::array::from_fn(|q| queries[q].slack());
    for (number, eligible, ahead) in run.each(shape.high()) {
        if eligible == 0 {
            continue;
        }
        let block = &run.bytes[number * shape.high()..(number + 1) * shape.high()];
        let (codes, rest) = block.split_at(BLOCK * shape.padded / 2);
        let bounds = Bounds::read(&rest[2 * BLOCK..]);
        let offsets = slacks.map(|slack| slack.of(&bounds));
        for part in 0..4 / G {
            let mut sums = [[_mm512_setzero_si512(); G]; Q];
            for (q, sums) in sums.iter_mut().enumerate() {
                *sums = [_mm512_set1_epi32(-queries[q].codes.middle); G];
            }
            for g in 0..shape.padded / 8 {
                // SAFETY: within the block; the codes of a query are longer than the components.
                unsafe {
                    let start = (4 * g + part * G) * 64;
                    let at = codes.as_ptr().add(start);
                    for k in 0..G {
                        _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(start + 64 * k).cast());
                        let bytes = _mm512_loadu_si512(at.add(64 * k).cast());
                        let low = _mm512_and_si512(bytes, nibble);
                        let high = _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), nibble);
                        for q in 0..Q {
                            let (lower, upper) = (lower[q].add(g), upper[q].add(g));
                            let sum = _mm512_dpbusd_epi32(
                                sums[q][k],
                                low,
                                _mm512_set1_epi32(lower.read_unaligned()),
                            );
                            sums[q][k] =
                                _mm512_dpbusd_epi32(sum, high, _mm512_set1_epi32(upper.read_unaligned()));
                        }
                    }
                }
            }
            for k in 0..G {
                let group = part * G + k;
                // SAFETY: 16 scales of two bytes each.
                let scales = unsafe { _mm256_loadu_si256(rest.as_ptr().add(32 * group).cast()) };
                let scales = _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(scales)));
                let scales = _mm512_mul_ps(scales, _mm512_set1_ps(16.0));
                let eligible = (eligible >> (16 * group)) as u16;
                let base = run.first + (number * BLOCK + 16 * group) as u32;
                for q in 0..Q {
                    let query = &queries[q];
                    let value = _mm512_fmadd_ps(
                        _mm512_set1_ps(query.unit()),
                        _mm512_cvtepi32_ps(sums[q][k]),
                        _mm512_set1_ps(offsets[q]),
                    );
                    let value = _mm512_mul_ps(scales, value);
                    // Not less: NaN passes.
                    let passed =
                        _mm512_cmp_ps_mask::<_CMP_NLT_UQ>(value, _mm512_set1_ps(query.limit)) & eligible;
                    if passed != 0 {
                        let rows = _mm512_add_epi32(lanes, _mm512_set1_epi32(base as i32));
                        // SAFETY: there is room for all rows of the run and a register more.
                        unsafe { append(&mut hits[q], passed, rows, sums[q][k]) };
                    }
                }
            }
        }
    }
}

/// Appends the lanes of a mask.
///
/// # Safety
/// The hits have room for 16 more.
#[target_feature(enable = "avx512f,popcnt")]
#[inline]
pub unsafe fn append(hits: &mut Hits, mask: __mmask16, rows: __m512i, values: __m512i) {
    let length = hits.rows.len();
    let count = mask.count_ones() as usize;
    // SAFETY: promised by the caller.
    unsafe {
        let rows = _mm512_maskz_compress_epi32(mask, rows);
        _mm512_storeu_si512(hits.rows.as_mut_ptr().add(length).cast(), rows);
        let values = _mm512_maskz_compress_epi32(mask, values);
        _mm512_storeu_si512(hits.values.as_mut_ptr().add(length).cast(), values);
        hits.rows.set_len(length + count);
        hits.values.set_len(length + count);
    }
}

/// See [`super`].
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,popcnt")]
pub unsafe fn dot_u4(row: &[u8], half: usize, lower: &[i8], upper: &[i8]) -> i32 {
    let nibble = _mm512_set1_epi8(15);
    let mut sum = _mm512_setzero_si512();
    for j in (0..half).step_by(64) {
        // SAFETY: 64 bytes follow every row, and 64 zeros the codes of a query.
        unsafe {
            let bytes = _mm512_loadu_si512(row.as_ptr().add(j).cast());
            let low = _mm512_and_si512(bytes, nibble);
            let high = _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), nibble);
            sum = _mm512_dpbusd_epi32(sum, low, _mm512_loadu_si512(lower.as_ptr().add(j).cast()));
            sum = _mm512_dpbusd_epi32(sum, high, _mm512_loadu_si512(upper.as_ptr().add(j).cast()));
        }
    }
    _mm512_reduce_add_epi32(sum)
}

/// See [`super`].
#[target_feature(enable = "avx512f,avx512bw,popcnt")]
pub unsafe fn scan_u2(run: &Run, query: &Lookup, limit: f32, hits: &mut Hits) {
    hits.reserve(run.eligible.len() * BLOCK + 16);
    let (shape, nibble) = (run.shape, _mm512_set1_epi8(15));
    let (step, least) = (_mm512_set1_ps(query.step), _mm512_set1_ps(query.least));
    let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    assert_eq!(query.tables.len(), 8 * shape.padded);
    for (number, eligible, ahead) in run.each(shape.pairs()) {
        if eligible == 0 {
            continue;
        }
        let block = &run.bytes[number * shape.pairs()..(number + 1) * shape.pairs()];
        let (codes, scales) = block.split_at(BLOCK * shape.padded / 4);
        let (mut both, mut odd) = (_mm512_setzero_si512(), _mm512_setzero_si512());
        for j in 0..shape.padded / 4 {
            // SAFETY: a block has padded / 4 times 64 bytes of codes, a query two tables of 16 bytes for each.
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(64 * j).cast());
                let bytes = _mm512_loadu_si512(codes.as_ptr().add(64 * j).cast());
                let tables = query.tables.as_ptr().add(32 * j);
                let first = _mm512_broadcast_i32x4(_mm_loadu_si128(tables.cast()));
                let second = _mm512_broadcast_i32x4(_mm_loadu_si128(tables.add(16).cast()));
                // Entries are at most 127, so that two fit a byte.
                let sum = _mm512_add_epi8(
                    _mm512_shuffle_epi8(first, _mm512_and_si512(bytes, nibble)),
                    _mm512_shuffle_epi8(second, _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), nibble)),
                );
                both = _mm512_add_epi16(both, sum);
                odd = _mm512_add_epi16(odd, _mm512_srli_epi16::<8>(sum));
            }
        }
        let even = _mm512_sub_epi16(both, _mm512_slli_epi16::<8>(odd));
        for group in 0..4 {
            let sums = if group < 2 { even } else { odd };
            let sums = if group % 2 == 0 {
                _mm512_castsi512_si256(sums)
            } else {
                _mm512_extracti64x4_epi64::<1>(sums)
            };
            // SAFETY: 16 scales of two bytes each.
            let scales = unsafe { _mm256_loadu_si256(scales.as_ptr().add(32 * group).cast()) };
            let scales = _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(scales)));
            let sums = _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(sums));
            let estimates = _mm512_mul_ps(scales, _mm512_fmadd_ps(step, sums, least));
            let passed = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(estimates, _mm512_set1_ps(limit))
                & (eligible >> (16 * group)) as u16;
            if passed != 0 {
                let base = run.first + (number * BLOCK + 16 * group) as u32;
                let rows = _mm512_add_epi32(lanes, _mm512_set1_epi32(base as i32));
                // SAFETY: there is room for all rows of the run and a register more.
                unsafe { append(hits, passed, rows, _mm512_castps_si512(estimates)) };
            }
        }
    }
}

/// See [`crate::kernels::Kernels::combine`].
#[target_feature(enable = "avx512f,fma")]
pub unsafe fn combine(weights: &[f32], vectors: &[f32], width: usize, out: &mut [f32]) {
    let count = vectors.len() / width;
    for (weights, out) in weights.chunks(4 * count).zip(out.chunks_mut(4 * width)) {
        for start in (0..width).step_by(64) {
            // SAFETY: `out` has as many rows.
            unsafe {
                match out.len() / width {
                    4 => combine_tile::<4>(weights, vectors, width, start, out),
                    3 => combine_tile::<3>(weights, vectors, width, start, out),
                    2 => combine_tile::<2>(weights, vectors, width, start, out),
                    _ => combine_tile::<1>(weights, vectors, width, start, out),
                }
            }
        }
    }
}

/// R rows of up to 64 components.
#[target_feature(enable = "avx512f,fma")]
#[inline]
unsafe fn combine_tile<const R: usize>(
    weights: &[f32],
    vectors: &[f32],
    width: usize,
    start: usize,
    out: &mut [f32],
) {
    let count = weights.len() / R;
    let masks: [__mmask16; 4] = std::array::from_fn(|k| {
        let left = (width - start).saturating_sub(16 * k).min(16);
        ((1u32 << left) - 1) as u16
    });
    let mut sums = [[_mm512_setzero_ps(); 4]; R];
    for j in 0..count {
        // SAFETY: masked to the vector; every row has so many weights.
        unsafe {
            let at = vectors.as_ptr().wrapping_add(j * width + start);
            let vector: [__m512; 4] =
                std::array::from_fn(|k| _mm512_maskz_loadu_ps(masks[k], at.wrapping_add(16 * k)));
            for (r, sums) in sums.iter_mut().enumerate() {
                let weight = _mm512_set1_ps(*weights.as_ptr().add(r * count + j));
                for (sum, vector) in sums.iter_mut().zip(vector) {
                    *sum = _mm512_fmadd_ps(weight, vector, *sum);
                }
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        for (k, &sum) in sums.iter().enumerate() {
            // SAFETY: masked to the row.
            unsafe {
                let to = out.as_mut_ptr().wrapping_add(r * width + start + 16 * k);
                _mm512_mask_storeu_ps(to, masks[k], sum);
            }
        }
    }
}
