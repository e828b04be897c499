//! The operations on codes in plain Rust: the definition that the others are tested against.

use super::{Hits, NibbleQuery, Run, estimate_u2, high_scale, passes_u4, scale_bits};
use crate::planes::{BLOCK, Lookup};

/// See [`super`].
pub unsafe fn scan_u4(run: &Run, queries: &[NibbleQuery], hits: &mut [Hits]) {
    let shape = run.shape;
    for (number, eligible, _) in run.each(shape.high()) {
        if eligible == 0 {
            continue;
        }
        let block = &run.bytes[number * shape.high()..(number + 1) * shape.high()];
        for (query, hits) in queries.iter().zip(&mut *hits) {
            let mut sums = [-query.codes.middle; BLOCK];
            for (g, bytes) in block[..BLOCK * shape.padded / 2].chunks_exact(4 * BLOCK).enumerate() {
                let lower: &[i8; 4] = query.codes.lower()[4 * g..][..4].try_into().expect("four codes");
                let upper: &[i8; 4] = query.codes.upper()[4 * g..][..4].try_into().expect("four codes");
                for (sum, bytes) in sums.iter_mut().zip(bytes.chunks_exact(4)) {
                    for t in 0..4 {
                        *sum += i32::from(bytes[t] & 15) * i32::from(lower[t]);
                        *sum += i32::from(bytes[t] >> 4) * i32::from(upper[t]);
                    }
                }
            }
            let offset = query.offset(&block[BLOCK * shape.padded / 2 + 2 * BLOCK..]);
            for (r, &sum) in sums.iter().enumerate() {
                let scale = high_scale(block, shape, r);
                if eligible >> r & 1 == 1 && passes_u4(scale, query.unit(), sum, offset, query.limit) {
                    hits.push(run.first + (number * BLOCK + r) as u32, sum);
                }
            }
        }
    }
}

/// See [`super`].
pub unsafe fn dot_u4(row: &[u8], half: usize, lower: &[i8], upper: &[i8]) -> i32 {
    let codes = lower.iter().zip(upper);
    let products = row[..half].iter().zip(codes).map(|(&byte, (&lower, &upper))| {
        i32::from(byte & 15) * i32::from(lower) + i32::from(byte >> 4) * i32::from(upper)
    });
    products.sum()
}

/// See [`super`].
pub unsafe fn scan_u2(run: &Run, query: &Lookup, limit: f32, hits: &mut Hits) {
    let shape = run.shape;
    for (number, eligible, _) in run.each(shape.pairs()) {
        if eligible == 0 {
            continue;
        }
        let block = &run.bytes[number * shape.pairs()..(number + 1) * shape.pairs()];
        let (codes, scales) = block.split_at(BLOCK * shape.padded / 4);
        let mut sums = [0u32; BLOCK];
        for (bytes, tables) in codes.chunks_exact(BLOCK).zip(query.tables.chunks_exact(32)) {
            for (sum, &byte) in sums.iter_mut().zip(bytes) {
                *sum += u32::from(tables[usize::from(byte & 15)]);
                *sum += u32::from(tables[16 + usize::from(byte >> 4)]);
            }
        }
        for r in 0..BLOCK {
            let column = if r < 32 { 2 * r } else { 2 * (r - 32) + 1 };
            let scale = crate::planes::bf16(scale_bits(scales, r));
            let estimate = estimate_u2(scale, query, sums[column]);
            if eligible >> r & 1 == 1 && estimate >= limit {
                hits.push(run.first + (number * BLOCK + r) as u32, estimate.to_bits() as i32);
            }
        }
    }
}

/// See [`crate::kernels::Kernels::combine`].
pub unsafe fn combine(weights: &[f32], vectors: &[f32], width: usize, out: &mut [f32]) {
    let count = vectors.len() / width;
    for (weights, out) in weights.chunks_exact(count).zip(out.chunks_exact_mut(width)) {
        out.fill(0.0);
        for (&weight, vector) in weights.iter().zip(vectors.chunks_exact(width)) {
            for (out, &x) in out.iter_mut().zip(vector) {
                *out += weight * x;
            }
        }
    }
}
