//! How far do some rows of a list reach, along its axis and across?

use crate::bound::norm_from_squares;
use crate::kernels;

/// Numbers of an [`Extent`].
pub const NUMBERS: usize = 5;

/// Norms, other than 0, for which nothing underflows or overflows.
const TAME: std::ops::RangeInclusive<f64> = 8.881784197001252e-16..=1125899906842624.0;

/// Bounds of some rows.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// The greatest `<x,e>`.
    pub high: f32,
    /// The least.
    pub low: f32,
    /// What it is for a row of the greatest norm and the mean direction.
    pub typical: f32,
    /// The greatest `|x'|`.
    pub across: f32,
    /// The greatest `|x|`.
    pub norm: f32,
}

impl Extent {
    pub const EMPTY: Self = Extent {
        high: f32::NEG_INFINITY,
        low: f32::INFINITY,
        typical: f32::NEG_INFINITY,
        across: 0.0,
        norm: 0.0,
    };

    /// Reaches any limit.
    const UNKNOWN: Self = Extent {
        high: f32::INFINITY,
        low: f32::NEG_INFINITY,
        typical: f32::INFINITY,
        across: f32::INFINITY,
        norm: f32::INFINITY,
    };

    /// Of rows by their axis.
    pub fn of<'a>(rows: impl Iterator<Item = &'a [f32]>, axis: &[f32]) -> Self {
        let length = kernels::best().rescore(axis, axis).sqrt();
        let (mut all, mut cosines, mut count) = (Extent::EMPTY, 0.0, 0.0);
        for row in rows {
            let square = kernels::best().rescore(row, row);
            let norm = norm_from_squares(square);
            if !is_tame(norm) {
                return Extent::UNKNOWN;
            }
            let along = if length > 0.0 { kernels::best().rescore(axis, row) / length } else { 0.0 };
            if norm > 0.0 {
                cosines += along / norm;
                count += 1.0;
            }
            // The difference errs by less than a part in 10^12 of the square.
            let across = up(((square - along * along).max(0.0) + 1e-12 * square).sqrt());
            let outwards = 1e-9 * norm;
            let (high, low) = (up(along + outwards), -up(outwards - along));
            all = all.or(Extent { high, low, typical: 0.0, across, norm: up(norm) });
        }
        let cosine = if count > 0.0 { cosines / count } else { 0.0 };
        Extent { typical: cosine as f32 * all.norm, ..all }
    }

    /// Of both.
    pub fn or(self, other: Self) -> Self {
        Extent {
            high: self.high.max(other.high),
            low: self.low.min(other.low),
            typical: self.typical.max(other.typical),
            across: self.across.max(other.across),
            norm: self.norm.max(other.norm),
        }
    }

    pub fn numbers(self) -> [f32; NUMBERS] {
        [self.high, self.low, self.typical, self.across, self.norm]
    }

    pub fn of_numbers([high, low, typical, across, norm]: [f32; NUMBERS]) -> Self {
        Extent { high, low, typical, across, norm }
    }
}

/// Is a norm one for which nothing underflows or overflows?
pub fn is_tame(norm: f64) -> bool {
    norm == 0.0 || TAME.contains(&norm)
}

/// The least f32 that is surely not below a value computed in f64.
pub fn up(value: f64) -> f32 {
    (value as f32).next_up()
}
