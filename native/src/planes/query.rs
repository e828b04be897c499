//! What does a scan of codes need of a query?

use super::bound::{Bounds, QueryBounds, is_tame, limit};
use super::{PAIR_LEVELS, Rotation, Shape};

/// A query in int8, for the nibble planes.
pub struct Codes {
    /// The codes of components 0 .. padded / 2, then those of the rest, each with 64 zeros behind.
    words: Vec<i8>,
    half: usize,
    /// The whole part of 7.5 times the sum of the codes: what a nibble's middle subtracts.
    pub middle: i32,
    /// What is left of that: 0 or 1/2.
    pub rest: f64,
    /// The sum of the codes.
    sum: i32,
    pub bounds: QueryBounds,
    /// An upper bound of |q|.
    query_norm: f64,
}

impl Codes {
    /// The codes of a rotated query; none where a norm is beyond the proof of [`super::bound`].
    pub fn new(rotated: &[f32], query_norm: f64, rotation: &Rotation) -> Option<Self> {
        if !is_tame(query_norm) {
            return None;
        }
        let largest = rotated.iter().fold(0f32, |largest, x| largest.max(x.abs()));
        let unit = f64::from(largest / 127.0);
        let half = rotated.len() / 2;
        let mut words = vec![0i8; 2 * (half + 64)];
        let (mut sum, mut norm, mut error) = (0i32, 0f64, 0f64);
        for (j, &x) in rotated.iter().enumerate() {
            let code = if unit > 0.0 { (f64::from(x) / unit).round().clamp(-127.0, 127.0) } else { 0.0 };
            let at = if j < half { j } else { j + 64 };
            words[at] = code as i8;
            sum += code as i32;
            norm += (code * unit).powi(2);
            error += (f64::from(x) - code * unit).powi(2);
        }
        let widened = rotation.error + 1.01 * rotated.len() as f64 * 2f64.powi(-52);
        let inflate = 1.0 + 1e-6;
        let bounds = QueryBounds {
            norm: norm.sqrt() * inflate,
            error: error.sqrt() * inflate + widened * query_norm * inflate,
            unit,
        };
        let middle = (15 * sum).div_euclid(2);
        Some(Codes {
            words,
            half,
            middle,
            rest: 7.5 * f64::from(sum) - f64::from(middle),
            sum,
            bounds,
            query_norm,
        })
    }

    /// The codes that the lower nibbles of a byte meet, 64 zeros behind them.
    pub fn lower(&self) -> &[i8] {
        &self.words[..self.half + 64]
    }

    /// The codes that the upper nibbles of a byte meet, 64 zeros behind them.
    pub fn upper(&self) -> &[i8] {
        &self.words[self.half + 64..]
    }

    /// What the bound of a row must reach if its exact score may be at least `threshold`.
    #[inline(always)]
    pub fn limit(&self, threshold: f32) -> f32 {
        limit(threshold, self.query_norm)
    }

    /// What the score of a row is surely not above, by its whole codes: U of [`super::bound`] in f64. `high` is the inner
    /// product with the upper halves less [`Codes::middle`], `low` that with the lower ones, `scale` the unit of the
    /// upper halves. Infinite or NaN where the proof does not reach.
    #[inline(always)]
    pub fn whole_bound(&self, high: i32, low: i32, scale: f32, rows: &Bounds) -> f64 {
        let whole = 16.0 * (f64::from(high) - self.rest) + f64::from(low) - 7.5 * f64::from(self.sum);
        f64::from(scale) / 16.0 * (self.bounds.unit * whole + self.bounds.whole(rows))
    }
}

/// A query as tables, for the plane of pairs.
pub struct Lookup {
    /// For each two components sixteen bytes: what their codes contribute, in steps above the least.
    pub tables: Vec<u8>,
    pub step: f32,
    pub least: f32,
}

impl Lookup {
    pub fn new(rotated: &[f32], shape: Shape) -> Self {
        let pairs = shape.padded / 2;
        // Two entries are added in a byte, all of them in 16 bits.
        let top = 127.0f32.min(65_535.0 / pairs as f32).floor();
        let term = |pair: usize, code: usize| {
            rotated[2 * pair] * PAIR_LEVELS[code & 3] + rotated[2 * pair + 1] * PAIR_LEVELS[code >> 2]
        };
        // Codes 0 and 15, 3 and 12 are opposite corners: one of them is the least, its opposite the greatest.
        let reach = |pair: usize| (rotated[2 * pair].abs() + rotated[2 * pair + 1].abs()) * PAIR_LEVELS[3];
        let widest = (0..pairs).map(reach).fold(0f32, f32::max);
        let step = 2.0 * widest / top;
        let inverse = if step > 0.0 { 1.0 / step } else { 0.0 };
        let mut tables = vec![0; 16 * pairs];
        for (pair, table) in tables.chunks_exact_mut(16).enumerate() {
            for (code, entry) in table.iter_mut().enumerate() {
                *entry = ((term(pair, code) + reach(pair)) * inverse + 0.5).min(top) as u8;
            }
        }
        Lookup { tables, step, least: -(0..pairs).map(reach).sum::<f32>() }
    }
}
