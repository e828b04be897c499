//! How are small symmetric systems solved? U'U = A in place, by blocks, in the upper triangle.

use super::product::{Isa, View, add_square, axpy, dot};
use crate::errors::{Error, Result};

/// Rows that are factored before the rest of the matrix is updated by them.
const PANEL: usize = 32;

/// Factors the leading n x n block of a symmetric positive definite matrix, whose upper triangle is read and written.
/// `stride` is n or more, a multiple of the tile's; columns from n on must be zero.
#[inline(always)]
pub fn factor<I: Isa>(matrix: &mut [f64], n: usize, stride: usize, panel: &mut Vec<f64>) -> Result<()> {
    for from in (0..n).step_by(PANEL) {
        let to = (from + PANEL).min(n);
        for k in from..to {
            let (above, rest) = matrix.split_at_mut(k * stride);
            let row = &mut rest[..stride];
            for above in above.chunks(stride).skip(from) {
                axpy::<I>(&mut row[k..], -above[k], &above[k..]);
            }
            let pivot = row[k];
            if !(pivot > 0.0 && pivot.is_finite()) {
                return Err(Error::NonFinite(format!(
                    "Expected a positive definite matrix but pivot {k} is {pivot}"
                )));
            }
            let scale = 1.0 / pivot.sqrt();
            for value in &mut row[k..] {
                *value *= scale;
            }
        }
        if to < n {
            panel.clear();
            panel.extend_from_slice(&matrix[from * stride..to * stride]);
            let rows = View { data: panel, stride };
            add_square::<I>(rows, to - from, (to, stride), -1.0, (matrix, stride));
        }
    }
    Ok(())
}

/// Solves U'U x = b in place, for the factor of [`factor`].
#[inline(always)]
pub fn solve<I: Isa>(factor: &[f64], n: usize, stride: usize, b: &mut [f64]) {
    for i in 0..n {
        let row = &factor[i * stride..][..n];
        b[i] /= row[i];
        let x = b[i];
        axpy::<I>(&mut b[i + 1..n], -x, &row[i + 1..]);
    }
    for i in (0..n).rev() {
        let row = &factor[i * stride..][..n];
        b[i] = (b[i] - dot::<I>(&row[i + 1..], &b[i + 1..n])) / row[i];
    }
}
