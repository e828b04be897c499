//! How does a block of rotated rows become codes?

use super::bound::{Bounds, LEAST, is_tame};
use super::{BLOCK, Shape};

/// What the two bits of a component stand for, in units of the row's root mean square: the levels of least squared
/// error for a normal variable (Max, IRE Trans. Inf. Theory 6, 1960, table I).
pub const PAIR_LEVELS: [f32; 4] = [-1.510, -0.4528, 0.4528, 1.510];

/// Beyond this many root mean squares a component has the outer level.
const PAIR_STEP: f64 = 0.9816;

/// Encodes [`BLOCK`] rotated rows of `shape.padded` components. `dimension` counts those that are not padding.
pub fn block(
    rows: &[f32],
    dimension: usize,
    shape: Shape,
    pairs: &mut [u8],
    high: &mut [u8],
    low: &mut [u8],
) {
    let half = shape.padded / 2;
    let mut bounds = Bounds::default();
    let mut codes = vec![0u8; shape.padded];
    for (r, row) in rows.chunks_exact(shape.padded).enumerate() {
        let (scale, row_bounds) = quantise(&row[..dimension], &mut codes);
        match row_bounds {
            Some((high_error, error, norm)) => bounds.add(high_error, error, norm),
            None => bounds = Bounds::none(),
        }
        for (g, bytes) in high[..BLOCK * half].chunks_exact_mut(4 * BLOCK).enumerate() {
            for (t, byte) in bytes[4 * r..4 * r + 4].iter_mut().enumerate() {
                *byte = codes[4 * g + t] >> 4 | codes[half + 4 * g + t] & 0xf0;
            }
        }
        for (j, byte) in low[r * half..(r + 1) * half].iter_mut().enumerate() {
            *byte = codes[j] & 0x0f | codes[half + j] << 4;
        }
        high[BLOCK * half + 2 * r..][..2].copy_from_slice(&scale.to_le_bytes());
        let scale = pair_codes(&row[..dimension], &mut codes);
        let column = if r < 32 { 2 * r } else { 2 * (r - 32) + 1 };
        for (i, codes) in codes.chunks_exact(4).enumerate() {
            pairs[i * BLOCK + column] = codes[0] | codes[1] << 2 | codes[2] << 4 | codes[3] << 6;
        }
        pairs[BLOCK * shape.padded / 4 + 2 * r..][..2].copy_from_slice(&scale.to_le_bytes());
    }
    bounds.write(&mut high[BLOCK * half + 2 * BLOCK..]);
}

/// Codes c with `y = s (c - 127.5)` nearly; returns s as bf16, and `(|y - x'| / 16s, |y - x'| / s, |y| / 16s)` for the
/// upper halves and the whole, none where the proof does not reach.
#[inline(always)]
fn quantise(row: &[f32], codes: &mut [u8]) -> (u16, Option<(f64, f64, f64)>) {
    codes.fill(0x80);
    let norm = sum(row, |x| f64::from(x) * f64::from(x)).sqrt();
    if norm < LEAST {
        return (0, Some((0.0, 0.0, 0.0)));
    }
    if !is_tame(norm) {
        return (0, None);
    }
    let largest = row.iter().fold(0f32, |largest, x| largest.max(x.abs()));
    // Rounded up, so that no component lies outside the codes.
    let bits = (((largest / 127.5).to_bits() + 0xffff) >> 16) as u16;
    let scale = super::bf16(bits);
    let inverse = 1.0 / scale;
    let (mut whole, mut halves) = (0f64, 0f64);
    for (code, &x) in codes.iter_mut().zip(row) {
        let c = (x * inverse + 128.0).clamp(0.0, 255.0) as u8;
        *code = c;
        // Exact products: a scale has 8 bits, a code 9.
        let rest = x - scale * (f32::from(c) - 127.5);
        let rest_of_high = x - scale * (f32::from(c & 0xf0) - 120.0);
        whole += f64::from(rest) * f64::from(rest);
        halves += f64::from(rest_of_high) * f64::from(rest_of_high);
    }
    let unit = f64::from(scale);
    (bits, Some((halves.sqrt() / (16.0 * unit), whole.sqrt() / unit, norm / (16.0 * unit))))
}

/// 2-bit codes with levels [`PAIR_LEVELS`]; returns, as bf16, `<y,y> / <y,levels>`, which makes the inner product with
/// the levels an unbiased estimate of the score (Gao and Long, RaBitQ, SIGMOD 2024, section 3.2).
#[inline(always)]
fn pair_codes(row: &[f32], codes: &mut [u8]) -> u16 {
    // In f64, in which no square of an f32 overflows or underflows.
    let squares = sum(row, |x| f64::from(x) * f64::from(x));
    let step = ((squares / row.len() as f64).sqrt() * PAIR_STEP) as f32;
    codes.fill(0);
    for (code, &x) in codes.iter_mut().zip(row) {
        let outer = u8::from(x.abs() >= step);
        *code = if x < 0.0 { 1 - outer } else { 2 + outer };
    }
    let mut products = 0f64;
    for (&code, &x) in codes.iter().zip(row) {
        let level = if code & 1 == code >> 1 { PAIR_LEVELS[3] } else { PAIR_LEVELS[2] };
        products += f64::from(x.abs()) * f64::from(level);
    }
    let scale = (squares / products) as f32;
    // Rounded to nearest but never to infinity; a row that is zeros after the rotation has an estimate of 0.
    if scale.is_finite() { ((scale.to_bits() + 0x8000) >> 16).min(0x7f7f) as u16 } else { 0 }
}

/// A sum in eight lanes.
#[inline(always)]
fn sum(row: &[f32], term: impl Fn(f32) -> f64) -> f64 {
    let mut lanes = [0f64; 8];
    let chunks = row.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|&x| term(x)).sum();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &x)| *lane += term(x));
    }
    lanes.iter().sum::<f64>() + rest
}
